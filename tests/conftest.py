"""Helpers beside the tests are importable from every test folder."""

import sys
from pathlib import Path

for folder in sorted(Path(__file__).parent.iterdir()):
    if folder.is_dir():
        sys.path.append(str(folder))
