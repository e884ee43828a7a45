"""The recipes of docs/clusters.md, as they stand there."""

import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

from geoner import Document

PAGE = (Path(__file__).parent.parent / "docs" / "clusters.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- test: (\w+) -->\n```python\n(.*?)```", PAGE, re.DOTALL))

TEXTS = ["Talks between Iran and Oman resumed.", None, "Nothing.", "Chad paid $5 million."]
FOUND = [["Iran", "Oman"], [], [], ["Chad", "$5 million"]]


def recipe(name, **names):
    """Runs the function of the page and a recipe; gives what they define."""
    for part in dict.fromkeys(("function", name)):
        exec(compile(RECIPES[part], f"docs/clusters.md ({part})", "exec"), names)
    return names


def mentions(documents):
    return [[e.text for e in Document.from_json(document).entities] for document in documents]


@pytest.fixture
def articles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    frame = pd.DataFrame({"number": range(4), "text": TEXTS})
    for part in range(2):
        frame[2 * part : 2 * part + 2].to_parquet(tmp_path / "articles" / f"{part}.parquet")


def test_the_function_reads_a_series_and_keeps_its_index():
    series = pd.Series(TEXTS, index=[7, 5, 3, 1])
    found = recipe("function")["mentions"](series)
    assert mentions(found) == FOUND
    assert found.index.equals(series.index)


@pytest.mark.usefixtures("articles")
def test_dask():
    recipe("dask")
    found = pd.read_parquet("found").sort_values("number")
    assert list(found["number"]) == [0, 1, 2, 3]
    assert mentions(found["document"]) == FOUND


@pytest.mark.usefixtures("articles")
def test_spark(monkeypatch):
    sql = pytest.importorskip("pyspark.sql")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # Spark takes python3 of the PATH
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    try:
        recipe("spark", spark=spark)
    finally:
        spark.stop()
    found = pd.read_parquet("found").sort_values("number")
    assert mentions(found["document"]) == FOUND
