import io
import sys

import pytest
from histories import write_history

from loganalyzer.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line; the answer is exit code, standard output and standard error."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["loganalyzer", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return call


class Terminal(io.TextIOWrapper):
    """Standard output that claims to be a terminal."""

    def isatty(self):
        return True

    def text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of 80 columns in place of standard output."""

    def make(encoding="utf-8"):
        stream = Terminal(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setenv("COLUMNS", "80")
        return stream

    return make


@pytest.fixture
def logs(tmp_path):
    """A folder with one sound run and one that diverges."""
    root = tmp_path / "logs"
    falling = [0.2 + 2.1 * 0.9**epoch for epoch in range(60)]
    write_history(root / "good" / "history.csv", falling, val_loss=[0.05 + 1.02 * loss for loss in falling])
    write_history(
        root / "bad" / "history.csv", falling[:30] + [falling[29] * 1.4**epoch for epoch in range(1, 25)]
    )
    return root
