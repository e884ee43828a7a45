from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

import geoner
from geoner.extractor import SHIPPED_MODEL
from geoner.tokenization import TextTokenizer, WindowSettings

# no deadline: machines that run the tests are busy; no chance: a failure is found again
hypothesis.settings.register_profile("geoner", deadline=None, derandomize=True)
hypothesis.settings.load_profile("geoner")

SEEDS = Path(__file__).parent.parent / "seeds" / "articles"


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
