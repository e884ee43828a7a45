from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from safetensors.torch import load_file, save_file

from geoner import Article, Document
from geoner.errors import GeonerError
from geoner.extractor import SHIPPED_MODEL
from geoner.hyperparameters import Hyperparameters
from geoner.schema import iob2_tags
from geoner.tokenization import TextTokenizer, WindowSettings
from geoner.trainer import (
    IGNORED,
    batch_size_for,
    encode,
    load_for_training,
    pad,
    seqeval_metrics,
    sharing_words,
    token_loss,
    word_tags,
)

from .test_document import documents


@pytest.mark.parametrize("labels", [["COUNTRY", "SHIP"], ["COUNTRY", "CARGO", "PORT", "SHIP"]])
def test_the_head_keeps_what_it_knows_and_nothing_else(labels):
    from transformers import AutoModelForTokenClassification

    old = AutoModelForTokenClassification.from_pretrained(SHIPPED_MODEL, dtype=torch.float32)
    tags = iob2_tags(labels)
    new = load_for_training(SHIPPED_MODEL, labels, WindowSettings(), seed=1)
    assert new.classifier.out_features == len(tags)
    unknown = new.classifier.weight[tags.index("B-SHIP")]
    assert not (old.classifier.weight == unknown).all(dim=1).any()
    for tag in ("O", "B-COUNTRY", "I-COUNTRY"):
        assert torch.equal(
            new.classifier.weight[tags.index(tag)],
            old.classifier.weight[old.config.label2id[tag]],
        )


@given(document=documents())
def test_word_tags_cover_each_entity(tokenizer, document):
    tokenized = tokenizer(document.text)
    tags = iob2_tags(["COUNTRY", "X"])
    assigned = word_tags(Article("a", document), tokenized, tags)
    assert len(assigned) == len(tokenized.starts)
    for start, end, tag in zip(tokenized.starts, tokenized.ends, assigned, strict=True):
        touching = [e for e in document.entities if e.start < end and start < e.end]
        assert (tag == 0) == (not touching)


def test_each_word_counts_once_in_evaluation(tokenizer, seeds):
    narrow = TextTokenizer.from_pretrained(SHIPPED_MODEL, WindowSettings(64, 16, True))
    tags = iob2_tags(["COUNTRY", "OFFICIAL", "AGREEMENT", "MONEY"])
    windows = encode(seeds, narrow, tags, owned_only=True)
    labels = [label for row in windows["labels"] for label in row if label != IGNORED]
    assert len(labels) == sum(len(tokenizer(article.text).heads) for article in seeds)
    begins = sum(label in {1, 3, 5, 7} for label in labels)
    assert begins == sum(len(article.document.entities) for article in seeds)


def test_padding_is_ignored():
    rows = [
        {"input_ids": [5, 6], "token_type_ids": [1, 0], "labels": [0, 1], "corpus": 0},
        {"input_ids": [7], "token_type_ids": [2], "labels": [3], "corpus": 1},
    ]
    batch = {name: tensor.tolist() for name, tensor in pad(rows).items()}
    assert batch == {
        "input_ids": [[5, 6], [7, 0]],
        "attention_mask": [[1, 1], [1, 0]],
        "token_type_ids": [[1, 0], [2, 0]],
        "labels": [[0, 1], [3, IGNORED]],
        "corpus": [0, 1],
    }


def test_without_strange_labels_the_loss_is_cross_entropy():
    logits, labels = torch.randn(2, 5, 3), torch.tensor([[0, 1, 2, 0, IGNORED], [0] * 5])
    only_o = torch.tensor([[True, False, False]] * 2)
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
    assert torch.allclose(token_loss(logits, labels, only_o), expected)


def test_what_nobody_looked_for_is_neither_right_nor_wrong():
    # O, B-COUNTRY, I-COUNTRY, B-SHIP, I-SHIP; in this corpus nobody looked for ships
    ship, country = torch.eye(5)[3] * 50, torch.eye(5)[1] * 50
    may_hide = torch.tensor([[True, False, False, True, True]])
    outside = torch.tensor([[0]])
    assert token_loss(ship[None, None], outside, may_hide) < 1e-6
    assert token_loss(country[None, None], outside, may_hide) > 10


def test_only_labels_of_the_articles_are_judged():
    tags = iob2_tags(["COUNTRY", "SHIP"])
    found = torch.eye(5)[[1, 3]].numpy() * 9  # B-COUNTRY, B-SHIP

    truth = torch.tensor([0, 3]).numpy()  # O, B-SHIP
    prediction = SimpleNamespace(predictions=[found], label_ids=[truth])
    assert seqeval_metrics(tags, ["SHIP"])(prediction)["precision"] == 1
    assert seqeval_metrics(tags)(prediction)["precision"] == 0.5


def test_of_epochs_with_one_f1_the_surer_is_chosen():
    tags = iob2_tags(["COUNTRY", "SHIP"])
    truth = torch.tensor([0, 3, 0]).numpy()

    def choice(found, sureness, judged=None):
        logits = torch.eye(5)[found].numpy() * sureness
        prediction = SimpleNamespace(predictions=[logits], label_ids=[truth])
        return seqeval_metrics(tags, judged)(prediction)["choice"]

    assert choice([0, 3, 0], 2) < choice([0, 3, 0], 9) <= 1
    assert choice([0, 3, 1], 9) < choice([0, 3, 0], 0.1)  # F1 comes first, however sure
    assert choice([1, 3, 0], 9, ["SHIP"]) == pytest.approx(
        choice([0, 3, 0], 9, ["SHIP"]), abs=1e-12
    )


def test_mentions_that_share_a_word_are_found(tokenizer):
    text = "Iran/Iraq and the dollarpeso"
    spans = [(0, 4, "C", 1.0), (5, 9, "C", 1.0), (18, 24, "M", 1.0), (24, 28, "M", 1.0)]
    article = Article("a", Document.from_spans(text, spans))
    assert sharing_words([article], tokenizer) == ["dollarpeso"]


def test_few_articles_are_learned_in_smaller_batches():
    assert [batch_size_for(windows) for windows in (1, 40, 100, 10_000)] == [1, 2, 5, 8]


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"learning_rate": -1.0}, {"batch_size": 0}, {"patience": 0}, {"seed": -1}],
)
def test_hyperparameters_that_make_no_sense_are_named(wrong):
    with pytest.raises(GeonerError, match=next(iter(wrong))):
        Hyperparameters(**wrong)


def test_a_checkpoint_has_the_names_that_the_model_has(tmp_path):
    """Trainer reads its checkpoints by them, and silently leaves out what it does not know."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_bytes((SHIPPED_MODEL / "config.json").read_bytes())
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): tensor
        for name, tensor in load_file(SHIPPED_MODEL / "model.safetensors").items()
    }
    save_file(old, base / "model.safetensors")
    model = load_for_training(base, ["COUNTRY"], WindowSettings(), seed=1)
    model.save_pretrained(tmp_path / "checkpoint")
    saved = load_file(tmp_path / "checkpoint" / "model.safetensors")
    assert saved.keys() == model.state_dict().keys()
