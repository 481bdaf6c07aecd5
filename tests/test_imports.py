"""What a command loads: importing a heavy library costs more than reading a small run."""

import subprocess
import sys

import pytest

HEAVY = {"numpy", "numpy.ma", "pandas", "scipy", "sklearn", "matplotlib", "tensorboard", "joblib"}
HEAVY |= {"google.protobuf", "dask", "distributed", "fsspec", "s3fs", "botocore"}
CODE = """
import sys
from loganalyzer.cli import main
sys.argv = ["loganalyzer", *{arguments!r}]
try:
    main()
except SystemExit as left:
    print(*sorted(sys.modules), file=sys.stderr)
    raise
"""


def loaded(*arguments):
    code = CODE.format(arguments=list(map(str, arguments)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr[:300]
    return HEAVY & set(done.stderr.split())


def test_the_package_itself_loads_nothing():
    code = "import sys, loganalyzer; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not (HEAVY | {"rich", "typer", "msgspec"}) & set(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["rules", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments):
    assert loaded(*arguments) == set()


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_scan_loads_numpy_alone(tmp_path, format_):
    rows = "".join(f"{epoch},{2.3 * 0.9**epoch}\n" for epoch in range(30))
    (tmp_path / "log.csv").write_text("epoch,loss\n" + rows)
    assert loaded("scan", tmp_path, "--format", format_) == {"numpy"}
