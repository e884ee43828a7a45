"""Labelled articles to a model folder that the light install can run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geoner.articles import Article, read_articles
from geoner.decoding import Iob2Decoder
from geoner.errors import ArticleError, GeonerError, MissingExtraError, ModelError
from geoner.extractor import SHIPPED_MODEL
from geoner.inference import CONFIG_FILE, read_config
from geoner.schema import iob2_tags, ordered_labels
from geoner.tokenization import SHAPES, TextTokenizer, TokenizedText, WindowSettings

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel

#: Label of tokens that take no part in loss or score, as PyTorch's cross entropy has it.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """How a model is trained.

    Attributes:
        epochs: Passes over the training articles; the best by dev micro-F1 is kept.
        learning_rate: Peak of a linear schedule with 10% warm-up.
        batch_size: Windows in a step.
        weight_decay: AdamW's.
        shape_dropout: Share of windows whose word shapes are hidden from the model, so that
            it also reads text without case.
        seed: Of everything random.
    """

    epochs: int = 10
    learning_rate: float = 1e-4
    batch_size: int = 8
    weight_decay: float = 0.01
    shape_dropout: float = 0.1
    seed: int = 13


def word_tags(article: Article, tokenized: TokenizedText, tags: Sequence[str]) -> list[int]:
    """IOB2 tag index of each word: words that an entity touches are inside it."""
    index = {tag: k for k, tag in enumerate(tags)}
    result = [index["O"]] * len(tokenized.heads)
    for entity in article.document.entities:
        first = int(np.searchsorted(tokenized.ends, entity.start, side="right"))
        stop = int(np.searchsorted(tokenized.starts, entity.end, side="left"))
        for word in range(first, stop):
            prefix = "B" if word == first else "I"
            result[word] = index[f"{prefix}-{entity.label}"]
    return result


def encode(
    articles: Iterable[Article],
    tokenizer: TextTokenizer,
    tags: Sequence[str],
    *,
    owned_only: bool = False,
) -> Dataset:
    """Windows of labelled articles as a `datasets.Dataset`.

    Columns "input_ids", "token_type_ids" and "labels" hold a window's tokens with the special
    ones; labels stand at the first token of each word and are `IGNORED` elsewhere.

    Args:
        owned_only: Labels only what each window answers for, so that each word counts once.
    """
    from datasets import Dataset

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
                }
            )
    return Dataset.from_list(rows)


def hide_shapes(share: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A `datasets` transform that hides the word shapes of a random share of windows."""
    import torch

    def transform(batch: dict[str, Any]) -> dict[str, Any]:
        if "token_type_ids" in batch:
            batch["token_type_ids"] = [
                [0] * len(row) if torch.rand(()) < share else row for row in batch["token_type_ids"]
            ]
        return batch

    return transform


def pad(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Collates windows: tensors of shape ``(windows, longest)``, padded on the right."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    def padded(columns: list[list[int]], value: int) -> torch.Tensor:
        tensors = [torch.as_tensor(column) for column in columns]
        return pad_sequence(tensors, batch_first=True, padding_value=value)

    return {
        "input_ids": padded([row["input_ids"] for row in rows], 0),
        "attention_mask": padded([[1] * len(row["input_ids"]) for row in rows], 0),
        "token_type_ids": padded([row["token_type_ids"] for row in rows], 0),
        "labels": padded([row["labels"] for row in rows], IGNORED),
    }


def seqeval_metrics(tags: Sequence[str]) -> Callable[[Any], dict[str, float]]:
    """Strict micro precision, recall and F1 of valid paths, for `transformers.Trainer`."""
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    decoder = Iob2Decoder(tags)
    names = iob2_tags(decoder.labels)
    order = [names.index(tag) for tag in tags]

    def metrics(prediction: Any) -> dict[str, float]:
        true, predicted = [], []
        for logits, labels in zip(prediction.predictions, prediction.label_ids, strict=True):
            counted = labels != IGNORED
            path = decoder.best_path(decoder.log_probabilities(logits[counted]))
            predicted.append([names[tag] for tag in path])
            true.append([names[order[tag]] for tag in labels[counted]])
        options = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
        return {
            "precision": float(precision_score(true, predicted, **options)),
            "recall": float(recall_score(true, predicted, **options)),
            "f1": float(f1_score(true, predicted, **options)),
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
    import torch
    from transformers import AutoConfig, AutoModelForTokenClassification, set_seed

    set_seed(seed)
    try:
        config = AutoConfig.from_pretrained(base, local_files_only=True)
        # dropout inside attention keeps PyTorch off its fast kernels
        config.attention_probs_dropout_prob = 0.0
        model = AutoModelForTokenClassification.from_pretrained(
            base, config=config, dtype=torch.float32, local_files_only=True, use_safetensors=True
        )
        embeddings = model.base_model.embeddings
        types = embeddings.token_type_embeddings
    except Exception as error:  # transformers and safetensors raise many kinds
        raise ModelError(f"{base}: not a BERT model, or truncated ({error})") from error

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


def finetune(
    train: str | Path | Iterable[Article],
    dev: str | Path | Iterable[Article],
    output_dir: str | Path,
    *,
    base: str | Path | None = None,
    hyperparameters: Hyperparameters | None = None,
    resume: bool = False,
    force: bool = False,
) -> dict[str, float]:
    """Trains a token classifier on labelled articles and writes a model folder.

    The folder holds config.json, tokenizer.json, model.safetensors and an int8 model.onnx,
    and loads with `Extractor.from_pretrained` where only the light install is. Checkpoints
    stand in ``<output_dir>.checkpoints`` while it trains, and go when it is done.

    Args:
        train: Articles to learn from, or a JSON Lines file of them.
        dev: Articles to choose the best epoch on, by strict micro-F1.
        output_dir: The folder to write.
        base: The folder to start from: a geoner model, or a BERT encoder with a
            tokenizer.json. ``None`` is the shipped model.
        hyperparameters: How to train.
        resume: Goes on from the last checkpoint of an interrupted run, if there is one.
        force: Replaces an existing `output_dir`.

    Returns:
        "precision", "recall" and "f1" of the best epoch on dev, over words.

    Raises:
        ArticleError: if an article is wrong, none carries a label, or dev has a label that
            train has not.
        ModelError: if `base` is no model.
        GeonerError: if `output_dir` exists and `force` is not given, or is no model folder.
        MissingExtraError: if geoner[train] is not installed.
    """
    try:
        from transformers import Trainer, TrainingArguments
        from transformers.trainer_utils import get_last_checkpoint

        from geoner.export import CALIBRATION_WINDOWS, write_model
    except ImportError as error:
        raise MissingExtraError("geoner.finetune", "train") from error

    output = Path(output_dir)
    if output.exists() and not force:
        raise GeonerError(f"{output} exists already; choose another folder, or force=True")
    if output.exists() and not (output / CONFIG_FILE).exists():
        raise GeonerError(f"{output} is not a model folder, so it is not replaced")
    train_articles, dev_articles = _articles(train), _articles(dev)
    labels = ordered_labels(label for article in train_articles for label in article.labels)
    if not labels:
        raise ArticleError("no training article carries a label")
    if not any(article.labels for article in dev_articles):
        raise ArticleError("no dev article carries a label, so no epoch could be chosen")
    unseen = {label for article in dev_articles for label in article.labels}.difference(labels)
    if unseen:
        raise ArticleError(f"labels in dev but not in train: {', '.join(sorted(unseen))}")

    base_folder = SHIPPED_MODEL if base is None else Path(base)
    config = read_config(base_folder)
    window_settings = WindowSettings.from_config(config)
    tokenizer = TextTokenizer.from_pretrained(base_folder, window_settings)
    tags = iob2_tags(labels)
    train_windows = encode(train_articles, tokenizer, tags)
    dev_windows = encode(dev_articles, tokenizer, tags, owned_only=True)

    settings = hyperparameters or Hyperparameters()
    checkpoints = output.with_name(output.name + ".checkpoints")
    if not resume:
        shutil.rmtree(checkpoints, ignore_errors=True)
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=16,
        weight_decay=settings.weight_decay,
        warmup_steps=0.1,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="f1",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        report_to="none",
        seed=settings.seed,
    )
    trainer = Trainer(
        model=load_for_training(base_folder, labels, window_settings, settings.seed),
        args=arguments,
        train_dataset=train_windows.with_transform(hide_shapes(settings.shape_dropout)),
        eval_dataset=dev_windows,
        data_collator=pad,
        compute_metrics=seqeval_metrics(tags),
    )
    # a checkpoint whose writing was cut short has no state; the one before it has
    for checkpoint in checkpoints.glob("checkpoint-*"):
        if not (checkpoint / "trainer_state.json").exists():
            shutil.rmtree(checkpoint)
    last = get_last_checkpoint(str(checkpoints)) if resume and checkpoints.exists() else None
    trainer.train(resume_from_checkpoint=last)
    figures = trainer.evaluate()
    result = {name: figures[f"eval_{name}"] for name in ("precision", "recall", "f1")}
    if not trainer.is_world_process_zero():
        return result
    # the articles that set the int8 scales: evenly spread over all
    step = 1 + len(train_articles) // CALIBRATION_WINDOWS
    texts = [article.text for article in train_articles[::step]]
    write_model(trainer.model, tokenizer, texts, output)
    shutil.rmtree(checkpoints)
    return result


def _articles(source: str | Path | Iterable[Article]) -> list[Article]:
    return read_articles(source) if isinstance(source, str | Path) else list(source)
