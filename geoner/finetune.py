"""Labelled articles to a model folder that the light install can run."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geoner import analysis, card
from geoner.articles import Article
from geoner.articles.files import Articles
from geoner.calibration import Calibration, fit
from geoner.errors import GeonerError, MissingExtraError, ModelError
from geoner.escapes import visible
from geoner.evaluate import Evaluation, evaluate
from geoner.extractor import SHIPPED_MODEL, Extractor, model_folder
from geoner.folder import CONFIG_FILE, WEIGHTS_FILE, present, read_config, tags_of
from geoner.hyperparameters import Hyperparameters
from geoner.schema import labels_of
from geoner.selection import Selection, part, select
from geoner.tokenization import TextTokenizer, WindowSettings

if TYPE_CHECKING:
    from geoner.trainer import Trained

#: What a run learns from and how; stands beside its checkpoints, so that it is known again.
RUN_FILE = "run.json"

CURVE_JSON, CURVE_IMAGE = "learning_curve.json", "learning_curve.png"


def finetune(
    train: Articles,
    dev: Articles | None,
    output_dir: str | Path,
    *,
    base: str | Path | None = None,
    hyperparameters: Hyperparameters | None = None,
    replay: Articles | None = None,
    labels: Sequence[str] | None = None,
    curve: Sequence[int | str] = (),
    format: str | None = None,
    resume: bool = False,
    force: bool = False,
    quiet: bool = False,
) -> dict[str, float]:
    """Trains a token classifier on labelled articles and writes a model folder.

    The folder holds config.json, tokenizer.json, model.safetensors, an int8 model.onnx, and
    README.md with min_score.svg, a card with the figures on dev; it loads with
    `Extractor.from_pretrained` where only the light install is. What its scores mean is fitted on
    dev, and on dev articles of `replay` where it has some; where they tell little, it stays near
    what scores of the base mean. Checkpoints stand in ``<output_dir>.checkpoints`` while it
    trains, and go when it is done. What it decides it says on standard error.

    The model knows the labels of `train` and of `replay`, and no others. Rows of the head for
    labels the base knows are kept.

    Args:
        train: Articles to learn from: what `read_articles` takes.
        dev: Articles to choose the best epoch on, by strict micro-F1. ``None``: those of `train`
            that say split "dev", where some say "train"; else a fifth of them, drawn by the seed.
        output_dir: The folder to write.
        base: The folder to start from: a geoner model, or a BERT encoder with a
            tokenizer.json. ``None`` is the shipped model.
        hyperparameters: How to train.
        replay: Other articles to learn from too, so that the model forgets less: "seeds" is the
            corpus that comes with geoner. As many are drawn as there are in `train`, at least 40,
            of those whose split is "train" or nothing. A label that only one of the two corpora
            has counts in the other neither as right nor as wrong.
        labels: The labels that may occur; ``None``: any.
        curve: Numbers of training articles ("25"), or parts of them ("25%"), to train on as well,
            each within the next: how F1 grows is written to learning_curve.json and .png.
        format: What `train` and `dev` are written in, as for `read_articles`.
        resume: Goes on from the last checkpoint of an interrupted run, if there is one, to the
            same figures.
        force: Replaces an existing `output_dir`, and starts over where a run was interrupted.
        quiet: Says nothing, and shows no bar.

    Returns:
        "precision", "recall" and "f1" on dev, micro, of the int8 model that was written. In
        processes of `accelerate launch` that write nothing, an empty dict.

    Raises:
        ArticleError: naming file, line and field, if an article is wrong, none carries a label,
            or dev has a label that train has not.
        ModelError: if `base` is no model.
        GeonerError: if `output_dir` exists and `force` is not given, or is no model folder; if an
            interrupted run is there and neither `resume` nor `force` is given, or it was another.
        MissingExtraError: if geoner[train] is not installed.
    """
    settings = hyperparameters or Hyperparameters()
    trainer = _trainer(with_curve=bool(curve))
    from geoner.weights import quiet_transformers

    output = Path(output_dir)
    _check_output(output, force)
    base_folder = model_folder(base)
    tokenizer, calibration = _reading(base_folder)
    selection = select(train, dev, replay, _labels(base_folder), labels, settings.seed, format)
    sizes = _sizes(curve, len(selection.train))
    say = _sayer(quiet or not trainer.is_main())
    for note in selection.notes:
        say(note)
    _warn_of_shared_words(selection, tokenizer, say)

    checkpoints = output.with_name(output.name + ".checkpoints")
    job = _Job(selection, base_folder, tokenizer, calibration, settings, checkpoints, say, quiet)
    trainer.wait()
    if trainer.is_main():
        job.begin(resume, force)
    trainer.wait()
    with _failing_writes_told(checkpoints):
        with quiet_transformers():
            points = [job.point(size) for size in sizes]
            trained = job.train(selection, checkpoints / "all")
            if not trainer.is_main():
                return {}
            draft = job.write(trained)
            job.calibrate(draft)
        evaluation = job.finish(draft, trained, points if curve else None)
    _replace(draft, output, checkpoints)
    row = evaluation["micro avg"]
    return {"precision": row["precision"], "recall": row["recall"], "f1": row["f1-score"]}


@contextmanager
def _failing_writes_told(checkpoints: Path) -> Iterator[None]:
    """Turns what the libraries that write checkpoints raise on a full disk into one error."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        if isinstance(error, OSError):
            no_room, reason = error.errno in _NO_ROOM, str(error.strerror)
        else:  # SafetensorError and what torch raises have no number
            no_room, reason = bool(_WRITERS.search(str(error))), str(error).splitlines()[0]
        if not no_room:
            raise
        raise GeonerError(
            f"{checkpoints}: cannot be written ({reason}); when there is room, resume=True "
            "(--resume) goes on from the last whole checkpoint"
        ) from error


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: What the messages of safetensors and of torch.save name where a file cannot be written.
_WRITERS = re.compile("I/O error|inline_container|PytorchStreamWriter|iostream")


def _trainer(with_curve: bool) -> Any:
    """The module that trains, with everything it needs: what is missing should be said before."""
    try:
        if with_curve:
            import matplotlib  # noqa: F401
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
        import seqeval  # noqa: F401
        import transformers  # noqa: F401

        from geoner import trainer
    except ImportError as error:
        raise MissingExtraError("geoner.finetune", "train") from error
    return trainer


def _check_output(output: Path, force: bool) -> None:
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    if not force:
        raise GeonerError(
            f"{output} exists already; choose another folder, or force=True (--force)"
        )
    if not (output / CONFIG_FILE).exists():
        raise GeonerError(f"{output} is not a model folder, so it is not replaced")


def _reading(base: Path) -> tuple[TextTokenizer, Calibration]:
    """How a base reads text, and what its scores mean."""
    config = read_config(base)
    present(base / WEIGHTS_FILE)
    try:
        settings, calibration = WindowSettings.from_config(config), Calibration.from_config(config)
    except ModelError as error:
        raise ModelError(f"{base / CONFIG_FILE}: {error}") from error
    return TextTokenizer.from_pretrained(base, settings), calibration


def _labels(base: Path) -> tuple[str, ...]:
    """The labels a base knows; none where it is an encoder without a head of ours."""
    try:
        return labels_of(tags_of(read_config(base)))
    except ModelError:
        return ()


def _sayer(quiet: bool) -> Callable[[str], None]:
    def say(message: str) -> None:
        if not quiet:
            sys.stderr.write(visible(f"geoner: {message}\n"))

    return say


def _warn_of_shared_words(
    selection: Selection, tokenizer: TextTokenizer, say: Callable[[str], None]
) -> None:
    from geoner.trainer import sharing_words

    shared = sharing_words([*selection.train, *selection.replay], tokenizer)
    if shared:
        say(
            f"{len(shared)} time{'' if len(shared) == 1 else 's'} two mentions share a word "
            f"({shared[0]!r:.40}): a word has one tag, so the second is learned and the first "
            "cut short"
        )


def _sizes(curve: Sequence[int | str], available: int) -> list[int]:
    """Numbers of articles of a learning curve, less than all.

    Raises:
        GeonerError: if one is no number.
    """
    sizes = set()
    for size in curve:
        text = str(size).strip()
        digits = text.removesuffix("%")
        if not digits.isdecimal() or int(digits) == 0:
            raise GeonerError(f"curve: {text!r} is neither a number of articles nor a part, 25%")
        count = int(digits)
        sizes.add(max(1, available * count // 100) if text.endswith("%") else count)
    return sorted(size for size in sizes if size < available)


@dataclass(frozen=True, slots=True)
class _Job:
    """A run: what it learns from, how, and where it keeps what it has."""

    selection: Selection
    base: Path
    tokenizer: TextTokenizer
    base_calibration: Calibration
    settings: Hyperparameters
    checkpoints: Path
    say: Callable[[str], None]
    quiet: bool

    def begin(self, resume: bool, force: bool) -> None:
        """Makes the folder of the checkpoints, or finds there the run to go on with."""
        folder, mark = self.checkpoints, self.checkpoints / RUN_FILE
        wanted = self._fingerprint()
        try:
            if folder.exists() and not mark.exists() and any(folder.iterdir()):
                raise GeonerError(f"{folder} is not geoner's; checkpoints would go there: move it")
            if mark.exists() and resume:
                _check_same(json.loads(mark.read_text(encoding="utf-8")), wanted, folder)
                self.say(f"going on with the run in {folder}")
                return
            if mark.exists() and not force:
                raise GeonerError(
                    f"an interrupted run stands in {folder}: resume=True (--resume) goes on with "
                    "it, force=True (--force) starts over"
                )
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            mark.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise GeonerError(f"{folder}: cannot be written ({error.strerror})") from error
        except ValueError as error:
            raise GeonerError(
                f"{mark}: not JSON, or truncated; delete {folder} and start over"
            ) from error

    def _fingerprint(self) -> dict[str, Any]:
        """What must be the same for a run to be the same."""
        selection = self.selection
        return {
            "hyperparameters": asdict(self.settings),
            "labels": list(selection.labels),
            "training articles": _digest(selection.train),
            "dev articles": _digest(selection.dev),
            "replayed articles": _digest(selection.replay),
            "base": hashlib.sha256((self.base / WEIGHTS_FILE).read_bytes()).hexdigest()
            if (self.base / WEIGHTS_FILE).exists()
            else "",
        }

    def train(self, selection: Selection, checkpoints: Path) -> Trained:
        from geoner.trainer import train, wait

        trained = train(
            [(selection.train, selection.own), (selection.replay, selection.replay_labels)],
            selection.dev,
            self.base,
            selection.labels,
            self.tokenizer,
            self.settings,
            checkpoints,
            self.quiet,
        )
        wait()  # others may still read the checkpoints that the main process takes away
        return trained

    def write(self, trained: Trained) -> Path:
        """The model folder, beside the checkpoints until it is whole."""
        from geoner.export import write_model

        self.say("writing the model")
        texts = [article.text for article in (*self.selection.train, *self.selection.replay)]
        draft = self.checkpoints / "draft"
        write_model(trained.model, self.tokenizer, texts, draft)
        return draft

    def calibrate(self, draft: Path) -> None:
        """Fits what the scores of the written model mean, and writes it beside the model."""
        selection = self.selection
        parts = [self.measure(draft, selection.dev, selection.own)]
        if selection.replay_dev:
            parts.append(self.measure(draft, selection.replay_dev, selection.replay_labels))
        judged = [analysis.judged_scores(part.gold, part.predicted) for part in parts]
        scores, right = (np.concatenate(columns) for columns in zip(*judged, strict=True))
        fit(scores, right, self.base_calibration).write(draft)

    def measure(self, draft: Path, articles: Sequence[Article], own: Iterable[str]) -> Evaluation:
        """The written model on articles labelled with some of its labels: what it finds of the
        others is neither right nor wrong."""
        extractor = Extractor.from_pretrained(draft, backend="onnx")
        return evaluate(extractor, articles, labels=own)

    def point(self, size: int) -> dict[str, Any]:
        """A point of the learning curve: a number of articles and F1 on dev."""
        from geoner.trainer import is_main

        done = self.checkpoints / f"point-{size}.json"
        if done.exists():
            row: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
            return row
        self.say(f"learning curve: {size} of {len(self.selection.train)} articles")
        chosen = part(self.selection, size, self.settings.seed)
        folder = self.checkpoints / f"point-{size}"
        trained = self.train(chosen, folder)
        if not is_main():
            return {}
        evaluation = self.measure(self.write(trained), self.selection.dev, self.selection.own)
        row = card.point(size, evaluation)
        done.write_text(json.dumps(row), encoding="utf-8")
        shutil.rmtree(folder)
        return row

    def finish(
        self, draft: Path, trained: Trained, points: list[dict[str, Any]] | None
    ) -> Evaluation:
        """Measures the written model, and puts its card and its learning curve, if there are
        points of one, beside it."""
        selection = self.selection
        evaluation = self.measure(draft, selection.dev, selection.own)
        looked_back = None
        if selection.replay and selection.replay_dev:
            looked_back = self.measure(draft, selection.replay_dev, selection.replay_labels)
        if points is not None:
            points = [*points, card.point(len(selection.train), evaluation)]
            text = json.dumps(points, indent=2) + "\n"
            (draft / CURVE_JSON).write_text(text, encoding="utf-8")
            card.draw(points, draft / CURVE_IMAGE)
        card.draw_scores(evaluation.by_min_score, draft / card.SCORES_IMAGE)
        base = None if self.base == SHIPPED_MODEL else self.base.resolve().name
        text = card.write(
            base, selection, self.settings, trained, evaluation, looked_back, points or ()
        )
        (draft / "README.md").write_text(text, encoding="utf-8")
        return evaluation


def _digest(articles: Iterable[Article]) -> str:
    digest = hashlib.sha256()
    for article in articles:
        digest.update(article.document.to_json().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _check_same(found: dict[str, Any], wanted: dict[str, Any], folder: Path) -> None:
    other = [name for name in wanted if found.get(name) != wanted[name]]
    if other:
        raise GeonerError(
            f"the run in {folder} had other {', '.join(other)}, so it cannot be gone on with; "
            "give the same, or start over with force=True (--force)"
        )


def _replace(draft: Path, output: Path, checkpoints: Path) -> None:
    """Puts a whole folder in its place; what was there goes with the checkpoints."""
    replaced = checkpoints / "replaced"
    try:
        if output.exists():
            output.rename(replaced)
        draft.replace(output)
    except OSError as error:
        raise GeonerError(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        if replaced.exists() and not output.exists():
            replaced.rename(output)
    shutil.rmtree(checkpoints)
