"""Labelled articles: read, written, checked."""

from geoner.articles.article import Article
from geoner.articles.checking import Finding, check_articles
from geoner.articles.files import read_articles, write_articles
from geoner.articles.formats import FORMATS

__all__ = [
    "FORMATS",
    "Article",
    "Finding",
    "check_articles",
    "read_articles",
    "write_articles",
]
