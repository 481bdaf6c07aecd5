"""What the user wants done with each finding of a watched run: a command, or a request to an address."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import typer

from loganalyzer.cli.output import complain

Hook = Callable[[str], None]
_PATIENCE_S = 30.0


class Outbox:
    """Hands each finding to all hooks, in turn and beside the watch: a slow hook delays no look."""

    def __init__(self, hooks: Sequence[Hook]) -> None:
        """Wait for findings."""
        self._hooks = tuple(hooks)
        self._findings: SimpleQueue[str | None] = SimpleQueue()
        # A daemon: what hangs in a hook does not keep the program from ending.
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, finding: str) -> None:
        """Hand on a finding when those before it are done with."""
        self._findings.put(finding)

    def close(self) -> None:
        """Wait until all are handed on, though not for ever."""
        self._findings.put(None)
        self._thread.join(_PATIENCE_S)
        if self._thread.is_alive():
            complain(f"not all findings were handed on within {_PATIENCE_S:g} seconds; they are above")

    def _work(self) -> None:
        while (finding := self._findings.get()) is not None:
            for hook in self._hooks:
                hook(finding)


def command_hook(command: str) -> Hook:
    """A hook that runs `command`, without a shell, with the finding as JSON on its standard input.

    Raises:
        BadParameter: the command is empty, or a quote in it is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise typer.BadParameter(f"{command!r}: {error}; close the quote", param_hint="--exec") from error
    if not words:
        raise typer.BadParameter("expected a command, found nothing", param_hint="--exec")

    def run(finding: str) -> None:
        try:
            done = subprocess.run(words, input=finding, text=True, timeout=_PATIENCE_S, check=False)  # noqa: S603 - the command is the user's own
        except (OSError, subprocess.TimeoutExpired) as error:
            complain(f"--exec {command}: {error}; the watch goes on")
            return
        if done.returncode:
            complain(f"--exec {command}: ended with {done.returncode}; the watch goes on")

    return run


def webhook(url: str) -> Hook:
    """A hook that sends the finding as JSON to `url` and to no other place: it follows no redirect.

    Raises:
        BadParameter: the address is not http or https, or has no host, or a port that is none.
    """
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise typer.BadParameter(f"{url}: {error}", param_hint="--webhook") from error
    if not is_sound:
        raise typer.BadParameter(
            f"{url}: expected an address that begins with http:// or https://", param_hint="--webhook"
        )

    def send(finding: str) -> None:
        import urllib.request
        from http.client import HTTPException

        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
            url, finding.encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=_PATIENCE_S):
                pass
        except (OSError, HTTPException, ValueError) as error:  # ValueError: no address after all
            complain(f"--webhook {parts.hostname}: {error}; the watch goes on")

    return send
