import json
import sys

from benchmarks import paths
from geoner.articles import write_articles


def test_workers_give_what_this_process_gives(seeds):
    texts = [article.text for article in seeds[:6]]
    assert paths.in_workers(texts, None) == paths.in_process(texts, None, "onnx")


def test_the_figures_of_each_way_stand_in_its_row(seeds, monkeypatch, tmp_path, capsys):
    articles, figures = tmp_path / "articles.jsonl", tmp_path / "figures.json"
    write_articles(seeds[:6], articles)
    right = [article.document for article in seeds[:6]]
    none = [document.filter([]) for document in right]
    monkeypatch.setattr(
        paths, "in_process", lambda _texts, model, _backend: none if model == "fast" else right
    )
    monkeypatch.setattr(paths, "in_workers", lambda _texts, _model: right)
    monkeypatch.setattr(paths, "on_ray", lambda _texts, _model: right)
    monkeypatch.setattr(sys, "argv", ["paths", str(articles), "--json", str(figures)])
    paths.main()
    found = json.loads(figures.read_text())
    spans = sum(len(document.entities) for document in right)
    ray = found.pop("int8, Ray, 2 actors")
    assert ray == {"micro-F1": 1.0, "spans": spans, "spans that differ": 0}
    assert found["the fast model"] == {"micro-F1": 0.0, "spans": 0, "spans that differ": spans}
    assert "| int8, one process | 100.0 |" in capsys.readouterr().out
