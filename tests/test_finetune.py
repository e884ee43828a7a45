import json
import sys

import numpy as np
import pytest
import torch

from geoner import Article, Document, Extractor, GeonerError, Hyperparameters, finetune
from geoner.errors import ArticleError, ModelError
from geoner.export import snap_to_grid
from geoner.extractor import SHIPPED_MODEL
from geoner.folder import read_config
from geoner.inference import OnnxModel, TorchModel
from geoner.tokenization import TextTokenizer, WindowSettings

from .ships import ships, write_tiny_base

#: What a model folder holds that a run without a learning curve wrote.
MODEL_FILES = [
    "README.md",
    "SHA256SUMS",
    "config.json",
    "min_score.svg",
    "model.onnx",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model folder fine-tuned on a new label, and its figures on dev."""
    folder = tmp_path_factory.mktemp("finetune") / "ships"
    hyperparameters = Hyperparameters(epochs=3, learning_rate=3e-4)
    articles = ships(56)
    figures = finetune(articles[:42], articles[42:], folder, hyperparameters=hyperparameters)
    return folder, figures


def test_a_new_label_is_learned_and_runs_without_torch(trained):
    folder, figures = trained
    assert figures["f1"] > 0.9
    extractor = Extractor.from_pretrained(folder, backend="onnx")
    assert extractor.labels == ("COUNTRY", "SHIP")
    document = extractor.extract("The tanker Dolphin left Busan for Oman on Friday.")
    assert [(e.text, e.label) for e in document.entities] == [
        ("Dolphin", "SHIP"),
        ("Oman", "COUNTRY"),
    ]


def test_a_model_folder_is_complete_and_nothing_else_is_left(trained):
    folder, _ = trained
    assert sorted(path.name for path in folder.iterdir()) == MODEL_FILES
    assert [path.name for path in folder.parent.iterdir()] == ["ships"]


def test_transformers_reads_the_folder(trained):
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    folder, _ = trained
    model = AutoModelForTokenClassification.from_pretrained(folder)
    assert model.dtype == torch.float32
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "£50m for Iran"
    ours = TextTokenizer.from_pretrained(folder, WindowSettings())(text)
    assert tokenizer(text)["input_ids"][1:-1] == ours.ids.tolist()


def test_an_existing_folder_is_not_overwritten(trained):
    folder, _ = trained
    with pytest.raises(GeonerError, match="exists already"):
        finetune(ships(2), ships(2), folder)


def test_a_folder_that_is_no_model_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(GeonerError, match="not a model folder"):
        finetune(ships(2), ships(2), tmp_path, force=True)
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("train", "dev", "said"),
    [
        ([], ships(1), "no training article carries a label"),
        ([Article("a", Document("Nothing."))], ships(1), "no training article"),
        (ships(1), [], "no dev article carries a label"),
        (ships(1), [Article("a", Document(""))], "no dev article carries a label"),
        ([Article("a", Document.from_spans("Iran", [(0, 4, "COUNTRY", 1)]))], ships(1), "SHIP"),
    ],
)
def test_articles_that_cannot_train_are_refused_first(tmp_path, train, dev, said):
    with pytest.raises(ArticleError, match=said):
        finetune(train, dev, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="nowhere"):
        finetune(ships(2), ships(2), tmp_path / "model", base=tmp_path / "nowhere")


def test_an_interrupted_run_goes_on_to_the_same_weights(tmp_path, monkeypatch):
    from transformers import Trainer

    base = tmp_path / "base"
    write_tiny_base(base)
    articles = ships(20)

    def train(name, **options):
        schedule = Hyperparameters(epochs=2, learning_rate=0.005)
        folder = tmp_path / name
        return finetune(
            articles, articles[:7], folder, base=base, hyperparameters=schedule, **options
        )

    whole = train("whole")

    evaluate = Trainer.evaluate

    def killed_after_first_checkpoint(self, *args, **kwargs):
        if self.state.epoch and self.state.epoch > 1:
            raise KeyboardInterrupt
        return evaluate(self, *args, **kwargs)

    monkeypatch.setattr(Trainer, "evaluate", killed_after_first_checkpoint)
    with pytest.raises(KeyboardInterrupt):
        train("cut")
    monkeypatch.undo()
    assert not (tmp_path / "cut").exists()
    assert train("cut", resume=True) == whole
    assert (tmp_path / "cut" / "model.safetensors").read_bytes() == (
        tmp_path / "whole" / "model.safetensors"
    ).read_bytes()


def test_weights_already_on_the_grid_stay():
    from transformers import AutoModelForTokenClassification

    model = AutoModelForTokenClassification.from_pretrained(SHIPPED_MODEL, dtype=torch.float32)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    snap_to_grid(model)
    for name, tensor in model.state_dict().items():
        assert torch.allclose(tensor, before[name], atol=1e-3), name


def test_the_int8_model_is_near_the_float_one(trained):
    folder, _ = trained
    tokenizer = TextTokenizer.from_pretrained(folder, WindowSettings())
    int8, float32 = OnnxModel(folder, 5), TorchModel(folder, "cpu")
    for article in ships(7):
        tokenized = tokenizer(article.text)
        inputs = tokenizer.inputs([(tokenized, w) for w in tokenizer.windows(tokenized)])
        assert (int8(inputs).argmax(-1) == float32(inputs).argmax(-1)).mean() > 0.95
        # logits of a head fitted to few articles are large: what is lost is small beside them
        error = np.abs(int8(inputs) - float32(inputs)).max()
        assert error < 0.1 * np.abs(float32(inputs)).max()


def test_configuration_has_no_local_paths(trained):
    folder, _ = trained
    config = json.loads((folder / "config.json").read_text())
    base = read_config(SHIPPED_MODEL)["geoner"]
    for setting in ("max_length", "overlap", "word_shapes"):
        assert config["geoner"][setting] == base[setting]
    assert "_name_or_path" not in config


def test_a_missing_extra_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(GeonerError, match=r"pip install 'geoner\[train\]'"):
        finetune(ships(2), ships(2), tmp_path / "model")
