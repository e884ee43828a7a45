"""Smaller models out of larger ones: without some layers, attention heads and neurons.

Source: Michel et al. (2019), "Are Sixteen Heads Really Better than One?"; for the estimate of what
matters by a first-order Taylor expansion, Molchanov et al. (2017), "Pruning Convolutional Neural
Networks for Resource Efficient Inference".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from geoner.heads import keep_columns, keep_heads, keep_rows, put_back_heads
from training.loop import Window, batches, collate, cross_entropy

#: Windows on which it is judged what matters.
JUDGED = 240

_TOKENS = 3200


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a model to keep; ``None`` keeps all.

    Attributes:
        layers: How many, from the first.
        heads: How many attention heads in each layer.
        neurons: How many neurons in each feed-forward layer.
    """

    layers: int | None = None
    heads: int | None = None
    neurons: int | None = None


WHOLE = Size()


@contextmanager
def cut(model: PreTrainedModel, size: Size, windows: Sequence[Window]) -> Iterator[None]:
    """Takes out of a model, in place, what matters least; in the end, its heads are as many as
    before, and zeros where they were taken out.

    Args:
        model: A BERT token classifier that has learned its task, by which it is judged what
            matters; any, if `size` keeps all heads and neurons.
        size: What to keep.
        windows: Windows with targets, of which some are judged on.
    """
    if size.heads is None and size.neurons is None:
        keep_layers(model, size.layers)
        yield
        return
    few = random.Random(0).sample(windows, min(JUDGED, len(windows)))
    by_head, by_neuron = importance(model, few)
    heads = most(by_head[: size.layers], size.heads)
    neurons = most(by_neuron[: size.layers], size.neurons)
    keep_layers(model, size.layers)
    keep_heads(model, heads)
    keep_neurons(model, neurons)
    yield
    put_back_heads(model, heads)


def keep_layers(model: PreTrainedModel, layers: int | None) -> None:
    """Takes all layers but the first ones out of a model, in place; ``None`` keeps all.

    Source: Sajjad et al. (2023), "On the Effect of Dropping Layers of Pre-trained Transformer
    Models", who find dropping the top ones best.
    """
    model.base_model.encoder.layer = model.base_model.encoder.layer[:layers]
    model.config.num_hidden_layers = len(model.base_model.encoder.layer)


def keep_neurons(model: PreTrainedModel, kept: torch.Tensor) -> None:
    """Takes neurons of the feed-forward layers out of a model, in place; `kept` says which stay,
    shape ``(layers, neurons)``, as many in each layer."""
    for layer, these in zip(model.base_model.encoder.layer, kept, strict=True):
        keep_rows(layer.intermediate.dense, these)
        keep_columns(layer.output.dense, these)
    model.config.intermediate_size = int(kept[0].sum())


def most(scores: torch.Tensor, count: int | None) -> torch.Tensor:
    """Where the highest scores of each row stand: ``True`` for `count` of them, or for all."""
    if count is None:
        return torch.ones_like(scores, dtype=torch.bool)
    kept = torch.zeros_like(scores, dtype=torch.bool)
    return kept.scatter(1, scores.topk(count, dim=1).indices, True)


def importance(
    model: PreTrainedModel, windows: Sequence[Window]
) -> tuple[torch.Tensor, torch.Tensor]:
    """How much the loss on the windows would change without each head and each neuron.

    Args:
        model: A BERT token classifier.
        windows: Windows with targets.

    Returns:
        For heads, shape ``(layers, heads)``, and for neurons, shape ``(layers, neurons)``: the
        change to first order, its magnitude averaged over tokens.
    """
    layers = model.base_model.encoder.layer
    heads = [torch.zeros(layer.attention.self.num_attention_heads) for layer in layers]
    neurons = [torch.zeros(layer.output.dense.in_features) for layer in layers]
    hooks = []
    for layer, head, neuron in zip(layers, heads, neurons, strict=True):
        hooks.append(layer.attention.output.dense.register_forward_pre_hook(_adding_to(head)))
        hooks.append(layer.output.dense.register_forward_pre_hook(_adding_to(neuron)))
    model.eval()
    tokens = 0
    for chosen in batches([len(window.input_ids) for window in windows], _TOKENS, 0):
        inputs, targets = collate([windows[index] for index in chosen])
        read = int(inputs["attention_mask"].sum())
        (cross_entropy(model(**inputs).logits, targets) * read).backward()  # type: ignore[no-untyped-call]
        model.zero_grad()
        tokens += read
    for hook in hooks:
        hook.remove()
    return torch.stack(heads) / tokens, torch.stack(neurons) / tokens


def _adding_to(sums: torch.Tensor) -> Callable[[torch.nn.Module, tuple[torch.Tensor]], None]:
    """A hook that adds to `sums` what its layer's inputs, in as many equal parts, matter."""

    def hook(_module: torch.nn.Module, arguments: tuple[torch.Tensor]) -> None:
        (values,) = arguments

        def add(gradient: torch.Tensor) -> None:
            change = values.detach() * gradient
            parts = change.view(-1, len(sums), change.shape[-1] // len(sums))
            sums.add_(parts.sum(dim=-1).abs().sum(dim=0))

        values.register_hook(add)  # type: ignore[no-untyped-call]

    return hook
