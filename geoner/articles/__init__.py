"""Labelled articles: read, written, changed, checked."""

from geoner.articles.article import Article
from geoner.articles.checking import Finding, check_articles
from geoner.articles.editing import Edit, apply_edits
from geoner.articles.files import read_articles, write_articles
from geoner.articles.formats import FORMATS

__all__ = [
    "FORMATS",
    "Article",
    "Edit",
    "Finding",
    "apply_edits",
    "check_articles",
    "read_articles",
    "write_articles",
]
