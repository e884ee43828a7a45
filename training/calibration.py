"""What the scores of a model mean, fitted on gold dev: python -m training.calibration --gold GOLD

It writes the calibration into the model's config.json, in the place of another, with the least
score that a mention of each label must have, chosen on all that is held back to choose by: gold
dev, the seed articles of dev and, with --corpora, the passages of dev. It tells how well it does on
articles it was not fitted on, by cross-validation on gold dev; and how well one for each label
would.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

import geoner
from geoner.analysis import judged_scores, reliability_of
from geoner.calibration import Calibration, best_min_score, fit
from geoner.extractor import SHIPPED_MODEL, Extractor
from training.datasheet import SEEDS
from training.lessons import texts_of, unseen
from training.passages import labelled_passages, read_passages

#: Parts of dev, of which each is judged by what was fitted on the others.
FOLDS = 10

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a model finds in some articles; each array is of shape ``(mentions,)``.

    Attributes:
        scores: The model's own score of each mention.
        right: Whether it is right.
        labels: Its label.
        articles: The number of its article.
    """

    scores: FloatArray
    right: npt.NDArray[np.bool_]
    labels: npt.NDArray[np.str_]
    articles: npt.NDArray[np.int64]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Mentions:
        """Some of them."""
        return Mentions(
            self.scores[chosen], self.right[chosen], self.labels[chosen], self.articles[chosen]
        )


def find(extractor: Extractor, articles: Sequence[geoner.Article]) -> Mentions:
    """What a model finds, with its own scores."""
    plain = extractor.calibrated(None)
    documents = list(plain.extract_many(article.text for article in articles))
    scores, right = judged_scores([article.document for article in articles], documents)
    found = [(e.label, number) for number, d in enumerate(documents) for e in d.entities]
    labels, numbers = zip(*found, strict=True) if found else ((), ())
    return Mentions(
        scores, right, np.array(labels, dtype=np.str_), np.array(numbers, dtype=np.int64)
    )


def one_for_all(known: Mentions, others: Mentions) -> FloatArray:
    """Scores of others, by a calibration fitted on what is known."""
    return np.array([*map(fit(known.scores, known.right), others.scores)])


def one_for_each_label(known: Mentions, others: Mentions) -> FloatArray:
    """The same with a calibration for each label, near that for all where mentions are few."""
    for_all = fit(known.scores, known.right)
    scores = np.zeros_like(others.scores)
    for label in np.unique(others.labels):
        of_label = known.only(known.labels == label)
        calibration = fit(of_label.scores, of_label.right, for_all)
        chosen = others.labels == label
        scores[chosen] = [*map(calibration, others.scores[chosen])]
    return scores


def held_out(
    mentions: Mentions, calibrated: Callable[[Mentions, Mentions], FloatArray]
) -> FloatArray:
    """Scores of each mention after what was fitted on the folds its article is not in."""
    scores = np.zeros_like(mentions.scores)
    for fold in range(FOLDS):
        inside = mentions.articles % FOLDS == fold
        scores[inside] = calibrated(mentions.only(~inside), mentions.only(inside))
    return scores


def log_loss(scores: FloatArray, right: npt.NDArray[np.bool_]) -> float:
    """The mean negative logarithm of the probability of what turned out."""
    chances = np.where(right, scores, 1 - scores)
    return float(-np.log(np.maximum(chances, 2.0**-24)).mean())


def more_articles(gold: Path, corpora: Sequence[Path] = ()) -> list[geoner.Article]:
    """What is held back besides gold dev: seed articles, and passages of the corpora given."""
    texts = dict(unseen(texts_of(corpora), gold))
    return [
        *geoner.read_articles(SEEDS, split="dev"),
        *labelled_passages(read_passages("dev"), texts),
    ]


def calibrate(
    folder: Path, articles: Sequence[geoner.Article], more: Sequence[geoner.Article] = ()
) -> Calibration:
    """Fits the calibration of a model folder, from its own scores, chooses the least score
    of each label by F1, and writes both there.

    Args:
        folder: A model folder.
        articles: Articles that the model did not learn from.
        more: Further such articles, denser or harder than any news: the least scores are chosen on
            all, scores are fitted on the others alone.
    """
    every = (*articles, *more)
    found = find(Extractor.from_pretrained(folder, backend="onnx"), every)
    fitted = found.articles < len(articles)
    mentions = found.only(fitted)
    calibration = fit(mentions.scores, mentions.right)
    scores = np.array([*map(calibration, found.scores)])
    wanted = Counter(entity.label for a in every for entity in a.document.entities)
    least = {}
    for label, count in sorted(wanted.items()):
        of_label = found.labels == label
        least[label] = best_min_score(scores[of_label], found.right[of_label], count)
    calibration = replace(calibration, min_scores=least)
    calibration.write(folder)
    print(f"{folder}: slope {calibration.slope:g}, intercept {calibration.intercept:g}")
    for label, value in least.items():
        print(f"  {label:<12}from a score of {value:.2f} on")
    print(f"{len(mentions.scores)} mentions found in {len(articles)} articles")
    print("how far off they are: log loss, and expected calibration error in per cent")
    for name, calibrated in (
        ("the model's own scores", mentions.scores),
        ("calibrated on these articles", scores[fitted]),
        (f"in {FOLDS} folds", held_out(mentions, one_for_all)),
        (f"in {FOLDS} folds, one for each label", held_out(mentions, one_for_each_label)),
    ):
        error = reliability_of(calibrated, mentions.right)[1]
        print(f"  {name:<34}{log_loss(calibrated, mentions.right):>6.3f}{100 * error:>6.1f}")
    return calibration


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.calibration", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder with dev.jsonl")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL, help="the model folder")
    parser.add_argument("--corpora", type=Path, nargs="*", default=[], metavar="TEXTS.jsonl")
    options = parser.parse_args()
    calibrate(
        options.model,
        geoner.read_articles(options.gold / "dev.jsonl"),
        more_articles(options.gold, options.corpora),
    )


if __name__ == "__main__":
    main()
