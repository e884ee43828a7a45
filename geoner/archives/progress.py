"""How far a run is, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from geoner.archives.draft import Checkpoint

if TYPE_CHECKING:
    from tqdm import tqdm


class ProgressBar:
    """A bar with the articles done, their rate, and the time left as told from the bytes read.

    Args:
        size: The bytes of all that is to be read, or ``None`` where that is not known.
        begun: Where the run begins.
        shown: Whether it is shown at all.
    """

    def __init__(self, size: int | None, begun: Checkpoint, shown: bool) -> None:
        from tqdm import tqdm

        self._begun = begun
        self._start = time.monotonic()
        left = "{percentage:3.0f}%|{bar}| {elapsed}<{remaining}" if size else "{elapsed}"
        self._bar: tqdm[Any] = tqdm(
            total=size,
            initial=begun.position.read,
            bar_format="{desc} " + left,
            dynamic_ncols=True,
            miniters=1,
            smoothing=0.05,
            disable=not shown,
        )

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def update(self, now: Checkpoint) -> None:
        """Shows how far the run is now."""
        seconds = max(time.monotonic() - self._start, 1e-3)
        rate = (now.articles - self._begun.articles) / seconds
        bad = f", {now.bad:,} bad" if now.bad else ""
        self._bar.set_description_str(
            f"{now.articles:,} articles{bad}, {rate:,.1f}/s", refresh=False
        )
        self._bar.update(now.position.read - self._bar.n)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Lets something else be written to standard error."""
        with self._bar.external_write_mode(file=sys.stderr):
            yield
