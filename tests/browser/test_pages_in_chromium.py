"""What a reader of a report does with it, in a real browser."""

from dataclasses import replace

import pytest
from hostile_diagnoses import HOSTILE, hostile_run, hostile_runs
from made_diagnoses import diagnosis, finding, zoo

from loganalyzer.model.diagnosis import SeriesSummary, Sparkline
from loganalyzer.model.finding import Place
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.role import Role
from loganalyzer.report.html import pages, render
from loganalyzer.report.renderers import Report

STEPS = tuple(range(0, 2000, 10))
RATE = (0.1,) * 100 + (0.01,) * 100


def curves():
    """A run that diverges, with training and validation, a learning rate, a gap, epochs and a clock."""
    clock = tuple(1.7e9 + 3.6 * step for step in STEPS)
    train = tuple(2.0 * 0.98**n if n < 120 else 0.2 * 1.1 ** (n - 120) for n in range(195)) + (None,) * 5
    lines = {
        "loss": Sparkline(STEPS, train, clock),
        "val_loss": Sparkline(STEPS[::4], (1.0,) * 50, clock[::4]),
        "lr": Sparkline(STEPS, RATE, clock),
        "epoch": Sparkline((0, 1990), (0.0, 19.9), (clock[0], clock[-1])),
    }
    roles = {
        "loss": Role("loss", "train", "lower", ""),
        "val_loss": Role("loss", "validation", "lower", ""),
        "lr": Role("lr", "none", "none", ""),
        "epoch": Role("epoch", "none", "none", ""),
    }
    cure = Remedy(
        "",
        "lower-learning-rate",
        "Lower it",
        "Smaller steps stay inside.",
        ("Divide the learning rate by ten.", "Run again from the last good checkpoint."),
        "low",
        "",
        (),
        keras=("Call model.compile again.",),
        pytorch=("Set group['lr'].",),
    )
    found = finding(decidable=Place(1500, 0.75, None), onset=Place(1200, 0.6, None), end=None)
    made = diagnosis(findings=[found], sparklines=lines, roles=roles, remedies={cure.id: cure})
    many = SeriesSummary("loss", "iteration", 90_000, 0, 1990, 2.0, 9.0, 0.1, 9.0, 5, 0)
    return replace(made, run=replace(made.run, series=(many,)))


@pytest.fixture
def single(tmp_path):
    """A page of some runs as a file."""

    def write(*diagnoses):
        path = tmp_path / "report.html"
        path.write_text(render(Report("logs", diagnoses)), encoding="utf-8")
        return path

    return write


@pytest.fixture
def folder(tmp_path):
    """A folder of pages."""

    def write(*diagnoses):
        for name, text in pages(Report("logs", diagnoses)):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def is_taken(page):
    return page.evaluate("window.taken ?? null") is not None


def names_shown(page):
    return page.locator(".body .row:visible .run").all_text_contents()


def test_a_hostile_report_is_text_and_nothing_else(visit, single):
    seen = visit(single(*hostile_runs()))
    seen.see_all()
    assert not is_taken(seen.page)
    assert len(seen.requests) == 1
    assert seen.page.locator("img, iframe, object, embed").count() == 0
    assert seen.page.locator(".body .row").count() == len(HOSTILE)
    assert "<script>window.taken = 1</script>" in names_shown(seen.page)
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", [name for name in HOSTILE if "$$" in name or "@" in name or "<" in name])
def test_a_hostile_chart_is_text_and_nothing_else(visit, single, name):
    seen = visit(single(hostile_run(name)))
    seen.see_all()
    seen.page.hover(".plots")
    seen.page.wait_for_timeout(100)
    assert not is_taken(seen.page)
    assert len(seen.requests) == 1
    assert seen.page.locator(".legend label").first.text_content() == name


def test_a_folder_is_walked_by_its_links(visit, folder):
    place = folder(*zoo())
    seen = visit(place / "index.html")
    seen.page.click("text=lr-high/run_3 >> nth=-1")
    seen.page.wait_for_selector("h1")
    seen.see_all()
    seen.page.click("text=Next")
    assert "nan" in seen.page.text_content("h1")
    seen.page.click("text=All runs")
    assert seen.page.locator(".body .row").count() == len(zoo())
    assert all(url.startswith(place.as_uri()) for url in seen.requests)


def test_runs_are_searched_and_filtered(visit, single):
    tuned = [
        replace(one, run=replace(one.run, hparams={"lr": 10.0**-n, "optimizer": "Adam" if n % 2 else "sgd"}))
        for n, one in enumerate(zoo())
    ]
    seen = visit(single(*tuned))
    page = seen.page
    total = len(tuned)

    def left(**chosen):
        for name, value in chosen.items():
            field = page.locator(f"[name={name}]")
            field.select_option(value) if name in ("verdict", "found", "sure") else field.fill(value)
        count = len(names_shown(page))
        assert page.text_content("#shown").startswith(str(count) if count < total else str(total))
        page.click("[type=reset]")
        seen.until(f"document.querySelectorAll('.body .row:not([hidden])').length === {total}")
        return count

    assert left(text="RUN_3") == 1
    assert left(text="no such run") == 0
    assert left(verdict="0 1") == 3
    assert left(found="loss-spikes") == 2
    assert left(sure="0.9") == 3
    assert left(tag="los") == total
    assert left(tag="accuracy") == 0
    assert left(hparam="lr>=0.01") == 3
    assert left(hparam="lr>=0.01 optimizer=adam") == 1
    assert left(hparam="optim!=adam") == 3
    assert left(hparam="momentum") == 0


def test_runs_are_sorted_both_ways_with_the_unknown_last(visit, single):
    page = visit(single(*zoo())).page
    page.click("[data-key=name] button")
    names = names_shown(page)
    assert names == sorted(names)
    assert page.get_attribute("[data-key=name]", "aria-sort") == "ascending"
    page.click("[data-key=name] button")
    assert names_shown(page) == names[::-1]
    page.click("[data-key=since] button")
    assert page.locator(".body .row:visible .since").all_text_contents()[-1] == ""


def test_five_thousand_runs_are_searched(visit, folder):
    kinds = zoo()
    runs = [
        replace(one, run=replace(one.run, name=f"sweep/{n:04d}"))
        for n in range(5000)
        for one in [kinds[n % len(kinds)]]
    ]
    place = folder(*runs[:2])
    (place / "index.html").write_text(
        next(t for n, t in pages(Report("logs", tuple(runs))) if n == "index.html")
    )
    page = visit(place / "index.html").page
    page.fill("[name=text]", "sweep/012")
    assert page.text_content("#shown") == "10 of 5,000 runs"


def figure(page, at):
    """What the panel at `at` is drawn with."""
    return page.evaluate(
        """at => {
            const panel = Bokeh.documents[0].roots()[0].children[at];
            return { log: panel.y_scale.type, start: panel.x_range.start, end: panel.x_range.end,
                     label: panel.xaxes[0].axis_label, lines: panel.renderers.length };
        }""",
        at,
    )


def test_curves_are_drawn_switched_smoothed_and_zoomed(visit, single):
    seen = visit(single(curves()))
    page = seen.page
    seen.wait_for_a_chart()
    assert (figure(page, 0)["log"], figure(page, 1)["label"]) == ("LogScale", "step")
    assert "90,000 points" in page.text_content(".chart")
    assert page.locator(".legend label").all_text_contents() == ["loss", "val_loss", "lr"]

    page.select_option("label:has-text('Scale') select", "linear")
    seen.wait_for_charts()
    assert figure(page, 0)["log"] == "LinearScale"
    lines = figure(page, 0)["lines"]
    assert "1,200 to 1,940, after a jump: rises from" in page.locator(".chart details").text_content()
    page.uncheck("label:has-text('Segments') input")
    seen.wait_for_charts()
    assert figure(page, 0)["lines"] == lines - 2 * page.locator(".chart details li").count()
    page.check("label:has-text('Segments') input")
    seen.wait_for_charts()
    page.select_option("label:has-text('Smoothing') select", "7")
    seen.wait_for_charts()
    assert figure(page, 0)["lines"] == lines + 2
    page.select_option("label:has-text('Axis') select", "time")
    seen.wait_for_charts()
    assert figure(page, 1)["label"] == "minutes since the start" or "hours" in figure(page, 1)["label"]
    page.select_option("label:has-text('Axis') select", "epoch")
    seen.wait_for_charts()
    assert figure(page, 1)["label"] == "epoch"
    assert 19 < figure(page, 0)["end"] < 21
    page.select_option("label:has-text('Axis') select", "step")
    seen.wait_for_charts()

    page.click("button.show")
    seen.until("Bokeh.documents[0].roots()[0].children[0].x_range.start > 0")
    near = figure(page, 0)
    assert near["start"] < 1200 < near["end"]
    assert figure(page, 1)["start"] == near["start"]
    page.click("text=+")
    assert figure(page, 0)["end"] - figure(page, 0)["start"] == pytest.approx(
        (near["end"] - near["start"]) / 2
    )
    page.uncheck(".legend input >> nth=0")
    seen.wait_for_a_chart()
    assert figure(page, 0)["lines"] < lines + 2


@pytest.mark.parametrize(
    "values",
    [(None,) * 30, (0.001,) * 30, (0.0,) * 30, (2.3,), (None, 1e300, -1e300, None), (1.0, 1.7e308, -1.7e308)],
)
def test_odd_curves_are_drawn_without_complaint(visit, single, values):
    roles = {"loss": Role("loss", "train", "lower", "")}
    lines = {"loss": Sparkline(tuple(range(len(values))), values)}
    seen = visit(single(diagnosis(findings=[finding(onset=None, end=None)], sparklines=lines, roles=roles)))
    seen.wait_for_a_chart()
    low, high = seen.page.evaluate(
        "(({ start, end }) => [start, end])(Bokeh.documents[0].roots()[0].children[0].y_range)"
    )
    assert low < high
    assert values[0] is None or low < values[0] < high
    assert seen.page.locator("label:has-text('Segments')").count() == (len(values) >= 4)


@pytest.mark.parametrize("steps", [range(2**63 - 60, 2**63), [10**n for n in range(18)], [-(2**62)], [7]])
def test_odd_steps_are_zoomed_into_no_further_than_they_can_be_told_apart(visit, single, steps):
    line = Sparkline(tuple(steps), tuple(2 / (n + 1) for n in range(len(steps))))
    role = Role("loss", "train", "lower", "")
    seen = visit(single(diagnosis(findings=[], sparklines={"loss": line}, roles={"loss": role})))
    seen.wait_for_a_chart()
    whole = figure(seen.page, 0)
    assert whole["start"] < whole["end"]
    for button in ("+", "−"):
        for _ in range(60):
            seen.page.click(f"button:text-is('{button}')")
        shown = figure(seen.page, 0)
        assert shown["start"] < shown["end"]
    assert (shown["start"], shown["end"]) == pytest.approx((whole["start"], whole["end"]))


def test_a_page_printed_before_it_was_scrolled_through_shows_every_run(visit, single):
    page = visit(
        single(*[replace(curves(), run=replace(curves().run, name=f"run{n}")) for n in range(9)])
    ).page
    page.emulate_media(media="print")
    drawn, still = page.locator(".plots").count(), page.locator(".still svg").count()
    assert drawn + still == 9
    assert still > 0


def test_values_are_told_under_the_mouse(visit, single):
    seen = visit(single(curves()))
    seen.wait_for_a_chart()
    seen.page.wait_for_timeout(300)
    box = seen.page.locator(".plots").bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    tip = seen.page.locator(".tip")
    tip.wait_for()
    assert "step " in tip.text_content()
    assert "val_loss: 1" in tip.text_content()


def test_steps_for_frameworks_are_tabs_that_keys_reach(visit, single):
    page = visit(single(curves())).page
    tabs = page.locator("[role=tab]")
    assert tabs.all_text_contents() == ["General", "Keras", "PyTorch"]
    assert page.locator("text=Divide the learning rate by ten.").first.is_visible()
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("text=Call model.compile again.").is_visible()
    assert not page.locator("text=Divide the learning rate by ten.").first.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Keras"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_until_somebody_chooses(visit, single, scheme):
    seen = visit(single(curves()), color_scheme=scheme)
    seen.wait_for_charts()
    paper = "getComputedStyle(document.body).backgroundColor"
    before = seen.page.evaluate(paper)
    assert (before == "rgb(14, 16, 19)") == (scheme == "dark")
    seen.page.click("#theme")
    assert seen.page.evaluate(paper) != before
    seen.page.reload()
    assert seen.page.evaluate(paper) != before


def test_a_link_unfolds_the_card_of_its_run(visit, single):
    seen = visit(single(*zoo()))
    page = seen.page
    card = page.locator("#run-z-healthy > details")
    assert card.get_attribute("open") is None
    page.click(".body .run a[href='#run-z-healthy']")
    seen.until("document.querySelector('#run-z-healthy > details').open")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nobody_is_kept_out(visit, single, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    seen = visit(single(curves(), *zoo()[2:]), viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen.see_all()
    found = axe.Axe().run(seen.page, options={"preload": False}).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")
    ] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_can_be_read_without_scripts(visit, single):
    page = visit(single(curves(), *zoo()), java_script_enabled=False).page
    assert page.locator(".body .row").count() == 1 + len(zoo())
    assert page.locator("text=Call model.compile again.").is_visible()
    assert not page.locator("#filters").is_visible()
