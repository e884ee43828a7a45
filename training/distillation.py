"""The student: windows whose targets are labels, what a teacher says, or some of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import torch
from transformers import PreTrainedModel

from geoner.articles import Article
from geoner.decoding import Iob2Decoder
from geoner.extractor import Extractor
from geoner.schema import LABELS, iob2_tags
from geoner.tokenization import TextTokenizer
from geoner.trainer import encode, load_for_training
from training.loop import IGNORED, PRECISION, Schedule, Window, as_model, batches, collate, fit
from training.pruning import WHOLE, Size, cut

TAGS = iob2_tags(LABELS)

#: Share of the teacher in the target of a labelled token.
TRUST = 0.5

_TOKENS = 6400


def labelled(articles: Iterable[Article], tokenizer: TextTokenizer) -> list[Window]:
    """Windows whose targets are their labels: what each article's mentions make of its words."""
    return list(_windows(articles, tokenizer))


def taught(
    windows: Sequence[Window], teacher: torch.nn.Module, trust: float = TRUST
) -> list[Window]:
    """The windows with the teacher's probabilities mixed into their targets.

    Args:
        windows: Windows with labels; with `trust` of 1 the labels do not matter, only which
            tokens count.
        teacher: Called as `training.loop.fit` calls a model.
        trust: The teacher's share.

    Source: Hinton et al. (2015), "Distilling the Knowledge in a Neural Network", at temperature 1.
    """
    result = list(windows)
    teacher.eval()
    for chosen in batches([len(window.input_ids) for window in windows], _TOKENS, 0):
        inputs, _ = collate([windows[index] for index in chosen])
        with torch.inference_mode(), torch.autocast("cpu", enabled=PRECISION is torch.bfloat16):
            said = teacher(**inputs).float().softmax(dim=-1)
        for row, index in enumerate(chosen):
            window = windows[index]
            counted = window.targets[:, :1] != IGNORED
            mixed = (1 - trust) * window.targets + trust * said[row, : len(window.targets)]
            targets = torch.where(counted, mixed, window.targets)
            result[index] = Window(window.input_ids, window.token_type_ids, targets.half())
    return result


def _windows(articles: Iterable[Article], tokenizer: TextTokenizer) -> Iterator[Window]:
    for row in encode(articles, tokenizer, TAGS):
        labels = torch.as_tensor(row["labels"])
        targets = torch.nn.functional.one_hot(labels.clamp(min=0), len(TAGS)).half()
        targets[labels < 0] = IGNORED
        yield Window(
            torch.as_tensor(row["input_ids"]), torch.as_tensor(row["token_type_ids"]), targets
        )


class Student(torch.nn.Module):
    """A model of `transformers` as `training.loop` calls it."""

    def __init__(self, classifier: PreTrainedModel) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
    ) -> torch.Tensor:
        """Logits, shape ``(windows, tokens, tags)``."""
        logits: torch.Tensor = self.classifier(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).logits
        return logits


class WordMeans(Student):
    """A student that answers for a word by the mean of its pieces, not by the first one.

    Args:
        classifier: The model.
        goes_on: Which pieces of the vocabulary go on with a word, shape ``(vocabulary,)``.
    """

    def __init__(self, classifier: PreTrainedModel, goes_on: torch.Tensor) -> None:
        super().__init__(classifier)
        self._goes_on = goes_on

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
    ) -> torch.Tensor:
        """Logits, shape ``(windows, tokens, tags)``; every piece has those of its word."""
        logits = super().forward(input_ids, attention_mask, token_type_ids)
        word = (~self._goes_on[input_ids]).cumsum(dim=1)[..., None].expand_as(logits)
        means = logits.new_zeros(logits.shape[0], logits.shape[1] + 1, logits.shape[2])
        means = means.scatter_reduce(1, word, logits, "mean", include_self=False)
        return means.gather(1, word)


def extractor_of(module: torch.nn.Module, tokenizer: TextTokenizer) -> Extractor:
    """A trained module in the place of the shipped model, to be measured."""
    return Extractor(tokenizer, as_model(module), Iob2Decoder(TAGS))


def student(
    base: Path,
    tokenizer: TextTokenizer,
    epochs: Sequence[Sequence[Window]],
    schedule: Schedule,
    checkpoint: Path | None = None,
    size: Size = WHOLE,
    module: Callable[[PreTrainedModel], torch.nn.Module] = Student,
) -> PreTrainedModel:
    """A model trained from `base` on windows with targets.

    Args:
        base: A folder that `training.base.fetch` filled, or a model folder.
        tokenizer: Its tokenizer.
        epochs: The windows of each epoch.
        schedule: How to train.
        checkpoint: A file that keeps the state after each epoch, and is gone on from.
        size: What of the base to keep, judged on windows of the last epoch. Heads that were taken
            out are zeros in the result.
        module: How the loop calls it.
    """
    classifier = load_for_training(base, LABELS, tokenizer.settings, schedule.seed)
    with cut(classifier, size, epochs[-1]):
        fit(module(classifier), epochs, schedule, checkpoint)
    return classifier
