"""Golden files: kept diagnoses, and what every renderer makes of them.

Those of more than 8 kB are compressed; the test shows what differs line by line all the same. After a change
that is meant to show, `make golden` writes them anew: look at what the tests said before.
"""

import gzip
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = HERE / "golden"
if __name__ == "__main__":
    sys.path += [str(HERE), str(ROOT)]

from hostile_diagnoses import hostile_run  # noqa: E402
from made_diagnoses import diagnosis, finding  # noqa: E402

from loganalyzer import __version__  # noqa: E402
from loganalyzer.model.diagnosis import Sparkline  # noqa: E402
from loganalyzer.model.finding import Advice, Evidence, Place  # noqa: E402
from loganalyzer.report.renderers import RENDERERS, Report, Screen  # noqa: E402

PLAIN = 8000
HOSTILE = (
    "</script><script>window.taken = 1</script>",
    "=a`b``c|d {{ 7 * 7 }} @team http://x",
    "\u202egnp.exe\x1b[31m\udcff\r\n]]>",
    "__proto__" + "n" * 200,
)


def every_pathology():
    """One run in which everything is found that the rules know, each in its own way."""
    from loganalyzer.engine.diagnose import default_rulebook

    rules = {rule.pathology: rule for rule in reversed(default_rulebook().rules)}
    found = []
    for number, (name, rule) in enumerate(sorted(rules.items())):
        onset = None if number % 7 == 6 else Place(100 * number, number / 50, None)
        found.append(
            finding(
                name,
                rule.severity,
                rule=rule.name,
                confidence=0.5 + number / 100,
                onset=onset,
                end=None if number % 3 else onset,
                decidable=onset if number % 5 == 0 else None,
                origin=("rule", "both", "classifier")[number % 3],
                hidden_by="divergence" if number % 11 == 10 else "",
                message=f"Of {name}.",
                evidence=(
                    Evidence("x", number / 4, 1.0, "times", "loss", number, number + 9, "As measured."),
                ),
                remedies=(Advice("try", "Try it", "it may help", ("Do.",), "low", "", ()),)
                if number % 2
                else (),
            )
        )
    order = ("critical", "warning", "info")
    found.sort(key=lambda one: (bool(one.hidden_by), order.index(one.severity), -one.confidence))
    line = Sparkline((0, 2000, 4000), (2.0, 1.0, None))
    return diagnosis("all", "sick", found, cards={}, sparklines={"loss": line})


def cases():
    """What is kept: no run, one finding, every pathology, and hostile names."""
    return {
        "empty": (),
        "one": (diagnosis(findings=[finding()]),),
        "all": (every_pathology(),),
        "hostile": tuple(_slim(hostile_run(name, number)) for number, name in enumerate(HOSTILE)),
    }


def _slim(one):
    """A hostile run with a short curve: what is hostile are its names."""
    lines = {tag: Sparkline((0, 5, 19), (1.0, None, 1e300)) for tag in one.sparklines}
    return replace(one, sparklines=lines)


class _Outline(HTMLParser):
    """A page as an outline: its elements, indented, with their classes, and their text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.lines, self.depth, self.inside = [], 0, ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = [f"{name}={value}" for name, value in attrs if name in ("class", "href", "role", "type")]
        self.lines.append(" " * self.depth + " ".join([tag, *kept]))
        self.depth += tag not in ("meta", "link", "input", "br")
        self.inside = tag if tag in ("style", "script") else ""

    def handle_endtag(self, tag):
        self.depth -= 1
        self.inside = ""

    def handle_data(self, data):
        if not self.inside and data.strip():
            self.lines.append(" " * self.depth + "| " + " ".join(data.split()))


def outline(page):
    return "\n".join(_Outline(page).lines) + "\n"


def made(diagnoses):
    """What every renderer makes of a case, by the end of the name of its file."""
    report = Report("logs", diagnoses)
    texts = {renderer.suffix: renderer.render(report, Screen()) for renderer in RENDERERS}
    texts[".html"] = outline(texts[".html"])
    texts[".80.txt"] = RENDERERS[0].render(report, Screen(width=80, color=True, detail="full"))
    return {suffix: text.replace(__version__, "VERSION") for suffix, text in texts.items()}


def read(name):
    """A golden file, or None where there is none."""
    plain, packed = FOLDER / name, FOLDER / f"{name}.gz"
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode()
    return plain.read_bytes().decode() if plain.exists() else None


def write(name, text):
    """Put a golden file in its place, if it is another than the one there."""
    if read(name) == text:
        return
    for old in (FOLDER / name, FOLDER / f"{name}.gz"):
        old.unlink(missing_ok=True)
    if len(text) > PLAIN:
        (FOLDER / f"{name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    else:
        (FOLDER / name).write_bytes(text.encode())


if __name__ == "__main__":
    wanted = {f"{case}{end}": text for case, given in cases().items() for end, text in made(given).items()}
    for path in FOLDER.iterdir():
        if path.name.removesuffix(".gz") not in wanted:
            path.unlink()
    for name, text in wanted.items():
        write(name, text)
