"""The PyTorch side of fine-tuning: labelled articles to windows, a classifier, its training."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import PartialState
from datasets import Dataset, concatenate_datasets
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm
from transformers import (
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from geoner.articles import Article
from geoner.decoding import Iob2Decoder
from geoner.errors import ModelError
from geoner.folder import read_config
from geoner.hyperparameters import Hyperparameters
from geoner.schema import OUTSIDE, iob2_tags
from geoner.tokenization import SHAPES, TextTokenizer, TokenizedText, WindowSettings
from geoner.weights import load_classifier

#: Label of tokens that take no part in loss or score, as PyTorch's cross entropy has it.
IGNORED = -100

#: An epoch has at least so many steps, where there are windows enough; few articles are learned
#: in smaller batches.
LEAST_STEPS = 20
LARGEST_BATCH = 8

#: Windows on which the head is first fitted alone, and the weight of its squared length there.
PROBED = 256
PROBE_PENALTY = 1e-5

#: How much the loss on dev counts beside F1 where epochs are chosen: less than any mention.
TIE = 1e-7

_STATE = "trainer_state.json"


def word_tags(article: Article, tokenized: TokenizedText, tags: Sequence[str]) -> list[int]:
    """IOB2 tag index of each word: words that an entity touches are inside it."""
    index = {tag: k for k, tag in enumerate(tags)}
    result = [index[OUTSIDE]] * len(tokenized.heads)
    for entity in article.document.entities:
        first = int(np.searchsorted(tokenized.ends, entity.start, side="right"))
        stop = int(np.searchsorted(tokenized.starts, entity.end, side="left"))
        for word in range(first, stop):
            prefix = "B" if word == first else "I"
            result[word] = index[f"{prefix}-{entity.label}"]
    return result


def sharing_words(articles: Iterable[Article], tokenizer: TextTokenizer) -> list[str]:
    """Mentions that begin in a word in which another ends: the tags of words cannot tell the two
    apart, and the second one is learned."""
    shared = []
    for article in articles:
        entities = article.document.entities
        ends = tokenizer(article.text).ends
        for left, right in itertools.pairwise(entities):
            word = np.searchsorted(ends, right.start, side="right")
            if np.searchsorted(ends, left.end - 1, side="right") == word:
                shared.append(article.text[left.start : right.end])
    return shared


def encode(
    articles: Iterable[Article],
    tokenizer: TextTokenizer,
    tags: Sequence[str],
    *,
    owned_only: bool = False,
    corpus: int = 0,
) -> Dataset:
    """Windows of labelled articles as a `datasets.Dataset`.

    Columns "input_ids", "token_type_ids" and "labels" hold a window's tokens with the special
    ones; labels stand at the first token of each word and are `IGNORED` elsewhere.

    Args:
        owned_only: Labels only what each window answers for, so that each word counts once.
        corpus: A number that each window carries in the column "corpus".
    """
    rows = []
    for article in articles:
        tokenized = tokenizer(article.text)
        labels = np.full(len(tokenized.ids), IGNORED, dtype=np.int64)
        labels[tokenized.heads] = word_tags(article, tokenized, tags)
        for window in tokenizer.windows(tokenized):
            inputs = tokenizer.inputs([(tokenized, window)])
            visible = np.full(inputs["input_ids"].shape[1], IGNORED, dtype=np.int64)
            start, stop = (
                (window.own_start, window.own_stop) if owned_only else (window.start, window.stop)
            )
            shift = 1 - window.start
            visible[start + shift : stop + shift] = labels[start:stop]
            rows.append(
                {
                    "input_ids": inputs["input_ids"][0],
                    "token_type_ids": inputs["token_type_ids"][0],
                    "labels": visible,
                    "length": len(visible),
                    "corpus": corpus,
                }
            )
    return Dataset.from_list(rows)


def hide_shapes(share: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A `datasets` transform that hides the word shapes of a random share of windows."""

    def transform(batch: dict[str, Any]) -> dict[str, Any]:
        if "token_type_ids" in batch:
            batch["token_type_ids"] = [
                [0] * len(row) if torch.rand(()) < share else row for row in batch["token_type_ids"]
            ]
        return batch

    return transform


def pad(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Collates windows: tensors of shape ``(windows, longest)``, padded on the right, and the
    corpus of each window."""

    def padded(columns: list[list[int]], value: int) -> torch.Tensor:
        tensors = [torch.as_tensor(column) for column in columns]
        return pad_sequence(tensors, batch_first=True, padding_value=value)

    return {
        "input_ids": padded([row["input_ids"] for row in rows], 0),
        "attention_mask": padded([[1] * len(row["input_ids"]) for row in rows], 0),
        "token_type_ids": padded([row["token_type_ids"] for row in rows], 0),
        "labels": padded([row["labels"] for row in rows], IGNORED),
        "corpus": torch.as_tensor([row["corpus"] for row in rows]),
    }


def seqeval_metrics(
    tags: Sequence[str], labels: Sequence[str] | None = None
) -> Callable[[Any], dict[str, float]]:
    """Strict micro precision, recall and F1 of valid paths, for `transformers.Trainer`; and
    ``choice``, by which the best epoch is chosen: F1 and, among epochs with the same one, how
    likely the labels are. On few articles many epochs have the same F1.

    Args:
        tags: The model's.
        labels: Those that the articles are labelled with; what is found of others is neither
            right nor wrong. None: all.
    """
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    decoder = Iob2Decoder(tags)
    names = list(iob2_tags(decoder.labels))
    order = [names.index(tag) for tag in tags]
    judged = set(iob2_tags(decoder.labels if labels is None else labels))
    shown = [name if name in judged else OUTSIDE for name in names]
    same = np.array([[one == other for one in shown] for other in shown])

    def metrics(prediction: Any) -> dict[str, float]:
        true, predicted, likelihoods = [], [], []
        for logits, targets in zip(prediction.predictions, prediction.label_ids, strict=True):
            counted = targets != IGNORED
            scores = decoder.log_probabilities(logits[counted])
            right = [order[tag] for tag in targets[counted]]
            predicted.append([shown[tag] for tag in decoder.best_path(scores)])
            true.append([names[tag] for tag in right])
            likelihoods.append((np.exp(scores) * same[right]).sum(axis=-1))
        options = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
        f1 = float(f1_score(true, predicted, **options))
        loss = -np.log(np.concatenate(likelihoods).clip(min=1e-9)).mean()
        return {
            "precision": float(precision_score(true, predicted, **options)),
            "recall": float(recall_score(true, predicted, **options)),
            "f1": f1,
            "choice": f1 - TIE * float(loss),
        }

    return metrics


def load_for_training(
    base: Path, labels: Sequence[str], settings: WindowSettings, seed: int
) -> PreTrainedModel:
    """A token classifier over `labels` from a base folder.

    Rows of the head for tags the base knows are kept, others are new; token type embeddings
    are extended for word shapes, starting from the one the base was trained with.

    Raises:
        ModelError: if the folder holds no BERT encoder.
    """
    try:
        # dropout inside attention keeps PyTorch off its fast kernels
        read, _ = load_classifier(base, attention_probs_dropout_prob=0.0)
        # What was read from a file is saved by the names of the file ("LayerNorm.gamma" in old
        # ones; before transformers 5.6, always), by which Trainer does not know it again.
        model = type(read)(read.config).eval()
        model.load_state_dict(read.state_dict())
        config = model.config
        embeddings = model.base_model.embeddings
        types = embeddings.token_type_embeddings
    except Exception as error:  # transformers and safetensors raise many kinds
        raise ModelError(f"{base}: not a BERT model, or truncated ({error})") from error

    set_seed(seed)
    tags = iob2_tags(labels)
    known = [config.id2label[k] for k in range(len(config.id2label))]
    old_head, width = model.classifier, config.hidden_size
    model.classifier = torch.nn.Linear(width, len(tags))
    with torch.no_grad():
        model.classifier.weight.normal_(std=config.initializer_range)
        model.classifier.bias.zero_()
        for row, tag in enumerate(tags):
            if tag in known:
                model.classifier.weight[row] = old_head.weight[known.index(tag)]
                model.classifier.bias[row] = old_head.bias[known.index(tag)]
        if settings.word_shapes and types.num_embeddings < SHAPES:
            embeddings.token_type_embeddings = torch.nn.Embedding(SHAPES, width)
            embeddings.token_type_embeddings.weight[:] = types.weight[0]
    model.num_labels = len(tags)
    model.config.update(
        {
            "id2label": dict(enumerate(tags)),
            "label2id": {tag: k for k, tag in enumerate(tags)},
            "type_vocab_size": embeddings.token_type_embeddings.num_embeddings,
            "geoner": asdict(settings),
        }
    )
    return model


def token_loss(logits: torch.Tensor, labels: torch.Tensor, may_hide: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood of the labels, where "O" may hide what nobody looked for.

    A corpus in which a label was never looked for tells nothing about it: its "O" stands for
    "O or one of these tags", whose probabilities are summed.

    Args:
        logits: Shape ``(windows, tokens, tags)``.
        labels: Shape ``(windows, tokens)``; `IGNORED` where a token does not count.
        may_hide: Tags that an "O" of each window may hide, shape ``(windows, tags)``, "O" itself
            included.

    Source: the marginal likelihood of Greenberg et al. (2018), "Marginal Likelihood Training of
    BiLSTM-CRF for Biomedical Named Entity Recognition from Disjoint Label Sets".
    """
    scores = logits.float().log_softmax(dim=-1)
    hidden = scores.masked_fill(~may_hide[:, None, :], -torch.inf).logsumexp(dim=-1)
    given = scores.gather(-1, labels.clamp(min=0)[..., None]).squeeze(-1)
    outside = labels == 0  # iob2_tags puts "O" first
    counted = labels != IGNORED
    return -torch.where(outside, hidden, given)[counted].mean()


def fit_new_rows(model: PreTrainedModel, windows: Dataset, may_hide: torch.Tensor) -> None:
    """Fits the head alone, before all layers are trained, on at most `PROBED` windows.

    A base is sure that what it has no label for is "O"; from rows that start at random, few
    articles would not bring it off that.

    Source: Kumar et al. (2022), "Fine-Tuning can Distort Pretrained Features and Underperform
    Out-of-Distribution": linear probing, then fine-tuning.
    """
    chosen = windows.select(range(0, len(windows), 1 + len(windows) // PROBED))
    features, labels, corpora = [], [], []
    model.eval()
    with torch.no_grad():
        for row in chosen:
            batch = pad([row])
            inputs = {k: x for k, x in batch.items() if k not in ("labels", "corpus")}
            counted = batch["labels"][0] != IGNORED
            features.append(model.base_model(**inputs).last_hidden_state[0][counted])
            labels.append(batch["labels"][0][counted])
            corpora.append(batch["corpus"].expand(int(counted.sum())))
    x, y = torch.cat(features), torch.cat(labels)[:, None]
    allowed = may_hide[torch.cat(corpora)]
    head = model.classifier
    optimizer = torch.optim.LBFGS(
        head.parameters(), max_iter=100, history_size=10, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        penalty = PROBE_PENALTY * head.weight.square().sum()
        loss: torch.Tensor = token_loss(head(x)[:, None], y, allowed) + penalty
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    model.zero_grad()
    model.train()


class _Trainer(Trainer):  # type: ignore[misc]
    """A `Trainer` whose corpora need not share their labels.

    Attributes:
        may_hide: Tags that an "O" may hide, by corpus, shape ``(corpora, tags)``.
    """

    may_hide: torch.Tensor

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,  # noqa: ARG002
    ) -> Any:
        rest = {key: x for key, x in inputs.items() if key not in ("labels", "corpus")}
        outputs = model(**rest)
        may_hide = self.may_hide.to(outputs.logits.device)[inputs["corpus"]]
        loss = token_loss(outputs.logits, inputs["labels"], may_hide)
        return (loss, outputs) if return_outputs else loss


class _Progress(TrainerCallback):  # type: ignore[misc]
    """A bar of steps, where there is a terminal, and a line for each epoch, on standard error."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.bar: tqdm[Any] | None = None

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        self.bar = tqdm(
            total=state.max_steps,
            initial=state.global_step,
            desc="training",
            unit="step",
            disable=True if self.quiet else None,
            leave=False,
        )

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        assert self.bar is not None
        self.bar.update(state.global_step - self.bar.n)

    def on_evaluate(
        self, args: Any, state: Any, _control: Any, metrics: dict[str, float], **_: Any
    ) -> None:
        if not (self.quiet or self.bar is None):
            epoch = round(state.epoch)
            line = f"epoch {epoch}/{args.num_train_epochs:g}: dev F1 {100 * metrics['eval_f1']:.1f}"
            tqdm.write(line, file=sys.stderr)

    def on_train_end(self, *_: Any, **__: Any) -> None:
        assert self.bar is not None
        self.bar.close()
        self.bar = None


def _figures(history: Sequence[dict[str, Any]]) -> list[float]:
    """What each epoch is chosen by."""
    return [row["eval_choice"] for row in history if "eval_choice" in row]


def _exhausted(history: Sequence[dict[str, Any]], patience: int) -> bool:
    """Whether the last `patience` epochs brought nothing better than the ones before."""
    figures = _figures(history)
    return bool(figures) and len(figures) - 1 - figures.index(max(figures)) >= patience


class _EarlyStopping(TrainerCallback):  # type: ignore[misc]
    """Stops by what the history says, so that a run that was resumed stops where it would have."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    def on_evaluate(self, _args: Any, state: Any, control: Any, **_: Any) -> None:
        if _exhausted(state.log_history, self.patience):
            control.should_training_stop = True


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained classifier.

    Attributes:
        model: It, with the weights of the best epoch.
        epochs: Epochs trained.
        best_epoch: The one kept.
        batch_size: Windows in a step.
        windows: Training windows.
    """

    model: PreTrainedModel
    epochs: int
    best_epoch: int
    batch_size: int
    windows: int


def batch_size_for(windows: int) -> int:
    """Windows in a step, so that an epoch has `LEAST_STEPS` where it can."""
    return min(LARGEST_BATCH, max(1, windows // LEAST_STEPS))


def train(
    corpora: Sequence[tuple[Sequence[Article], Sequence[str]]],
    dev: Sequence[Article],
    base: Path,
    labels: Sequence[str],
    tokenizer: TextTokenizer,
    settings: Hyperparameters,
    checkpoints: Path,
    quiet: bool = False,
) -> Trained:
    """Trains until the epochs are over or dev has not improved for `settings.patience` of them.

    Goes on from the last whole checkpoint in `checkpoints`, if there is one.

    Args:
        corpora: Training articles, with the labels that were looked for in them; the first are
            the user's own.
        dev: Articles that choose the best epoch, labelled as the first corpus is.
        base: The folder to start from.
        labels: The labels of the model.
        tokenizer: Its tokenizer.
        settings: How to train.
        checkpoints: Where checkpoints stand while it trains.
        quiet: Whether to say nothing.
    """
    tags = iob2_tags(labels)
    model = load_for_training(base, labels, tokenizer.settings, settings.seed)
    windows = concatenate_datasets(
        [
            encode(articles, tokenizer, tags, corpus=number)
            for number, (articles, _) in enumerate(corpora)
            if articles
        ]
    )
    may_hide = torch.tensor(
        [[tag == OUTSIDE or tag[2:] not in known for tag in tags] for _, known in corpora]
    )
    last = _last_checkpoint(checkpoints)
    names = set(read_config(base).get("id2label", {}).values())
    if OUTSIDE in names and not set(tags) <= names and last is None:
        fit_new_rows(model, windows, may_hide)
    share = len(windows) // PartialState().num_processes
    batch_size = settings.batch_size or batch_size_for(share)
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        per_device_train_batch_size=batch_size,
        per_device_eval_batch_size=16,
        weight_decay=settings.weight_decay,
        warmup_steps=0.1,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="choice",
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_pin_memory=False,
        report_to="none",
        bf16=settings.bfloat16,
        use_cpu=settings.bfloat16 and not torch.cuda.is_available(),
        seed=settings.seed,
    )
    progress = _Progress(quiet)
    trainer = _Trainer(
        model=model,
        args=arguments,
        train_dataset=windows.with_transform(hide_shapes(settings.shape_dropout)),
        eval_dataset=encode(dev, tokenizer, tags, owned_only=True),
        data_collator=pad,
        compute_metrics=seqeval_metrics(tags, corpora[0][1]),
        callbacks=[_EarlyStopping(settings.patience), progress],
    )
    trainer.remove_callback(ProgressCallback)
    trainer.remove_callback(PrinterCallback)
    trainer.model_accepts_loss_kwargs = False  # the loss is a mean, not a sum
    trainer.may_hide = may_hide
    state = {} if last is None else json.loads((last / _STATE).read_text(encoding="utf-8"))
    history = state.get("log_history", [])
    if last is None or not (
        _exhausted(history, settings.patience) or round(state["epoch"]) >= settings.epochs
    ):
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
        history = trainer.state.log_history
    else:  # it was killed after its last epoch
        best = checkpoints / Path(state["best_model_checkpoint"]).name
        trainer.model = load_for_training(best, labels, tokenizer.settings, settings.seed)
    figures = _figures(history)
    return Trained(
        trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False),
        len(figures),
        figures.index(max(figures)) + 1,
        batch_size,
        len(windows),
    )


def _last_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint that was written whole: its state is written last."""
    whole = []
    for checkpoint in folder.glob("checkpoint-*"):
        try:
            state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            if is_main():
                shutil.rmtree(checkpoint, ignore_errors=True)
            continue
        whole.append((state["global_step"], checkpoint))
    wait()
    return max(whole)[1] if whole else None


def is_main() -> bool:
    """Whether this process is the one that writes, of those that `accelerate launch` started."""
    return bool(PartialState().is_main_process)


def wait() -> None:
    """Waits until all processes are here."""
    PartialState().wait_for_everyone()
