"""The whole street: a text in, a `Document` out."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from geoner.batching import Batching, Place, alike
from geoner.calibration import Calibration
from geoner.consistency import agree, likely
from geoner.decoding import Iob2Decoder, trim
from geoner.document import Document
from geoner.errors import GeonerError, ModelError
from geoner.folder import CONFIG_FILE, TOKENIZER_FILE, read_config, tags_of
from geoner.forking import tell_when_forked
from geoner.inference import Inputs, Logits, Model, load_model
from geoner.linking import link
from geoner.schema import COUNTRY, MONEY, OFFICIAL, labels_of
from geoner.streaming import chunks, overlapped
from geoner.tokenization import MOST_IN_A_WORD, TextTokenizer, TokenizedText, WindowSettings
from geoner.values.resolve import resolve

#: The model shipped in the package, and the one of half its layers.
SHIPPED_MODEL = Path(__file__).parent / "model"
FAST_MODEL = Path(__file__).parent / "fast_model"

#: Names that stand for a model folder.
MODELS = {"fast": FAST_MODEL}

#: Labels whose mentions are mostly names: the same word is the same thing throughout a text.
NAMED = (COUNTRY, OFFICIAL)

#: Texts that `Extractor.extract_many` holds at once.
IN_FLIGHT = 256


def model_folder(path: str | Path | None) -> Path:
    """The folder that is meant: ``None`` is the shipped model, and `MODELS` has names."""
    return SHIPPED_MODEL if path is None else MODELS.get(str(path), Path(path))


class Extractor:
    """Finds mentions in texts with one model. Make one with `from_pretrained`, use it often.

    Attributes:
        labels: The labels the model finds.
    """

    def __init__(
        self,
        tokenizer: TextTokenizer,
        model: Model,
        decoder: Iob2Decoder,
        calibration: Calibration | None = None,
        batching: Batching | None = None,
    ) -> None:
        self._tokenizer = tokenizer
        self._model = model
        self._decoder = decoder
        self._calibration = calibration or Calibration()
        self._batching = batching or Batching()
        self.labels = decoder.labels
        self._named = [1 + 2 * self.labels.index(x) for x in NAMED if x in self.labels]

    @classmethod
    def from_pretrained(
        cls,
        path: str | Path | None = None,
        *,
        backend: str = "auto",
        device: str = "auto",
        threads: int | None = None,
        dtype: str = "auto",
        min_score: float | None = None,
    ) -> Extractor:
        """Loads a model folder. Extractors of one folder and number of threads share its weights.

        Args:
            path: A folder written by `geoner.finetune`; ``None`` is the shipped model; "fast" the
                other one shipped, which has half the layers, is faster and errs more often (a
                folder of this name is "./fast").
            backend: "onnx" (needs nothing more), "torch" (needs geoner[torch]), or "auto".
            device: "cpu", "cuda", or what else the backend knows; "auto" chooses.
            threads: CPUs that one call keeps busy; ``None``: all that the process may use, its
                container's limit included. In PyTorch it holds for the whole process.
            dtype: What the torch backend computes in: "float32", "float16", "bfloat16", or
                "auto": float16 on an NVIDIA GPU, float32 elsewhere.
            min_score: Mentions with a lower score are left out; ``None``: as the model has it for
                each label, which was chosen for most F1; 0: all that it finds.

        Raises:
            ModelError: if the folder is no model, or a file of it is missing or truncated.
            MissingExtraError: if the backend is not installed.
            GeonerError: if backend, device or dtype is unknown, or do not go together.
            ValueError: if `threads` is not positive, or `min_score` not from 0 to 1.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        folder = model_folder(path)
        config = read_config(folder)
        window_settings, tags, calibration = _settings(config, folder)
        if min_score is not None:
            least = dict.fromkeys(labels_of(tags), float(min_score))
            calibration = replace(calibration, min_scores=least)
        tokenizer = TextTokenizer.from_pretrained(folder, window_settings)
        _check_vocabulary(tokenizer, config, folder)
        model = load_model(folder, len(tags), backend, device, threads, dtype)
        return cls(tokenizer, model, Iob2Decoder(tags), calibration, model.batching)

    def calibrated(self, calibration: Calibration | None) -> Extractor:
        """This extractor with another calibration of its scores; ``None``: the model's own
        scores, of all mentions."""
        return Extractor(self._tokenizer, self._model, self._decoder, calibration, self._batching)

    def check_labels(self, labels: Iterable[str]) -> None:
        """Makes sure that labels which are asked for can be found.

        Raises:
            GeonerError: if the model has not all of them.
        """
        unknown = set(labels).difference(self.labels)
        if unknown:
            raise GeonerError(
                f"the model has no label {', '.join(sorted(unknown))}; "
                f"it has {', '.join(self.labels)}"
            )

    def extract(self, text: str) -> Document:
        """Finds the mentions in one text of any length.

        Raises:
            TypeError: if `text` is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {type(text).__name__}")
        tokens = self._tokenizer(text)
        return self._document(text, tokens, *self._token_logits([tokens]))

    def extract_many(
        self, texts: Iterable[str], *, batch_size: int = IN_FLIGHT, progress: bool = False
    ) -> Iterator[Document]:
        """Finds the mentions in many texts, lazily and in order.

        The model computes in a thread of its own, while this one reads, tokenizes and links other
        texts. An error of `texts` is raised after the documents of the texts before it.

        Args:
            texts: Any iterable; it is read at most `batch_size` texts ahead, fewer of long ones.
            batch_size: The most texts held at once. It bounds memory, not results: windows of all
                texts held are sorted by length and run in batches of a fixed number of tokens.
            progress: Shows a progress bar on standard error.

        Raises:
            TypeError: if a text is not a string, or `texts` is one.
            ValueError: if `batch_size` is not positive.
        """
        if isinstance(texts, str):
            raise TypeError("extract_many takes several texts; for one text use extract")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        ahead = min(1, batch_size - 1)
        parts = chunks(iter(texts), batch_size // (1 + ahead))
        documents = itertools.chain.from_iterable(self.extract_parts(parts, ahead=ahead))
        if not progress:
            return documents
        from tqdm import tqdm

        total = len(texts) if isinstance(texts, Sized) else None
        return iter(tqdm(documents, total=total, unit="text", desc="extract"))

    def extract_parts(
        self, parts: Iterator[Sequence[str] | BaseException], *, ahead: int = 1
    ) -> Iterator[Iterator[Document]]:
        """As `extract_many`, of texts that are in parts already.

        What is read together is a part and nothing else: its documents are the same to the last
        digit of their scores, whatever other parts there are.

        Args:
            parts: Texts; an error among them is raised when it is its turn.
            ahead: How many parts are taken before the documents of the one before them are there.

        Yields:
            The documents of each part, which must be read before those of the next.
        """
        return overlapped(parts, self._read, self._token_logits, self._documents, ahead)

    def _read(self, texts: Sequence[str]) -> list[TokenizedText]:
        return [self._tokenizer(text) for text in texts]

    def _documents(
        self, texts: Sequence[str], tokenized: Sequence[TokenizedText], logits: Sequence[Logits]
    ) -> Iterator[Document]:
        return map(self._document, texts, tokenized, logits)

    def _token_logits(
        self, tokenized: Sequence[TokenizedText], given_up: Callable[[], bool] = lambda: False
    ) -> list[Logits]:
        """Logits ``(tokens, tags)`` of each text, each token from the window that owns it; zeros
        for what is left when they are given up."""
        tags = 1 + 2 * len(self.labels)
        logits = [np.zeros((len(tokens.ids), tags), dtype=np.float32) for tokens in tokenized]
        groups = alike([(tokens, self._tokenizer.windows(tokens)) for tokens in tokenized])
        running: deque[Sequence[list[Place]]] = deque()

        def inputs() -> Iterator[Inputs]:
            for batch in self._batching.batches(groups):
                if given_up():
                    return
                running.append(batch)
                windows = [(tokenized[i], window) for (i, window), *_ in batch]
                yield self._tokenizer.inputs(windows)

        for rows in self._model.map(inputs()):
            for row, group in zip(rows, running.popleft(), strict=True):
                for index, window in group:
                    shift = 1 - window.start  # the special token stands first
                    own = slice(window.own_start, window.own_stop)
                    logits[index][own] = row[own.start + shift : own.stop + shift]
        return logits

    def _document(self, text: str, tokens: TokenizedText, logits: Logits) -> Document:
        scores = self._decoder.log_probabilities(logits[tokens.heads])
        words = [
            text[s:e] for s, e in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
        ]
        scores = agree(words, scores, self._named)
        spans = []
        for first, stop, label, probability in self._decoder.spans(scores):
            start, end = int(tokens.starts[first]), int(tokens.ends[stop - 1])
            if end - start > MOST_IN_A_WORD:
                stop = tokens.unbroken(first, stop)
                end = int(tokens.ends[stop - 1]) if stop > first else start
            span = trim(text, start, end, amount=label == MONEY)
            if span is not None:
                spans.append((*span, label, self._calibration(probability)))
        spans = likely(text, spans, self._calibration.min_scores)
        return link(resolve(Document.from_spans(text, spans)))


def _settings(
    config: Mapping[str, Any], folder: Path
) -> tuple[WindowSettings, tuple[str, ...], Calibration]:
    """Window settings, tags and calibration of a model folder."""
    try:
        tags = tags_of(config)
        labels_of(tags)
        return WindowSettings.from_config(config), tags, Calibration.from_config(config)
    except ModelError as error:
        raise ModelError(f"{folder / CONFIG_FILE}: {error}") from error


def _check_vocabulary(tokenizer: TextTokenizer, config: Mapping[str, Any], folder: Path) -> None:
    """Raises if the tokenizer has tokens that the model does not know."""
    size = config.get("vocab_size")
    if isinstance(size, int) and tokenizer.size > size:
        raise ModelError(
            f"{folder / TOKENIZER_FILE}: has {tokenizer.size} tokens, {CONFIG_FILE} has {size}; "
            "they are of different models"
        )


class _Shipped:
    """Gives the extractor with the shipped model, loaded once in a process, at first use."""

    def __init__(self) -> None:
        self.extractor: Extractor | None = None
        self._lock = threading.Lock()
        tell_when_forked(self)

    def __call__(self) -> Extractor:
        with self._lock:
            if self.extractor is None:
                self.extractor = Extractor.from_pretrained()
            return self.extractor

    def forked(self) -> None:
        """Unlocks: no thread is left that could be loading."""
        self._lock = threading.Lock()


_shipped = _Shipped()


def extract(text: str) -> Document:
    """Finds countries, officials, agreements and amounts in a text, with the shipped model.

    Args:
        text: A text of any length.

    Returns:
        The document: `text` and the mentions found in it, sorted and not overlapping.

    Raises:
        TypeError: if `text` is not a string.
    """
    return _shipped().extract(text)


def extract_many(
    texts: Iterable[str], *, batch_size: int = IN_FLIGHT, progress: bool = False
) -> Iterator[Document]:
    """`Extractor.extract_many` with the shipped model."""
    return _shipped().extract_many(texts, batch_size=batch_size, progress=progress)
