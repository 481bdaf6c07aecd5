"""Odd trees (D): links, pipes, names, depths and rights around sound logs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from bad_case import Case, Points
from bad_framing import POINTS, SOUND
from event_files import NAME

LOSS: Points = {"loss": POINTS}


def log_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(SOUND)
    return folder / NAME


def link_loop(folder):
    log_in(folder / "run")
    (folder / "run" / "again").symlink_to("..")
    (folder / "itself").symlink_to("itself")


def link_out(folder):
    log_in(folder / "run")
    (folder / "out").symlink_to("/etc")


def broken_link(folder):
    log_in(folder / "run")
    (folder / "run" / NAME.replace(".7.", ".8.")).symlink_to("nowhere")


def pipe(folder):
    log_in(folder / "run")
    os.mkfifo(folder / "run" / NAME.replace(".7.", ".8."))
    os.mkfifo(folder / "run" / "history.csv")
    os.mkfifo(folder / "run" / "hparams.yaml")


def listener(folder):
    log_in(folder / "run")
    here = Path.cwd()
    os.chdir(folder / "run")  # the address of a socket is a short one
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("events.out.tfevents.1")
    finally:
        os.chdir(here)


def folder_named_like_a_log(folder):
    log_in(folder / "run")
    (folder / "run" / "events.out.tfevents.1.x").mkdir()
    (folder / "run" / "history.csv").mkdir()


def two_names(folder):
    path = log_in(folder / "run")
    os.link(path, path.with_name(NAME.replace(".7.", ".8.")))
    (folder / "other").mkdir()
    os.link(path, folder / "other" / NAME)


def no_text_for_a_name(folder):
    log_in(Path(os.fsdecode(os.fsencode(folder) + b"/run\xff")))


def name_for_terminals(folder):
    log_in(folder / "run\x1b[2J\n\u202e<script>alert(1)</script>")


def names_that_look_alike(folder):
    for name in LOOK_ALIKES:
        log_in(folder / name)


def long_name(folder):
    log_in(folder / ("x" * 255))


def deep(folder):
    log_in(folder.joinpath(*["d"] * 30))
    log_in(folder.joinpath(*["d"] * 200))


def decoys(folder):
    log_in(folder / "run")
    for name in (
        "model.ckpt",
        "events.out.tfevents.1.profile-empty",
        "checkpoint",
        ".hidden",
        "x.pyc",
        "a.zip",
    ):
        (folder / "run" / name).write_bytes(b"PK\x03\x04" + bytes(300))


def modules(folder):
    """What Python would import if it looked here."""
    log_in(folder / "run")
    for name in ("sitecustomize", "usercustomize", "yaml", "numpy", "sqlite3", "loganalyzer", "conftest"):
        (folder / f"{name}.py").write_text("open('CANARY', 'w').close()\n")


def one(name="run"):
    return {f"bad/{name}": LOSS}


LOOK_ALIKES = (
    "Run",
    "run",
    "a b",
    "a_b",
    "CON",
    "index.html",
    "{0.__class__}",
    "$(touch CANARY)",
    "-rf",
    "*",
)
TREES = [
    Case("D01 an empty folder", lambda folder: None, {}),
    Case("D02 links in circles", link_loop, one()),
    Case("D03 a link out of the root", link_out, one() | {"bad/out": {}}, (("skipped", None),), 3),
    Case("D04 a link to nowhere", broken_link, one(), (("unreadable", None),), 3),
    Case("D05 pipes", pipe, one(), (("skipped", None),) * 3, 3),
    Case("D06 a socket", listener, one(), (("skipped", None),), 3),
    Case("D07 folders named like logs", folder_named_like_a_log, one()),
    Case(
        "D10 a file of three names",
        two_names,
        {"bad/other": LOSS},
        (("followed", None), ("followed", None)),
    ),
    Case("D11 a name that is no text", no_text_for_a_name, one("run\\xff")),
    Case(
        "D12 a name for terminals and browsers",
        name_for_terminals,
        one("run\x1b[2J\n\u202e<script>alert(1)</script>"),
    ),
    Case(
        "D12b names that look alike",
        names_that_look_alike,
        {f"bad/{n}": LOSS for n in LOOK_ALIKES},
    ),
    Case("D13 a name of 255 bytes", long_name, one("x" * 255)),
    Case(
        "D14 two hundred folders deep",
        deep,
        one("/".join(["d"] * 30)) | {"bad" + "/d" * 63: {}},
        (("over_limit", None),),
        3,
    ),
    Case("D16 decoys", decoys, one()),
    Case("D17 modules", modules, one()),
]
