from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import geoner
from geoner.extractor import SHIPPED_MODEL
from geoner.tokenization import TextTokenizer, WindowSettings
from tests.render.browser import Browser, find_browser

# no deadline: machines that run the tests are busy; no chance: a failure is found again
hypothesis.settings.register_profile("geoner", deadline=None, derandomize=True)
hypothesis.settings.load_profile("geoner")

# what a shell starts in the background does not hear SIGINT, nor do the commands that tests stop
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: What writes files of some kinds, which the light install lacks.
LIBRARIES = ((".spacy", "spacy"), (".parquet", "pyarrow"), (".zst", "backports.zstd"))

SEEDS = Path(__file__).parent.parent / "seeds" / "articles"


def need_library_of(file: str) -> None:
    """Skips the test where the library that writes files of this kind is not installed."""
    for ending, library in LIBRARIES:
        if file.endswith(ending):
            pytest.importorskip(library)


@pytest.fixture(scope="session")
def extractor() -> geoner.Extractor:
    return geoner.Extractor.from_pretrained()


@pytest.fixture(scope="session")
def tokenizer() -> TextTokenizer:
    return TextTokenizer.from_pretrained(SHIPPED_MODEL, WindowSettings())


@pytest.fixture(scope="session")
def seeds() -> list[geoner.Article]:
    return geoner.read_articles(SEEDS, split="test")


@pytest.fixture(scope="session")
def on_seeds(extractor: geoner.Extractor, seeds: list[geoner.Article]) -> geoner.Evaluation:
    """The shipped model on a third of the seed articles held back."""
    return geoner.evaluate(extractor, seeds[::3])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium or Chrome."""
    found = find_browser()
    if found is None:
        pytest.skip("no Chromium or Chrome is installed")
    if os.name != "posix":
        pytest.skip("the browser is driven over inherited pipes")
    browser = Browser(found, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()
