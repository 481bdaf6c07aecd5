"""The page of a comparison in a real browser."""

import pytest
from hostile_diagnoses import HOSTILE
from test_comparison import folders, hostile_pair, of, pair

from loganalyzer.report.html.comparison import render


@pytest.fixture
def opened(visit, tmp_path):
    """Open the page of a comparison, unfold it, and wait for its charts."""

    def open_(comparison, **settings):
        path = tmp_path / "comparison.html"
        path.write_text(render(comparison), encoding="utf-8")
        seen = visit(path, **settings)
        seen.see_all()
        assert seen.requests == [path.as_uri()]
        return seen

    return open_


def test_both_curves_are_drawn_over_one_another_with_the_step_at_which_they_part(opened):
    page = opened(of(pair())).page
    assert page.locator(".legend label").all_text_contents() == ["A: loss", "B: loss"]
    spans = page.evaluate("Bokeh.documents[0].roots()[0].children[0].center.map(one => one.location)")
    assert 1200 in spans


def test_many_pairs_link_to_their_cards(opened):
    page = opened(folders()).page
    page.click("a[href='#pair-old']")
    assert page.locator("#pair-old .plots").count() == 1


def test_hostile_names_are_text(opened):
    page = opened(of(*map(hostile_pair, HOSTILE, range(99)))).page
    assert page.evaluate("window.taken ?? null") is None


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nobody_is_kept_out(opened, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened(folders(), viewport={"width": width, "height": 900}, color_scheme=scheme).page
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
