"""geoner.ray on a cluster of two nodes, started here."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest

import geoner.ray
from geoner import Document, GeonerError
from geoner.errors import MissingExtraError
from geoner.extractor import SHIPPED_MODEL


@pytest.fixture(scope="module")
def ray():
    """Ray, connected to two nodes of three CPUs. Actors of two CPUs do not fit on one of them
    together, and leave each a CPU for reading."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine
        environment.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
        import ray
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 3, "object_store_memory": 80 << 20}
        cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        try:
            cluster.add_node(**node)
            ray.init(address=cluster.address, log_to_driver=False)
            ray.data.DataContext.get_current().enable_progress_bars = False
            yield ray
        finally:
            ray.shutdown()
            cluster.shutdown()


ACTORS = {"concurrency": 2, "num_cpus": 2}


def without_scores(document):
    data = document.to_dict()
    return {**data, "entities": [{**entity, "score": None} for entity in data["entities"]]}


def scores(document):
    return [entity.score for entity in document.entities]


def test_two_nodes_find_what_one_process_finds(ray, extractor, seeds, tmp_path):
    articles = pd.DataFrame(
        {"body": [article.text for article in seeds[:12]], "number": range(12), "source": "seeds"}
    )
    (tmp_path / "articles").mkdir()
    for part in range(4):
        articles[part::4].to_parquet(tmp_path / "articles" / f"{part}.parquet")
    dataset = ray.data.read_parquet(str(tmp_path / "articles"))
    found = geoner.ray.extract(dataset, text_column="body", batch_size=4, **ACTORS)
    found.write_parquet(str(tmp_path / "found"))

    rows = pq.read_table(tmp_path / "found").sort_by("number").to_pylist()
    assert [row["body"] for row in rows] == list(articles["body"])
    assert {row["source"] for row in rows} == {"seeds"}
    assert {row["error"] for row in rows} == {None}
    for row, expected in zip(rows, extractor.extract_many(articles["body"]), strict=True):
        document = Document.from_dict({**row, "text": row["body"]})
        assert without_scores(document) == without_scores(expected)
        assert scores(document) == pytest.approx(scores(expected), abs=0.02)

    actors = ray._private.state.actors().values()
    nodes = {a["Address"]["NodeID"] for a in actors if "ExtractorActor" in a["ActorClassName"]}
    assert len(nodes) == 2


def test_a_row_without_a_text_says_why_and_the_others_go_on(ray):
    texts = ["Iran", None, 3, "\ufeffIran".encode(), b"\xff", "Nothing."]
    dataset = ray.data.from_pandas(pd.DataFrame({"text": texts, "number": range(6)}))
    rows = geoner.ray.extract(dataset, labels=["COUNTRY"]).take_all()
    rows.sort(key=lambda row: row["number"])
    assert [row["error"] for row in rows] == [
        None,
        "the text is null",
        "the text is of type int, not a string",
        None,
        "the text is not UTF-8 (byte 0)",
        None,
    ]
    mentions = [row["entities"] and [entity["text"] for entity in row["entities"]] for row in rows]
    assert mentions == [["Iran"], None, None, ["Iran"], None, []]
    assert Document.from_dict(rows[0]).countries[0].value.alpha_2 == "IR"


def test_what_is_wrong_in_an_actor_is_said(ray):
    dataset = ray.data.from_pandas(pd.DataFrame({"text": ["Iran"]}))
    found = geoner.ray.extract(dataset, labels=["SHIP"])
    with pytest.raises(ray.exceptions.RayError, match="the model has no label SHIP; it has"):
        found.take_all()


def test_columns_that_do_not_fit_are_said_at_once(ray):
    frame = pd.DataFrame({"body": ["Iran"], "groups": ["a"]})
    dataset = ray.data.from_pandas(frame)
    with pytest.raises(GeonerError, match="no column 'text'; there are body, groups"):
        geoner.ray.extract(dataset)
    with pytest.raises(GeonerError, match="a column 'groups' is there already; rename it"):
        geoner.ray.extract(dataset, "body")


def asked_of_ray(**arguments):
    """What `Dataset.map_batches` is given."""
    given = {}
    dataset = SimpleNamespace(
        columns=lambda **_: None, map_batches=lambda _, **options: given.update(options)
    )
    geoner.ray.extract(dataset, **arguments)
    return given


@pytest.mark.parametrize(
    ("arguments", "device", "gpus"),
    [
        ({}, "auto", 0),
        ({"num_gpus": 0.5}, "cuda", 0.5),
        ({"device": "cuda"}, "cuda", 1),
        ({"device": "cpu"}, "cpu", 0),
    ],
)
def test_actors_for_a_gpu_reserve_it_and_use_it(arguments, device, gpus):
    given = asked_of_ray(**arguments)
    assert given["fn_constructor_kwargs"]["device"] == device
    assert given["num_gpus"] == gpus


@pytest.mark.parametrize(
    ("concurrency", "least", "most"), [(None, 1, None), (3, 3, 3), ((2, 5), 2, 5)]
)
def test_the_number_of_actors_is_fixed_or_grows(concurrency, least, most):
    from ray.data import ActorPoolStrategy

    expected = ActorPoolStrategy(min_size=least, max_size=most)
    assert asked_of_ray(concurrency=concurrency)["compute"] == expected


def test_a_folder_is_found_from_an_actors_own_working_folder(monkeypatch):
    monkeypatch.chdir(SHIPPED_MODEL.parent)
    given = asked_of_ray(model=SHIPPED_MODEL.name)
    assert given["fn_constructor_kwargs"]["model"] == SHIPPED_MODEL


def test_a_folder_with_the_name_of_a_shipped_model_is_not_meant(tmp_path, monkeypatch):
    (tmp_path / "fast").mkdir()
    monkeypatch.chdir(tmp_path)
    assert asked_of_ray(model="fast")["fn_constructor_kwargs"]["model"] == "fast"


def test_other_options_of_ray_are_passed_on():
    assert asked_of_ray(memory=1 << 30)["memory"] == 1 << 30


def test_the_extra_is_named_where_ray_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'geoner\[ray\]'"):
        geoner.ray.extract(SimpleNamespace())
