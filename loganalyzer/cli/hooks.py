"""What the user wants done with each finding of a watched run: a command, or a request to an address."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from urllib.parse import urlsplit

import typer

from loganalyzer.cli.output import complain

Hook = Callable[[str], None]
_PATIENCE_S = 30.0


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
        BadParameter: the address is not http or https, or has no host.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise typer.BadParameter(
            f"{url}: expected an address that begins with http:// or https://", param_hint="--webhook"
        )

    def send(finding: str) -> None:
        import urllib.request
        from urllib.error import URLError

        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
            url, finding.encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=_PATIENCE_S):
                pass
        except (URLError, OSError) as error:
            complain(f"--webhook {parts.hostname}: {error}; the watch goes on")

    return send
