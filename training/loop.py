"""A training loop for the teacher and for what learns from it.

`geoner.finetune` learns from labels; here targets may be probabilities, and on a CPU that can
multiply bfloat16 a step takes a fraction of the time: weights, activations and gradients are
bfloat16, and a float32 copy of the weights takes the updates. On other CPUs, where that would take
many times as long, all of it is float32.

Source: Micikevicius et al. (2018), "Mixed Precision Training"; the schedule is that of Zhai et al.
(2022), "Scaling Vision Transformers": up, level, and down to nothing in the last epoch.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence

from geoner.inference import Inputs, Logits, Model

#: Instructions by which a CPU multiplies bfloat16, as PyTorch names them.
_BFLOAT16 = ("amx_bf16", "avx512_bf16", "bf16")

#: What training multiplies in on this machine.
PRECISION: torch.dtype = (
    torch.bfloat16 if any(map(torch.cpu.get_capabilities().get, _BFLOAT16)) else torch.float32
)

#: Target of tokens that take no part in the loss.
IGNORED = -1.0

_SAID = 25  # steps from one line of the log to the next
_NOISE = 40  # tokens by which lengths are blurred, so that epochs do not share their batches


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads at once, and what it should answer.

    Attributes:
        input_ids: Token ids, special tokens included, shape ``(tokens,)``.
        token_type_ids: Word shapes, shape ``(tokens,)``.
        targets: Probability of each tag, shape ``(tokens, tags)``; rows of `IGNORED` do not count.
    """

    input_ids: torch.Tensor
    token_type_ids: torch.Tensor
    targets: torch.Tensor


@dataclass(frozen=True, slots=True)
class Schedule:
    """How to train.

    Attributes:
        learning_rate: At its height.
        tokens: Tokens in a step, padding included.
        warm_up: Steps until the learning rate is at its height.
        weight_decay: AdamW's.
        shape_dropout: Share of steps whose word shapes are hidden from the model.
        seed: Of everything random.
    """

    learning_rate: float
    tokens: int = 3200
    warm_up: int = 60
    weight_decay: float = 0.01
    shape_dropout: float = 0.1
    seed: int = 13

    def factor(self, step: int, steps: int, last: int) -> float:
        """Share of the learning rate at a step, of `steps` with `last` in the last epoch."""
        return min(1.0, (step + 1) / self.warm_up, (steps - step) / last)


def fit(
    model: torch.nn.Module,
    epochs: Sequence[Sequence[Window]],
    schedule: Schedule,
    checkpoint: Path | None = None,
) -> None:
    """Trains a model in place; goes on from `checkpoint` where there is one.

    Args:
        model: Called with "input_ids", "attention_mask" and "token_type_ids", all of shape
            ``(windows, tokens)``; gives logits ``(windows, tokens, tags)``. It is of
            `PRECISION` until this ends, then float32 again.
        epochs: The windows of each epoch; they may differ.
        schedule: How to train.
        checkpoint: A file that keeps the state after each epoch.
    """
    plans = [
        batches([len(window.input_ids) for window in windows], schedule.tokens, schedule.seed + k)
        for k, windows in enumerate(epochs)
    ]
    steps, last = sum(map(len, plans)), len(plans[-1])
    master = [parameter.detach().float().clone() for parameter in model.parameters()]
    optimizer = torch.optim.AdamW(
        master, lr=schedule.learning_rate, weight_decay=schedule.weight_decay, fused=True
    )
    step = first = 0
    if checkpoint is not None and checkpoint.exists():
        state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        first = state["epoch"]
        step = sum(map(len, plans[:first]))
        optimizer.load_state_dict(state["optimizer"])
        _copy(state["weights"], master)
    model.to(PRECISION).train()
    weights = list(model.parameters())
    _copy(master, weights)
    clock = time.monotonic()
    for epoch in range(first, len(plans)):
        rng = random.Random(f"{schedule.seed} {epoch}")
        torch.manual_seed(rng.getrandbits(32))
        total = 0.0
        for chosen in plans[epoch]:
            inputs, targets = collate([epochs[epoch][index] for index in chosen])
            if rng.random() < schedule.shape_dropout:
                inputs["token_type_ids"].zero_()
            loss = cross_entropy(model(**inputs), targets)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            for copy, weight in zip(master, weights, strict=True):
                copy.grad = None if weight.grad is None else weight.grad.float()
                weight.grad = None
            for group in optimizer.param_groups:
                group["lr"] = schedule.learning_rate * schedule.factor(step, steps, last)
            optimizer.step()
            _copy(master, weights)
            step += 1
            total += loss.item()
            if step % _SAID == 0:
                _say(f"step {step} of {steps}, {time.monotonic() - clock:.0f} s, {loss.item():.4f}")
        _say(f"epoch {epoch + 1} of {len(plans)}: mean loss {total / len(plans[epoch]):.4f}")
        if checkpoint is not None:
            _save(
                {"epoch": epoch + 1, "weights": master, "optimizer": optimizer.state_dict()},
                checkpoint,
            )
    model.float()
    _copy(master, weights)
    model.eval()


def as_model(module: torch.nn.Module) -> Model:
    """What `fit` trained, as an extractor calls it; puts the module in evaluation mode."""

    class Trained(Model):
        def __call__(self, inputs: Inputs) -> Logits:
            with torch.inference_mode():
                tensors = {name: torch.from_numpy(array) for name, array in inputs.items()}
                result: Logits = module(**tensors).float().numpy()
            return result

    module.eval()
    return Trained()


def batches(lengths: Sequence[int], tokens: int, seed: int) -> list[list[int]]:
    """Indices of windows of nearly one length, in batches of at most `tokens`, padding included,
    or of one window; the batches in random order."""
    rng = random.Random(seed)
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] + rng.random() * _NOISE)
    result: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in order:
        longest = max(longest, lengths[index])
        if current and (len(current) + 1) * longest > tokens:
            result.append(current)
            current, longest = [], lengths[index]
        current.append(index)
    if current:
        result.append(current)
    rng.shuffle(result)
    return result


def collate(windows: Sequence[Window]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Inputs and targets of a batch, padded on the right."""

    def padded(tensors: list[torch.Tensor], value: float) -> torch.Tensor:
        return pad_sequence(tensors, batch_first=True, padding_value=value)

    inputs = {
        "input_ids": padded([window.input_ids for window in windows], 0),
        "attention_mask": padded([torch.ones_like(window.input_ids) for window in windows], 0),
        "token_type_ids": padded([window.token_type_ids for window in windows], 0),
    }
    return inputs, padded([window.targets.float() for window in windows], IGNORED)


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy between targets and what the logits say, over the rows that count."""
    counted = targets[..., 0] != IGNORED
    scores = logits.float()[counted].log_softmax(dim=-1)
    return -(targets[counted] * scores).sum(dim=-1).mean()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _copy(source: Sequence[torch.Tensor], target: Sequence[torch.Tensor]) -> None:
    with torch.no_grad():
        torch._foreach_copy_(list(target), list(source))


def _save(state: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    torch.save(state, draft)
    draft.replace(path)
