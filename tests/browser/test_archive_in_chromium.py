"""The page of an audit in a real browser."""

from dataclasses import replace

import pytest
from hostile_diagnoses import HOSTILE
from made_archives import archive, lessons

from loganalyzer.report.html.archive import archive_page


@pytest.fixture
def written(tmp_path):
    def write(name, *texts):
        path = tmp_path / "archive.html"
        made = replace(archive(name, root=name), lessons=lessons(name, *texts))
        path.write_text(archive_page(made, {name: "a.html"}))
        return path

    return write


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_nobody_is_kept_out_of_an_audit(visit, written, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    seen = visit(written("anna/run1"), viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen.see_all()
    found = axe.Axe().run(seen.page, options={"preload": False}).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(seen.requests) == 1


@pytest.mark.parametrize("name", [name for name in HOSTILE if "taken" in name or len(name) > 999])
def test_hostile_names_of_an_audit_do_nothing(visit, written, name):
    seen = visit(written(name, name, name, name))
    seen.see_all()
    assert seen.page.evaluate("window.taken ?? null") is None
    assert len(seen.requests) == 1
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
