"""Attention heads that a BERT encoder can do without.

In `transformers` every layer of BERT has as many heads as the next. A head that was taken out
stays in the weights as zeros, so that anything can load them; zeros on both sides of a product have
no gradient, so it stays out when the model is trained further. In ONNX it is left out, and takes no
time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel

#: Changes a layer in place, by which of its rows or columns stay or come back.
_Changing = Callable[[torch.nn.Linear, torch.Tensor], None]


def heads_of(model: PreTrainedModel) -> list[int]:
    """How many heads each layer computes."""
    return [layer.attention.self.num_attention_heads for layer in model.base_model.encoder.layer]


def keep_heads(model: PreTrainedModel, kept: torch.Tensor) -> None:
    """Takes heads out of a model, in place.

    Args:
        model: A BERT encoder with any head.
        kept: Which heads stay, shape ``(layers, heads)``; at least one in each layer.
    """
    _change(model, kept, keep_rows, keep_columns)


def put_back_heads(model: PreTrainedModel, kept: torch.Tensor) -> None:
    """Undoes the shapes of `keep_heads`, in place: what had been taken out is zeros now."""
    _change(model, kept, _spread_rows, _spread_columns)


def without_empty_heads(model: PreTrainedModel) -> PreTrainedModel:
    """The model, or a copy without the heads whose values are all zero, if it has such; one of
    them stays in a layer that has no others."""
    attentions = [layer.attention.self for layer in model.base_model.encoder.layer]
    kept = torch.stack([_full(each.value, each.num_attention_heads) for each in attentions])
    if kept.all():
        return model
    kept[~kept.any(dim=1), 0] = True
    model = copy.deepcopy(model)
    keep_heads(model, kept)
    return model


def keep_rows(linear: torch.nn.Linear, kept: torch.Tensor) -> None:
    """Takes outputs out of a layer, in place; `kept` is of shape ``(outputs,)``."""
    linear.weight = torch.nn.Parameter(linear.weight.detach()[kept].clone())
    linear.bias = torch.nn.Parameter(linear.bias.detach()[kept].clone())
    linear.out_features = len(linear.weight)


def keep_columns(linear: torch.nn.Linear, kept: torch.Tensor) -> None:
    """Takes inputs out of a layer, in place; `kept` is of shape ``(inputs,)``."""
    linear.weight = torch.nn.Parameter(linear.weight.detach()[:, kept].clone())
    linear.in_features = linear.weight.shape[1]


def _change(
    model: PreTrainedModel, kept: torch.Tensor, rows: _Changing, columns: _Changing
) -> None:
    """Changes what makes the heads of each layer, and what takes them."""
    for layer, these in zip(model.base_model.encoder.layer, kept, strict=True):
        attention = layer.attention.self
        wide = these.repeat_interleave(attention.attention_head_size)
        for linear in (attention.query, attention.key, attention.value):
            rows(linear, wide)
        columns(layer.attention.output.dense, wide)
        attention.all_head_size = attention.query.out_features
        attention.num_attention_heads = attention.all_head_size // attention.attention_head_size


def _full(value: torch.nn.Linear, heads: int) -> torch.Tensor:
    """Which heads give anything, shape ``(heads,)``, by the layer that makes their values."""
    rows = value.weight.detach().ne(0).any(dim=1) | value.bias.detach().ne(0)
    return rows.view(heads, -1).any(dim=1)


def _spread_rows(linear: torch.nn.Linear, kept: torch.Tensor) -> None:
    weight = linear.weight.new_zeros(len(kept), linear.in_features)
    bias = linear.bias.new_zeros(len(kept))
    weight[kept], bias[kept] = linear.weight.detach(), linear.bias.detach()
    linear.weight, linear.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)
    linear.out_features = len(kept)


def _spread_columns(linear: torch.nn.Linear, kept: torch.Tensor) -> None:
    weight = linear.weight.new_zeros(linear.out_features, len(kept))
    weight[:, kept] = linear.weight.detach()
    linear.weight = torch.nn.Parameter(weight)
    linear.in_features = len(kept)
