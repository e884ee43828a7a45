"""How a model is trained."""

from __future__ import annotations

from dataclasses import dataclass

from geoner.errors import GeonerError


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """How a model is trained.

    Attributes:
        epochs: Passes over the training articles; the best by dev micro-F1 is kept.
        learning_rate: Peak of a linear schedule with 10% warm-up.
        batch_size: Windows in a step. None: 8, or fewer where articles are few, so that an
            epoch has at least 20 steps.
        weight_decay: AdamW's.
        shape_dropout: Share of windows whose word shapes are hidden from the model, so that
            it also reads text without case.
        patience: Training ends early when so many epochs in a row bring nothing better on dev: no
            higher micro-F1, nor the same one with surer labels.
        bfloat16: Whether to multiply in bfloat16: faster where the CPU or GPU can, and slower where
            a CPU cannot. Weights stay float32.
        seed: Of everything random.

    Raises:
        GeonerError: naming the one that makes no sense.
    """

    epochs: int = 10
    learning_rate: float = 2e-4
    batch_size: int | None = None
    weight_decay: float = 0.01
    shape_dropout: float = 0.1
    patience: int = 3
    bfloat16: bool = False
    seed: int = 13

    def __post_init__(self) -> None:
        for name in ("epochs", "learning_rate", "batch_size", "patience"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise GeonerError(f"{name} must be more than 0, not {value}")
        for name in ("weight_decay", "seed"):
            value = getattr(self, name)
            if not value >= 0:
                raise GeonerError(f"{name} must not be negative, as {value} is")
        if not 0 <= self.shape_dropout <= 1:
            raise GeonerError(f"shape_dropout must be from 0 to 1, not {self.shape_dropout}")
