"""Scores that mean what they say: of mentions with score 0.8, about four in five are right.

A network is surer than it is right. What it says of a mention is drawn along a line of log-odds,
fitted on articles that it did not learn from. The order of scores stays. Mentions that are more
likely wrong than worth it are left out.

Source: Platt (1999), "Probabilistic Outputs for Support Vector Machines and Comparisons to
Regularized Likelihood Methods".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geoner.errors import ModelError
from geoner.files import whole_file
from geoner.folder import CONFIG_FILE, read_config

FloatArray = npt.NDArray[np.float64]

#: Where a calibration stands in config.json: under this name, under "geoner".
KEY = "calibration"

#: Scores nearer to 0 or 1 count as this near: the float32 they come from is no finer.
EDGE = 2.0**-24

#: The flattest line that is fitted, so that a higher score never means less.
LEAST_SLOPE = 0.05

#: How far slope and intercept may lie from what is expected, as standard deviations of a normal
#: prior: little beside hundreds of mentions, and much beside a dozen that all are right.
DEVIATIONS = (0.3, 1.0)

#: Least scores to choose from: by chance alone, what is likelier right than wrong may look bad.
MIN_SCORES = tuple(step / 20 for step in range(11))

#: F1 that a least score must bring: for less, mentions of which some are right are not left out.
SLACK = 0.001

# exp of it is far from both ends of what a float holds
_MOST_ODDS = 700.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map of scores: 1 / (1 + exp(-(slope * log-odds of the score + intercept))).

    Stands in a model's config.json under "geoner"; a model without one keeps its scores.

    Attributes:
        slope: Below 1 it takes scores nearer to each other, above 1 farther apart; more than 0.
        intercept: Below 0 it lowers scores, above 0 it raises them.
        min_scores: The least score, so calibrated, that a mention must have to be given, by label;
            0 for the labels it lacks.

    Raises:
        ValueError: if one is no finite number, the slope is not more than 0, or a least score is
            not from 0 to 1.
    """

    slope: float = 1.0
    intercept: float = 0.0
    min_scores: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.min_scores, Mapping):
            raise ValueError(f"min_scores must be by label, not {self.min_scores!r:.40}")
        least = {f"min_score of {label}": value for label, value in self.min_scores.items()}
        for name, value in {"slope": self.slope, "intercept": self.intercept, **least}.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not math.isfinite(value):
                raise ValueError(f"{name} must be a number, not {value!r:.40}")
        if self.slope <= 0:
            raise ValueError(f"slope must be more than 0, not {self.slope}")
        for name, value in least.items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be from 0 to 1, not {value}")

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Calibration:
        """The calibration of a model with this config.json; where it names none, scores stay.

        Raises:
            ModelError: if what it names makes no sense.
        """
        settings = config.get("geoner", {})
        try:
            return cls(**settings[KEY]) if KEY in settings else cls()
        except (TypeError, ValueError, OverflowError) as error:
            raise ModelError(f"its calibration is wrong ({error})") from error

    def __call__(self, score: float) -> float:
        """What a score of 0 to 1 means: more than 0, at most 1, and never less for a higher one."""
        if self.slope == 1 and self.intercept == 0:
            return score
        near = min(max(score, EDGE), 1 - EDGE)
        odds = self.slope * math.log(near / (1 - near)) + self.intercept
        return 1 / (1 + math.exp(min(max(-odds, -_MOST_ODDS), _MOST_ODDS)))

    def write(self, folder: Path) -> None:
        """Writes it into the config.json of a model folder, in the place of another.

        Raises:
            ModelError: if the folder or the file is missing, or is not a model's.
            OSError: if it cannot be written.
        """
        config = read_config(folder)
        config["geoner"] = {**config.get("geoner", {}), KEY: asdict(self)}
        with whole_file(folder / CONFIG_FILE) as file:
            file.write(json.dumps(config, indent=2, sort_keys=True) + "\n")


def fit(
    scores: Sequence[float] | FloatArray,
    right: Sequence[bool] | npt.NDArray[np.bool_],
    expected: Calibration | None = None,
) -> Calibration:
    """The calibration under which what turned out right or wrong is likeliest.

    A logistic regression of `right` on the log-odds of the scores, with a normal prior
    (`DEVIATIONS`), by Newton's method.

    Args:
        scores: The model's own score of each mention found, 0 to 1.
        right: Whether it is right.
        expected: Where few mentions leave it; ``None``: where scores stay as they are.

    Returns:
        Slope, at least `LEAST_SLOPE`, and intercept, each to four decimals; the least scores are
        those of `expected`.

    Raises:
        ValueError: if there are not as many of the one as of the other.
    """
    near = np.clip(np.asarray(scores, dtype=np.float64), EDGE, 1 - EDGE)
    outcomes = np.asarray(right, dtype=np.float64)
    if near.shape != outcomes.shape:
        raise ValueError(f"{len(near)} scores, but {len(outcomes)} outcomes")
    odds = np.log(near / (1 - near))
    prior = expected or Calibration()
    features = np.column_stack([odds, np.ones_like(odds)])
    centre = np.array([prior.slope, prior.intercept])
    precisions = 1 / np.square(DEVIATIONS)
    slope, intercept = _newton(features, np.zeros_like(odds), outcomes, centre, precisions)
    if slope < LEAST_SLOPE:
        # the loss is convex: the best of the slopes that may be is the one at the border
        slope = LEAST_SLOPE
        (intercept,) = _newton(features[:, 1:], slope * odds, outcomes, centre[1:], precisions[1:])
    return replace(prior, slope=round(float(slope), 4), intercept=round(float(intercept), 4))


def best_min_score(
    scores: Sequence[float] | FloatArray, right: Sequence[bool] | npt.NDArray[np.bool_], wanted: int
) -> float:
    """The lowest of `MIN_SCORES` that makes F1 as great as any does, but for `SLACK`.

    Args:
        scores: The calibrated score of each mention found, 0 to 1.
        right: Whether it is right.
        wanted: How many mentions there are to find.
    """
    values, outcomes = np.asarray(scores), np.asarray(right, dtype=np.bool_)

    def f1(least: float) -> float:
        kept = values >= least
        return float(2 * outcomes[kept].sum() / max(kept.sum() + wanted, 1))

    reached = {least: f1(least) for least in MIN_SCORES}
    enough = max(reached.values()) - SLACK
    return min(least for least, value in reached.items() if value >= enough)


def _newton(
    features: FloatArray,
    offsets: FloatArray,
    outcomes: FloatArray,
    centre: FloatArray,
    precisions: FloatArray,
) -> FloatArray:
    """Weights of least penalised log loss.

    Args:
        features: Shape ``(mentions, weights)``.
        offsets: Log-odds to which features times weights are added, shape ``(mentions,)``.
        outcomes: 0 or 1, shape ``(mentions,)``.
        centre: Where the penalty is nothing, shape ``(weights,)``.
        precisions: How steeply it grows, shape ``(weights,)``.
    """

    def loss(weights: FloatArray) -> float:
        odds = offsets + features @ weights
        penalty = (precisions * (weights - centre) ** 2).sum() / 2
        return float((np.logaddexp(0, odds) - outcomes * odds).sum() + penalty)

    weights, least = centre, loss(centre)
    for _ in range(100):
        chance = np.exp(-np.logaddexp(0, -(offsets + features @ weights)))
        gradient = features.T @ (chance - outcomes) + precisions * (weights - centre)
        spread = (chance * (1 - chance))[:, None]
        step = np.linalg.solve(features.T @ (spread * features) + np.diag(precisions), gradient)
        share = 1.0
        while (reached := loss(weights - share * step)) > least and share > 1e-6:
            share /= 2  # a whole step may go too far from where the loss is flat
        if least - reached < 1e-10:
            break
        weights, least = weights - share * step, reached
    return weights
