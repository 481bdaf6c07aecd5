"""The page to look at and to send round: one file for a few runs, a folder of pages for many."""

from __future__ import annotations

from loganalyzer.report.html.pages import folder, pages, render
from loganalyzer.report.html.scripts import policy

__all__ = ["folder", "pages", "policy", "render"]
