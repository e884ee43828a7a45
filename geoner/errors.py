"""The library's own errors: each message names what is at fault and says what to do."""

from __future__ import annotations


class GeonerError(Exception):
    """Base of every error geoner raises for a cause outside its own code."""


class ModelError(GeonerError):
    """A model folder that cannot be used: missing, truncated or not a model."""


class ArticleError(GeonerError):
    """A labelled article that breaks its format; names file, line and field."""


class MissingExtraError(GeonerError):
    """An optional dependency is not installed; names the extra that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'geoner[{extra}]'")
