"""Layers, heads and neurons taken out of a model, and what is left of them in its files."""

import pytest
import torch
from transformers import BertConfig, BertForTokenClassification

from geoner.export import export_onnx
from geoner.extractor import FAST_MODEL, SHIPPED_MODEL
from geoner.folder import ONNX_FILE
from geoner.heads import heads_of, keep_heads, put_back_heads, without_empty_heads
from geoner.inference import OnnxModel
from geoner.schema import LABELS
from geoner.tokenization import TextTokenizer, WindowSettings
from geoner.trainer import load_for_training
from training import __main__ as command
from training.card import attention_heads
from training.distillation import TAGS, Student
from training.loop import Schedule, Window, fit
from training.pruning import Size, cut, importance, keep_layers, most

HEADS = 4
KEPT = torch.tensor([[True, False, True, False], [False, False, False, True]])


def bert(seed=0):
    """A small model of two layers that says something of every token."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        intermediate_size=48,
        num_labels=len(TAGS),
        type_vocab_size=3,
        initializer_range=0.2,
    )
    return BertForTokenClassification(config).eval()


def windows(count, seed=0):
    """Windows whose targets follow from their tokens."""
    torch.manual_seed(seed)
    for _ in range(count):
        ids = torch.randint(0, 50, (12,))
        targets = torch.nn.functional.one_hot(ids % len(TAGS), len(TAGS)).half()
        yield Window(ids, torch.zeros_like(ids), targets)


def logits(model, seed=0):
    inputs = torch.stack([window.input_ids for window in windows(3, seed)])
    with torch.inference_mode():
        return model(input_ids=inputs).logits


def empty(model):
    """Which heads have values of zero throughout, by layer."""
    layers = model.base_model.encoder.layer
    values = [layer.attention.self.value.weight.view(HEADS, -1) for layer in layers]
    return torch.stack([(value == 0).all(dim=1) for value in values])


def test_a_shallower_model_computes_what_the_first_layers_of_the_whole_one_do():
    tokenizer = TextTokenizer.from_pretrained(SHIPPED_MODEL, WindowSettings(word_shapes=True))
    model = load_for_training(SHIPPED_MODEL, LABELS, tokenizer.settings, 0)
    tokens = tokenizer("Oslo and Lilongwe signed a $3 pact.")
    inputs = tokenizer.inputs([(tokens, tokenizer.windows(tokens)[0])])
    inputs = {name: torch.from_numpy(array) for name, array in inputs.items()}
    with torch.inference_mode():
        whole = model.base_model(**inputs, output_hidden_states=True).hidden_states[2]
        keep_layers(model, 2)
        shallow = model.base_model(**inputs).last_hidden_state
        assert Student(model)(**inputs).shape == (*inputs["input_ids"].shape, len(TAGS))
    torch.testing.assert_close(shallow, whole)
    assert model.config.num_hidden_layers == 2


def test_a_head_that_says_nothing_is_not_missed():
    model = bert()
    with torch.no_grad():
        for layer, kept in zip(model.base_model.encoder.layer, KEPT, strict=True):
            layer.attention.output.dense.weight[:, ~kept.repeat_interleave(8)] = 0
    before = logits(model)
    keep_heads(model, KEPT)
    assert heads_of(model) == [2, 1]
    torch.testing.assert_close(logits(model), before)


def test_heads_that_are_put_back_are_empty():
    model = bert()
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    keep_heads(model, KEPT)
    slim = logits(model)
    put_back_heads(model, KEPT)
    assert {name: tensor.shape for name, tensor in model.state_dict().items()} == shapes
    assert torch.equal(empty(model), ~KEPT)
    torch.testing.assert_close(logits(model), slim)


def test_empty_heads_stay_empty_when_the_model_learns_further():
    model = bert()
    keep_heads(model, KEPT)
    put_back_heads(model, KEPT)
    before = logits(model)
    fit(Student(model), [list(windows(20))] * 3, Schedule(1e-2, tokens=60, warm_up=2))
    assert not torch.allclose(logits(model), before, atol=0.1)
    assert torch.equal(empty(model), ~KEPT)
    assert heads_of(without_empty_heads(model)) == [2, 1]


def test_a_model_without_empty_heads_is_the_model_itself():
    model = bert()
    assert without_empty_heads(model) is model


def test_a_layer_of_empty_heads_keeps_one():
    model = bert()
    kept = torch.tensor([[True] * HEADS, [False] * HEADS])
    with torch.no_grad():
        value = model.base_model.encoder.layer[1].attention.self.value
        value.weight.zero_()
        value.bias.zero_()
    slim = without_empty_heads(model)
    assert heads_of(slim) == [HEADS, 1]
    assert torch.equal(empty(model), ~kept)
    torch.testing.assert_close(logits(slim), logits(model))


def test_what_changes_the_loss_matters():
    model = bert()
    fit(Student(model), [list(windows(40))] * 6, Schedule(1e-2, tokens=120, warm_up=5))
    with torch.no_grad():
        for layer in model.base_model.encoder.layer:
            layer.attention.output.dense.weight[:, :8] = 0  # head 0
            layer.output.dense.weight[:, [3, 5]] = 0
    heads, neurons = importance(model, list(windows(10, seed=1)))
    assert heads.shape == (2, HEADS)
    assert neurons.shape == (2, 48)
    assert not heads[:, 0].any()
    assert not neurons[:, [3, 5]].any()
    assert (heads[:, 1:] > 0).all()
    assert most(heads, HEADS - 1).tolist() == [[False] + [True] * (HEADS - 1)] * 2


def test_a_model_is_cut_while_it_learns_and_has_its_heads_after():
    model = bert()
    with cut(model, Size(layers=1, heads=3, neurons=40), list(windows(5))):
        assert heads_of(model) == [3]
        assert model.base_model.encoder.layer[0].output.dense.in_features == 40
    assert heads_of(model) == [HEADS]
    assert empty(model).sum() == 1
    assert model.config.intermediate_size == 40
    assert model.config.num_hidden_layers == 1
    again = BertForTokenClassification(model.config)
    again.load_state_dict(model.state_dict())
    torch.testing.assert_close(logits(again.eval()), logits(model))


def test_onnx_leaves_out_empty_heads(tmp_path):
    model = bert()
    keep_heads(model, KEPT)
    put_back_heads(model, KEPT)
    expected = logits(model).numpy()
    inputs = [
        {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
        for ids in (window.input_ids[None].numpy() for window in windows(3))
    ]
    export_onnx(model, inputs, tmp_path / "model.onnx")
    assert attention_heads(tmp_path / ONNX_FILE) == [2, 1]
    found = OnnxModel(tmp_path, len(TAGS))
    for one, row in zip(inputs, expected, strict=True):
        assert abs(found(one)[0] - row).max() < 0.15 * abs(expected).max()


@pytest.mark.parametrize("folder", [SHIPPED_MODEL, FAST_MODEL])
def test_the_shipped_models_compute_some_of_the_heads_only(folder):
    assert all(count < 12 for count in attention_heads(folder / ONNX_FILE))


def test_the_command_prunes_no_bare_encoder(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["training", "--gold", "gold", "--heads", "9"])
    with pytest.raises(SystemExit):
        command.main()
    assert "need --start" in capsys.readouterr().err
