"""The page to look at and to send round: one file for a few runs, a folder of pages for many."""

from __future__ import annotations

from loganalyzer.report.html.pages import pages, render

__all__ = ["pages", "render"]
