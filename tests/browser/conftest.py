"""Pages in a real browser: without one, or without what drives it, these tests say so and stand aside."""

import os
import shutil
from dataclasses import dataclass, field

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium of the system, driven by playwright."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium, and `make test` tries the pages")
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install -e '.[browser]'"
    )
    # Root has no sandbox to put the browser in, as in most containers.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that was opened, and what it did that a page of ours may not do."""

    page: object
    complaints: list = field(default_factory=list)
    requests: list = field(default_factory=list)

    def see_all(self):
        """Unfold everything, and scroll through it so that every chart is drawn."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.evaluate(
            """async () => {
                for (let y = 0; y < document.body.scrollHeight; y += 700) {
                    scrollTo({ top: y, behavior: "instant" });
                    await new Promise(done => setTimeout(done, 20));
                }
            }"""
        )
        self.wait_for_charts()

    def wait_for_charts(self):
        """Wait until each chart that was begun is drawn."""
        self.until("[...document.querySelectorAll('.plots')].every(one => one.firstElementChild?.shadowRoot)")

    def wait_for_a_chart(self):
        """Wait until a chart was begun, and each that was is drawn."""
        self.until("typeof Bokeh !== 'undefined' && Bokeh.documents.length > 0")
        self.wait_for_charts()

    def until(self, expression):
        """Wait until `expression` holds; the page itself may evaluate nothing, so it is asked again."""
        for _ in range(400):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"never came true: {expression}")


@pytest.fixture
def visit(chromium):
    """Open a file; the page must neither complain nor ask for anything but files of its folder."""
    contexts, visits = [], []

    def open_(path, **settings):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        seen = Visit(page)
        page.on("console", lambda one: one.type in ("error", "warning") and seen.complaints.append(one.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(path.as_uri())
        contexts.append(context)
        visits.append(seen)
        return seen

    yield open_
    for context in contexts:
        context.close()
    for seen in visits:
        assert seen.complaints == []
