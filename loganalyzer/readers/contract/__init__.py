"""What every reader has to keep, as named checks to run over samples of its format.

For authors of readers, in this package or another: run each check in a test of its own.

    SAMPLES = [Sample(ROOT, path) for path in ROOT.rglob("*.mine")]

    @pytest.mark.parametrize("check", checks(my_reader, SAMPLES), ids=str)
    def test_contract(check):
        check.run()
"""

from loganalyzer.readers.contract.promises import Check, checks
from loganalyzer.readers.contract.samples import Sample

__all__ = ["Check", "Sample", "checks"]
