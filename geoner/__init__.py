"""Finds countries, officials, agreements and amounts of money in news text."""

from geoner.articles import Article, Finding, check_articles, read_articles, write_articles
from geoner.document import Cooccurrence, Document, Entity, Group
from geoner.errors import GeonerError
from geoner.evaluate import Evaluation, evaluate
from geoner.extractor import Extractor, extract, extract_many
from geoner.finetune import finetune
from geoner.hyperparameters import Hyperparameters
from geoner.values.types import AgreementValue, CountryValue, MoneyValue, OfficialValue

__version__ = "0.1.0"

__all__ = [
    "AgreementValue",
    "Article",
    "Cooccurrence",
    "CountryValue",
    "Document",
    "Entity",
    "Evaluation",
    "Extractor",
    "Finding",
    "GeonerError",
    "Group",
    "Hyperparameters",
    "MoneyValue",
    "OfficialValue",
    "check_articles",
    "evaluate",
    "extract",
    "extract_many",
    "finetune",
    "read_articles",
    "write_articles",
]
