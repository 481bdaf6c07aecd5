"""Archives of past runs for tests, and audits of them."""

from loganalyzer.audit.archive.run import Auditor
from loganalyzer.audit.archive.spread import Spread
from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import ScanOptions
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.store.store import Store


def falling(n=40, rate=0.9, start=2.3):
    return [start * rate**epoch for epoch in range(n)]


def write_csv(path, losses, column="loss"):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{epoch},{loss!r}\n" for epoch, loss in enumerate(losses))
    path.write_text(f"epoch,{column}\n{rows}")
    return path


def write_archive(root, n_runs=6):
    """Runs of which every third diverges; the first ones are sound."""
    for number in range(n_runs):
        losses = falling(rate=0.8 + 0.01 * number)
        if number % 3 == 2:
            losses = losses[:20] + [losses[19] * 1.5**epoch for epoch in range(1, 20)]
        write_csv(root / f"run{number:03d}" / f"lr=0.{number + 1}" / "history.csv", losses)
    return root


def audited(root, store, *, book=None, jobs=1, force=False, options=None, **spread):
    """The tally of one audit, and all that the store then says of the runs below `root`."""
    auditor = Auditor(book or default_rulebook(), options or ScanOptions(), Spread(jobs, **spread), force)
    with Store(store) as opened:
        tally = auditor.run(gather([root]).found, opened)
        return tally, tuple(opened.past_runs()), tuple(opened.diagnoses())


def counts(tally):
    return tally.read, tally.rejudged, tally.unchanged
