"""What `scan` takes for paths."""

from __future__ import annotations

from loganalyzer.audit.scan import scan


def test_one_path_may_be_given_as_a_string(tmp_path):
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{i},{2 - 0.1 * i}\n" for i in range(10)))
    (one,) = scan(str(tmp_path))
    assert one.run.name == "log.csv"
    assert scan(tmp_path) == scan([str(tmp_path)]) == (one,)
