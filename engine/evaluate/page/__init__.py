"""The report of an evaluation as a page: one HTML file with everything in it, or the same for paper."""

from engine.evaluate.page.document import page, paper
from engine.evaluate.page.kept import check_place, kept_report, write_report
from engine.evaluate.page.words import system_language

__all__ = ["check_place", "kept_report", "page", "paper", "system_language", "write_report"]
