"""Commands: each parses, calls one function and prints; `main` turns what happened into an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# Modules and rules are 70,000 objects that stay: looking for garbage among them again and again, and once
# more on leaving, took a fifth of the scan of a small run.
YOUNG_OBJECTS = 100_000


def main() -> None:
    """Run the command line and leave with its exit code (see `loganalyzer.cli.exits`)."""
    gc.set_threshold(YOUNG_OBJECTS)
    atexit.register(gc.disable)
    _occupy_closed_streams()
    sys.exit(_guarded())


def _occupy_closed_streams() -> None:
    """Give streams that were closed (`>&-`) a place that takes all: their numbers would go to the logs."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)  # noqa: FBT003 - the signature of the system
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115


def _guarded() -> int:
    from loganalyzer.cli.exits import BUG, code_of_error
    from loganalyzer.errors import LogAnalyzerError

    try:
        _app()(prog_name="loganalyzer")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except LogAnalyzerError as error:
        _say(f"loganalyzer: {error}")
        return code_of_error(error)
    except Exception as error:
        if os.environ.get("LOGANALYZER_TRACEBACK") == "1":
            raise
        _say(_bug_report(error))
        return BUG
    return 0


def _app() -> typer.Typer:
    from loganalyzer.cli.app import app

    return app


def _bug_report(error: Exception) -> str:
    return (
        f"loganalyzer: internal error: {type(error).__name__}: {error}\n"
        "This is a bug in loganalyzer, not in your logs. Please report it to the project with this line,\n"
        "the output of `loganalyzer --version` and the traceback that LOGANALYZER_TRACEBACK=1 prints."
    )


def _say(text: str) -> None:
    from loganalyzer.cli.output import complain

    complain(text)
