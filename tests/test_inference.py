import json
import shutil
import sys

import numpy as np
import pytest

from geoner import Extractor, GeonerError
from geoner.errors import ModelError
from geoner.extractor import SHIPPED_MODEL
from geoner.inference import SIDE_BY_SIDE


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
    pytest.importorskip("torch")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="torch")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        Extractor.from_pretrained(folder, backend="torch")


def test_weights_that_do_not_fit_the_configuration_are_refused(folder):
    pytest.importorskip("torch")
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


def test_unknown_dtypes_and_those_of_another_backend_are_said():
    with pytest.raises(GeonerError, match="unknown dtype 'int8': use one of auto, float32"):
        Extractor.from_pretrained(dtype="int8")
    with pytest.raises(GeonerError, match=r"for dtype 'bfloat16' use the torch backend"):
        Extractor.from_pretrained(backend="onnx", dtype="bfloat16")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_finds_what_single_precision_finds(seeds, dtype):
    pytest.importorskip("torch")
    texts = [article.text for article in seeds[:4]]
    single = Extractor.from_pretrained(backend="torch").extract_many(texts)
    half = Extractor.from_pretrained(dtype=dtype).extract_many(texts)  # a dtype asks for torch
    rounded = False
    for expected, document in zip(single, half, strict=True):
        assert [(e.start, e.end, e.label) for e in document.entities] == [
            (e.start, e.end, e.label) for e in expected.entities
        ]
        scores, exact = ([e.score for e in d.entities] for d in (document, expected))
        assert scores == pytest.approx(exact, abs=0.05)
        rounded = rounded or scores != exact
    assert rounded


def test_a_gpu_computes_in_float16_by_default(monkeypatch):
    torch = pytest.importorskip("torch")
    moved = []
    monkeypatch.setattr(torch.nn.Module, "to", lambda self, *to: moved.append(to) or self)
    for device in ("cpu", "cuda", "cuda:1", "mps"):
        Extractor.from_pretrained(backend="torch", device=device)
    assert moved == [
        ("cpu", torch.float32),
        ("cuda", torch.float16),
        ("cuda:1", torch.float16),
        ("mps", torch.float32),
    ]


def test_numbers_beyond_float16_ask_for_another_dtype(folder):
    pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    (folder / "SHA256SUMS").unlink(missing_ok=True)
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = weights["classifier.bias"].float() + 1e6
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    for dtype in ("float32", "bfloat16"):
        Extractor.from_pretrained(folder, dtype=dtype).extract("Talks with Iran resumed.")
    with pytest.raises(ModelError, match="beyond float16; use another dtype"):
        Extractor.from_pretrained(folder, dtype="float16").extract("Talks with Iran resumed.")


def test_an_onnx_model_of_another_tag_set_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "O", "1": "B-X", "2": "I-X"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"model\.onnx: gives 9 tags, config\.json has 3"):
        Extractor.from_pretrained(folder)


def test_a_folder_with_weights_only_falls_back_to_torch(folder):
    pytest.importorskip("torch")
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


def test_extractors_of_one_folder_share_its_weights():
    first, second = Extractor.from_pretrained(threads=1), Extractor.from_pretrained(threads=1)
    assert first._model._alone is second._model._alone
    two, four = Extractor.from_pretrained(threads=2), Extractor.from_pretrained(threads=4)
    assert two._model._alone is not four._model._alone
    assert two._model._beside is four._model._beside


def test_a_file_that_was_replaced_is_not_shared(folder):
    before = Extractor.from_pretrained(folder)
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").write_bytes(content)
    assert Extractor.from_pretrained(folder)._model._alone is not before._model._alone


def test_no_threads_are_too_few():
    with pytest.raises(ValueError, match="threads must be at least 1, not 0"):
        Extractor.from_pretrained(threads=0)


def test_batches_side_by_side_give_what_each_gives_alone():
    rng = np.random.default_rng(3)
    batches = [
        {
            "input_ids": rng.integers(1000, 20_000, (windows, length)),
            "token_type_ids": rng.integers(0, 3, (windows, length)),
        }
        for windows, length in rng.integers((1, 5), (4, 60), (2 * SIDE_BY_SIDE, 2))
    ]
    model = Extractor.from_pretrained(threads=3)._model
    for batch, logits in zip(batches, model.map(iter(batches)), strict=True):
        np.testing.assert_array_equal(logits, model(batch))


def test_batches_side_by_side_are_read_only_a_little_ahead():
    read = 0

    def batches():
        nonlocal read
        while True:
            read += 1
            yield {name: np.full((1, 4), read % 3) for name in ("input_ids", "token_type_ids")}

    results = Extractor.from_pretrained(threads=2)._model.map(batches())
    for _ in range(3 * SIDE_BY_SIDE):
        next(results)
    assert read <= 3 * SIDE_BY_SIDE + 4
    results.close()


def test_a_device_without_memory_is_named(monkeypatch):
    torch = pytest.importorskip("torch")
    model = Extractor.from_pretrained(backend="torch")._model

    def full(**_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(model, "_model", full)
    with pytest.raises(GeonerError, match="out of memory on cpu"):
        model({"input_ids": np.ones((1, 4), dtype=np.int64)})


def test_an_error_among_batches_side_by_side_is_raised():
    good = {name: np.ones((1, 4), dtype=np.int64) for name in ("input_ids", "token_type_ids")}
    wrong = {**good, "input_ids": np.full((1, 4), 10**6)}
    model = Extractor.from_pretrained(threads=2)._model
    results = model.map(iter([*[good] * SIDE_BY_SIDE, wrong, good]))
    with pytest.raises(ModelError, match="cannot run on these tokens"):
        list(results)
