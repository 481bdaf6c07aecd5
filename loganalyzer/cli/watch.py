"""`loganalyzer watch`: each finding of runs that are still going, once, as soon as it can be known."""

from __future__ import annotations

import sys
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loganalyzer.cli.judging import scan_options
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import Classes, Mapping, NoColor, Paths, Profile, Rules, rulebook_of
from loganalyzer.cli.output import complain, emit, screen_of

if TYPE_CHECKING:
    from loganalyzer.audit.follow import Announcer, Follower
    from loganalyzer.cli.hooks import Outbox
    from loganalyzer.readers.limits import Limits

Every = Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Time between two looks.")]
Rest = Annotated[
    float, typer.Option("--rest", metavar="SECONDS", min=0, help="A run silent for so long has ended.")
]
Least = Annotated[
    Literal["info", "warning", "critical"], typer.Option("--severity", help="The mildest finding to tell.")
]
NewOnly = Annotated[
    bool, typer.Option("--new-only", help="Say nothing of what the first look already finds.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON for each finding.")]
Command = Annotated[
    str | None,
    typer.Option("--exec", metavar="CMD", help="Run for each finding, which it gets as JSON on stdin."),
]
Address = Annotated[
    str | None, typer.Option("--webhook", metavar="URL", help="Send each finding there, as JSON.")
]


@limited
def watch(  # noqa: PLR0913 - a command takes as many arguments as it has options
    paths: Paths,
    *,
    every: Every = 5.0,
    rest: Rest = 600.0,
    severity: Least = "warning",
    new_only: NewOnly = False,
    as_json: AsJson = False,
    command: Command = None,
    url: Address = None,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Follow runs that are still going, and tell each finding once, as soon as it can be known.

    Runs, logs and folders may come, grow, be replaced or vanish meanwhile. Ctrl-C ends the watch.
    """
    from loganalyzer.audit.follow import Announcer, Follower
    from loganalyzer.cli.hooks import Outbox, command_hook, webhook

    hooks = [command_hook(command)] if command is not None else []
    hooks += [webhook(url)] if url is not None else []
    options = scan_options(classes, mapping, 1, limits)
    follower = Follower(paths, rulebook_of(rules, profile), options, rest=rest)
    announcer = Announcer(severity)
    for path in paths:
        if not path.exists():
            complain(f"{path}: not there yet; it is looked for every {every:g} seconds")
    outbox = Outbox(hooks)
    try:
        if new_only:
            follower.poll(monotonic())
            list(announcer.news(follower.known(monotonic())))
        while True:
            _look(follower, announcer, outbox, as_json=as_json, color=not no_color)
            sleep(every)
    except KeyboardInterrupt:
        outbox.close()
        raise typer.Exit from None


def _look(follower: Follower, announcer: Announcer, outbox: Outbox, *, as_json: bool, color: bool) -> None:
    from loganalyzer.report.news import news_line, news_text

    follower.poll(monotonic())
    announcer.forget(follower.begun_anew)
    for diagnosis, finding in announcer.news(follower.known(monotonic())):
        line = news_line(diagnosis, finding, time())
        screen = screen_of(sys.stdout, detail="normal", color=color)
        emit(line if as_json else news_text(diagnosis, finding, time(), screen))
        outbox.put(line)
