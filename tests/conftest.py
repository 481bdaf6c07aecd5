"""Helpers beside the tests are importable from every test folder; no example fails for being slow."""

import sys
from pathlib import Path

from hypothesis import settings

for folder in sorted(Path(__file__).parent.iterdir()):
    if folder.is_dir():
        sys.path.append(str(folder))

settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")
