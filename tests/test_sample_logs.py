"""The sample logs are small, complete, and what their truth files say."""

import csv
import re
import struct
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
SAMPLES = REPOSITORY / "sample_logs"
TRUTHS = sorted(SAMPLES.glob("*/*/truth.yaml"))
OTHER_FORMATS = SAMPLES / "formats"  # each held to its reader in tests/readers
LOGS = sorted(
    path
    for path in SAMPLES.rglob("*")
    if path.is_file() and path.name != "truth.yaml" and OTHER_FORMATS not in path.parents
)
PATHOLOGIES = {
    "collapse-to-chance",
    "constant-loss",
    "divergence",
    "loss-spikes",
    "non-finite-loss",
    "oscillation",
    "overfitting",
    "restart-overlap",
    "stuck-at-chance",
    "truncated-run",
    "unrecovered-spike",
}
INSIDE = {
    "clip-saturated",
    "dead-relu",
    "exploding-gradient",
    "gradient-spikes",
    "loss-scale-collapse",
    "masked-non-finite",
    "saturated-activation",
    "vanishing-gradient",
    "weight-growth",
    "zero-gradient",
}
PROGRESS = {
    "initial-loss-too-high",
    "lr-schedule-fault",
    "plateau",
    "slow-convergence",
    "stopped-early",
    "underfitting",
    "zero-learning-rate",
}
PLAYED = {
    "discriminator-wins",
    "entropy-collapse",
    "generator-collapse",
    "kl-blowup",
    "reward-collapse",
    "reward-no-progress",
    "value-function-failure",
}
DATA = {"leakage-suspect", "sawtooth", "unstable-validation", "validation-collapse"}
LABELS = PATHOLOGIES | DATA | INSIDE | PLAYED | PROGRESS | {"healthy"}
WRITERS = {("keras", "tfevents"), ("keras", "csv"), ("pytorch", "tfevents")}


def read_truth(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.parent.relative_to(SAMPLES).as_posix()


def event_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("events.out.tfevents.*") if OTHER_FORMATS not in path.parents)


def ends_whole(path: Path) -> bool:
    """Whether the last record of an event file is complete, told from the record lengths alone."""
    data, position = path.read_bytes(), 0
    while position + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, position)
        position += 16 + length
    return position == len(data)


@pytest.fixture(params=TRUTHS, ids=name_of)
def truth_path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_truth_file_is_complete(truth_path: Path) -> None:
    truth = read_truth(truth_path)
    assert set(truth) - {"onset"} == {"labels", "framework", "format", "seed", "made_by", "note"}
    assert truth["labels"][0] == truth_path.parts[-3]
    assert set(truth["labels"]) <= LABELS
    assert truth["labels"] == ["healthy"] or "healthy" not in truth["labels"]
    assert (truth["framework"], truth["format"]) in WRITERS
    assert isinstance(truth["seed"], int)
    assert truth["note"].endswith(".")


def test_onset_belongs_to_a_fault(truth_path: Path) -> None:
    truth = read_truth(truth_path)
    has_onset = truth["labels"][0] not in ("healthy", "truncated-run")
    assert ("onset" in truth) == has_onset
    if has_onset and truth["format"] == "csv":
        with (truth_path.parent / "history.csv").open(newline="") as file:
            assert truth["onset"] in {int(row["epoch"]) for row in csv.DictReader(file)}


def test_run_is_made_by_a_recipe(truth_path: Path) -> None:
    made_by = read_truth(truth_path)["made_by"]
    recipes = (REPOSITORY / "benchmarks" / "samples" / "recipes.py").read_text(encoding="utf-8")
    assert made_by == truth_path.parent.name
    assert re.search(rf"\.{made_by.replace('-', '_')}\b", recipes)


def test_run_holds_one_format(truth_path: Path) -> None:
    truth, folder = read_truth(truth_path), truth_path.parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != truth_path)
    expected = [folder / "history.csv"] if truth["format"] == "csv" else event_files(folder)
    assert files == expected != []
    if truth["format"] == "tfevents" and truth["framework"] == "keras":
        assert {path.parent.name for path in files} == {"train", "validation"}


def test_log_is_cut_only_where_it_says_so(truth_path: Path) -> None:
    truth, folder = read_truth(truth_path), truth_path.parent
    if truth["format"] == "csv":
        whole = (folder / "history.csv").read_bytes().endswith(b"\n")
    else:
        whole = all(ends_whole(path) for path in event_files(folder))
    assert whole != ("truncated-run" in truth["labels"])


def test_run_was_resumed_only_where_it_says_so(truth_path: Path) -> None:
    truth, folder = read_truth(truth_path), truth_path.parent
    if truth["format"] == "csv":
        with (folder / "history.csv").open(newline="") as file:
            epochs = [row["epoch"] for row in csv.DictReader(file)]
        twice = len(set(epochs)) < len(epochs)
    else:
        files = event_files(folder)
        twice = len({path.parent for path in files}) < len(files)
    assert twice == ("restart-overlap" in truth["labels"])


def test_event_files_name_no_machine() -> None:
    names = [path.name for path in LOGS if path.name != "history.csv"]
    assert names
    assert [
        name for name in names if not re.fullmatch(r"events\.out\.tfevents\.\d+\.host\.\d+\.\d+(\.v2)?", name)
    ] == []


def test_every_pathology_comes_from_every_writer() -> None:
    several = DATA | INSIDE | PLAYED | PROGRESS
    truths = [read_truth(path) for path in TRUTHS if read_truth(path)["labels"][0] not in several]
    made = {(truth["labels"][0], truth["framework"], truth["format"]) for truth in truths}
    assert made == {(kind, *writer) for kind in PATHOLOGIES | {"healthy"} for writer in WRITERS}


def test_healthy_runs_are_many() -> None:
    assert sum(read_truth(path)["labels"] == ["healthy"] for path in TRUTHS) >= 8


def test_logs_stay_small() -> None:
    assert all(path.stat().st_size < 200_000 for path in LOGS)
    assert sum(path.stat().st_size for path in LOGS) < 4_000_000
