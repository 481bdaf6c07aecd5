"""The pictures of docs/gallery.md and README.md, from real output on sample_logs/: `make gallery`.

Pages are photographed in a headless Chromium, what a terminal shows becomes SVG, and plots are drawn.
"""

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GALLERY = DOCS / "gallery"
COLUMNS = 100
COLLAPSE = "sample_logs/collapse-to-chance/digits-one-cycle-too-high"
SEVERAL = [f"sample_logs/{name}" for name in ("collapse-to-chance", "non-finite-loss", "overfitting")]
PAIR = ["sample_logs/healthy/digits-late-start-steps", "sample_logs/collapse-to-chance/digits-warmup-too-far"]
SCREENS = {
    "scan": ["scan", "--quiet", *SEVERAL, "sample_logs/healthy/digits-plain"],
    "run": ["scan", COLLAPSE],
    "compare": ["compare", *PAIR],
}
DESKTOP, PHONE, TALL = (1280, 900), (390, 844), (390, 1200)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = (
    # file, page, what is scrolled to, size, colours
    ("report-light", "report.html", "", DESKTOP, "light"),
    ("runs-light", "report.html", "#runs-title", DESKTOP, "light"),
    (
        "run-dark",
        "report.html",
        f"#run-{COLLAPSE.removeprefix('sample_logs/').replace('/', '-')}",
        DESKTOP,
        "dark",
    ),
    ("report-phone", "report.html", "", PHONE, "light"),
    ("run-phone", "run.html", "", TALL, "dark"),
    ("compare-light", "compare.html", "", DESKTOP, "light"),
)


def begun(arguments: Sequence[str], stdout: int) -> subprocess.Popen[bytes]:
    """The command line at work in the folder of the project."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "loganalyzer", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout)


def ended(running: subprocess.Popen[bytes]) -> None:
    """Wait for a command; findings are what pictures are made of, anything else ends the making."""
    if running.wait() not in (0, 1):
        raise SystemExit(f"{running.args}: exit code {running.returncode}")


def loganalyzer(*arguments: str) -> None:
    """Run a command for the file it writes."""
    ended(begun(arguments, subprocess.DEVNULL))


def screen(arguments: Sequence[str]) -> str:
    """What a terminal of `COLUMNS` columns gets to see, colours included."""
    ours, theirs = pty.openpty()
    running = begun(arguments, theirs)
    os.close(theirs)
    seen = b""
    # Read while the command runs, as a terminal holds little; it answers with an error once that has left.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            seen += part
    os.close(ours)
    ended(running)
    return seen.decode().replace("\r\n", "\n")


def drawn(arguments: Sequence[str]) -> str:
    """A screen as SVG, with no fonts to be fetched."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True
    )
    console.print(Text.from_ansi(screen(arguments)), end="")
    svg = console.export_svg(title=f"loganalyzer {arguments[0]}", unique_id="screen")
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def photograph(
    browser: Browser, page: Path, at: str, size: tuple[int, int], colors: str, target: Path
) -> None:
    """One view of a page, in 256 colours."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colors, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(page.as_uri() + at)
    if at:
        tab.locator(at).scroll_into_view_if_needed()
        tab.evaluate("at => document.querySelector(at).scrollIntoView()", at)
    tab.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(tab.screenshot()))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    context.close()


def main() -> None:
    """Make all pictures anew, and put them in place once they are all there."""
    browser_path = next(path for name in CHROMIUM if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        pages = Path(folder)
        made = pages / "gallery"
        made.mkdir()
        for name, arguments in SCREENS.items():
            (made / f"{name}.svg").write_text(drawn(arguments), encoding="utf-8")
        loganalyzer("plot", COLLAPSE, "-o", str(pages / "collapse.png"), "--force")
        loganalyzer("report", "sample_logs", "-o", str(pages / "report.html"))
        loganalyzer("report", COLLAPSE, "-o", str(pages / "run.html"))
        loganalyzer("compare", *PAIR, "-o", str(pages / "compare.html"))
        browser = driver.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for name, page, at, size, colors in SHOTS:
            photograph(browser, pages / page, at, size, colors, made / f"{name}.png")
        browser.close()
        shutil.rmtree(GALLERY, ignore_errors=True)
        shutil.copytree(made, GALLERY)
        shutil.copyfile(pages / "collapse.png", DOCS / "collapse.png")


if __name__ == "__main__":
    main()
