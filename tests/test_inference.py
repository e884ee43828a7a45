import json
import shutil
import sys

import pytest

from geoner import Extractor, GeonerError
from geoner.errors import ModelError
from geoner.extractor import SHIPPED_MODEL


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model to be damaged."""
    return shutil.copytree(SHIPPED_MODEL, tmp_path / "model")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match="nowhere: no such model folder"):
        Extractor.from_pretrained(tmp_path / "nowhere")


def test_an_empty_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError, match=r"not a complete model folder, config\.json is missing"):
        Extractor.from_pretrained(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="onnx")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("share", [0, 0.5, 0.999])
def test_a_truncated_file_is_named(folder, name, share):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="onnx")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_the_torch_backend_names_its_files_too(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="torch")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="torch")


def test_weights_that_do_not_fit_the_configuration_are_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    config["num_hidden_layers"] += 1
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        Extractor.from_pretrained(folder, backend="torch")


@pytest.mark.parametrize(
    "change",
    [
        {"id2label": None},
        {"id2label": {"0": "O", "2": "B-X"}},
        {"id2label": {"0": "O", "1": "B-X"}},
        {"geoner": {"max_length": 10, "overlap": 10}},
        {"geoner": {"max_length": 5000}},
        {"geoner": {"max_length": 99.5}},
        {"geoner": "yes"},
        {"max_position_embeddings": None},
    ],
)
def test_a_configuration_of_another_kind_is_refused(folder, change):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ModelError, match=r"config\.json: "):
        Extractor.from_pretrained(folder)


def test_unknown_backend_and_device_are_said():
    with pytest.raises(GeonerError, match="unknown backend 'jax': use one of auto, onnx, torch"):
        Extractor.from_pretrained(backend="jax")
    for backend in ("auto", "onnx", "torch"):
        with pytest.raises(GeonerError, match="unknown device 'abacus'"):
            Extractor.from_pretrained(backend=backend, device="abacus")


def test_an_onnx_model_of_another_tag_set_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "O", "1": "B-X", "2": "I-X"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"model\.onnx: gives 9 tags, config\.json has 3"):
        Extractor.from_pretrained(folder)


def test_a_folder_with_weights_only_falls_back_to_torch(folder):
    (folder / "model.onnx").unlink()
    document = Extractor.from_pretrained(folder).extract("Talks with Iran resumed in Vienna.")
    assert [entity.text for entity in document.entities] == ["Iran"]


def test_a_missing_extra_is_said_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(GeonerError, match=r"needs an extra: pip install 'geoner\[torch\]'\Z"):
        Extractor.from_pretrained(backend="torch")


def test_a_foreign_model_without_window_settings_is_read_with_sensible_ones(folder):
    config = json.loads((folder / "config.json").read_text())
    del config["geoner"]
    (folder / "config.json").write_text(json.dumps(config))
    document = Extractor.from_pretrained(folder).extract("Talks with Iran resumed in Vienna.")
    assert [entity.text for entity in document.entities] == ["Iran"]
