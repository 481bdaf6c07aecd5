"""The tab "Diagnosis", which TensorBoard finds by its entry point (`tensorboard_plugins`)."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from time import monotonic, time

from tensorboard.plugins.base_plugin import FrontendMetadata, TBContext, TBPlugin
from werkzeug import Request, Response
from werkzeug.wsgi import responder

from loganalyzer.audit.follow import Follower
from loganalyzer.audit.scan import ScanOptions
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.report.html import folder, policy
from loganalyzer.report.renderers import Report

_TAB = Path(__file__).parent / "tab.js"
_REPORT = "/report/"
MIN_PAUSE_S = 5.0
"""Between two looks at the logs, however many browsers ask."""


class DiagnosisPlugin(TBPlugin):  # type: ignore[misc]  # TensorBoard has no types
    """The verdicts on all runs below the logdir, and a page with the curves of each.

    Logs are read by the readers of this package, not from what TensorBoard keeps of them: it samples.
    """

    plugin_name = "diagnosis"

    def __init__(self, context: TBContext) -> None:
        """Remember the logdir; nothing is read before somebody opens the tab."""
        self._logdir = Path(context.logdir) if context.logdir else None
        self._follower = Follower([self._logdir] if self._logdir else [], default_rulebook(), ScanOptions())
        self._files: Mapping[str, Callable[[], str]] = {}
        # From the clock, so that a browser sees a new number when TensorBoard was restarted.
        self._version, self._looked = int(time()), -MIN_PAUSE_S
        self._lock = Lock()

    def get_plugin_apps(self) -> dict[str, Callable[..., object]]:
        """The script of the tab, a number that grows with every change of the logs, and the report."""
        return {"/tab.js": self._tab, "/version": self._state, f"{_REPORT}*": self._page}

    def is_active(self) -> bool:
        """Whether there is a folder to look at."""
        return self._logdir is not None and self._logdir.is_dir()

    def frontend_metadata(self) -> FrontendMetadata:
        """How the tab is called, and where its script is."""
        return FrontendMetadata(es_module_path="/tab.js", tab_name="Diagnosis")

    @responder
    def _tab(self, environ: dict[str, object], _: object) -> Response:
        return _answer(_TAB.name, _TAB.read_text(encoding="utf-8"))

    @responder
    def _state(self, environ: dict[str, object], _: object) -> Response:
        with self._lock:
            self._look()
            return _answer("version.json", json.dumps({"version": self._version}))

    @responder
    def _page(self, environ: dict[str, object], _: object) -> Response:
        path = Request(environ).path.partition(_REPORT)[2]
        with self._lock:
            if not self._files:
                self._look()
            make = self._files.get(path)
            return _answer(path, make()) if make else _answer("", "no such page", 404)

    def _look(self) -> None:
        """Read what changed, unless that was done a moment ago."""
        if monotonic() - self._looked < MIN_PAUSE_S:
            return
        if self._follower.poll(monotonic()) or not self._files:
            self._version += 1
            self._files = folder(Report(str(self._logdir), self._follower.diagnoses()))
        self._looked = monotonic()


def _answer(name: str, text: str, status: int = 200) -> Response:
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    answer = Response(text, status, mimetype=kind)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = policy(None)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
