"""An evaluation for people: in plain text, and as a page in a browser."""

from geoner.report.page import page
from geoner.report.text import format_comparison, format_evaluation, format_report

__all__ = ["format_comparison", "format_evaluation", "format_report", "page"]
