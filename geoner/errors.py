"""The library's own errors: each message names what is at fault and says what to do."""

from __future__ import annotations


class GeonerError(Exception):
    """Base of every error geoner raises for a cause outside its own code."""


class ModelError(GeonerError):
    """A model folder that cannot be used: missing, truncated or not a model."""


class ArticleError(GeonerError):
    """A labelled article that breaks its format; names file, line and field.

    Attributes:
        path: The file, if the article comes from one.
        line: The line, counted from 1, if it is known.
        reason: What is wrong, without the place.
    """

    def __init__(self, reason: str, path: str | None = None, line: int | None = None) -> None:
        place = ":".join(str(part) for part in (path, line) if part is not None)
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason, self.path, self.line = reason, path, line


class FormatWarning(UserWarning):
    """Something a format of labelled articles cannot hold, or that is not read from one."""


class MissingExtraError(GeonerError):
    """An optional dependency is not installed; names the extra that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'geoner[{extra}]'")
        self._made_of = (what, extra)

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        """So that it comes back from another process."""
        return type(self), self._made_of
