"""A document for the eye: a table on a terminal, a page in a browser, an output in a notebook."""

from geoner.render.page import output, page
from geoner.render.table import table
from geoner.render.text import describe, printable

__all__ = ["describe", "output", "page", "printable", "table"]
