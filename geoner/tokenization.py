"""Text to token ids with character offsets, and to overlapping windows of them."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from geoner.errors import ModelError
from geoner.folder import TOKENIZER_FILE, read_file

_Integers = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]

#: Token ids, and of each word its first token, start and end.
_Words = tuple[_Integers, _Integers, _Integers, _Integers]

#: Text is tokenized in pieces of at most this many characters, cut at white space.
PIECE_CHARACTERS = 20_000

#: Of more unread words or marks in a row the model is given so many: one says as much as the next.
UNREAD_IN_A_ROW = 5

#: Of more words of one character, with no space between them, the model is given so many, but in
#: scripts in which that is how words are.
SINGLE_IN_A_ROW = 40

#: A text has so many characters a token, but for `SPARE_TOKENS`; English has nearly five. Where it
#: would have fewer for long, as text at random has, passages are left out.
CHARACTERS_A_TOKEN = 1.6
SPARE_TOKENS = 32

#: Characters of the longest word, and from one word of a mention to the next.
MOST_IN_A_WORD = 100

#: A tokenizer reads the scripts of Asia and Africa if they are in such a share of its vocabulary.
#: English ones hold letters of them, and no words.
LEAST_SHARE = 0.1

_SURROGATE = re.compile("[\ud800-\udfff]")
_LAST_SPACE = re.compile(r"\s(?=\S*\Z)")

# Word shapes, given to the model as token type ids. 0 is also what a plain pipeline sends.
SHAPE_OTHER, SHAPE_CAPITALISED, SHAPE_CAPITALS = 0, 1, 2
SHAPES = 3


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How a model reads text; stands in its config.json under "geoner".

    Attributes:
        max_length: Tokens in a window, the two special ones included.
        overlap: Tokens that neighbouring windows share.
        word_shapes: Whether token type ids carry the shape of each word.
    """

    max_length: int = 512
    overlap: int = 128
    word_shapes: bool = True

    def __post_init__(self) -> None:
        if not (type(self.max_length) is type(self.overlap) is int):
            raise ValueError("max_length and overlap must be whole numbers")
        if type(self.word_shapes) is not bool:
            raise ValueError(f"word_shapes must be true or false, not {self.word_shapes!r:.40}")
        if not 0 <= self.overlap < self.max_length - 2:
            raise ValueError(
                f"overlap {self.overlap} does not fit windows of {self.max_length} tokens"
            )

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> WindowSettings:
        """Settings for a model with this config.json; sensible ones if it names none.

        Raises:
            ModelError: if the settings it names do not make sense.
        """
        try:
            positions = int(config.get("max_position_embeddings", 512))
            default = {
                "max_length": min(512, positions),
                "overlap": min(128, positions // 4),
                "word_shapes": False,
            }
            named = {**default, **config.get("geoner", {})}
            named.pop("calibration", None)  # of scores: see geoner.calibration
            settings = cls(**named)
            if settings.max_length > positions:
                raise ValueError(
                    f"windows of {settings.max_length} tokens, but {positions} positions"
                )
        except (TypeError, ValueError, OverflowError) as error:
            raise ModelError(f"its window settings are wrong ({error})") from error
        return settings


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """A text as the model reads it.

    A word is what the tokenizer's pre-tokenizer splits off: letters and digits between
    white space, punctuation and symbols. Spans start and end at words. Of a long run of words
    that the tokenizer does not know or whose script it does not read, such as Chinese to an English
    one, or of punctuation, such as a ruled line, the last of `UNREAD_IN_A_ROW` stands for the rest;
    of a long run of single characters, the last of `SINGLE_IN_A_ROW`. Of text with more tokens for
    its length than any language has, passages are left out (`CHARACTERS_A_TOKEN`).

    Attributes:
        ids: Token ids without special tokens, shape ``(tokens,)``.
        shapes: Word shape of each token, shape ``(tokens,)``.
        heads: Index of each word's first token, shape ``(words,)``.
        starts: Offset of each word's first character, shape ``(words,)``.
        ends: Offset after each word's last character, shape ``(words,)``.
    """

    ids: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    def unbroken(self, first: int, stop: int) -> int:
        """The word up to which those from `first` stand next to each other, each for itself: where
        a passage was left out they do not, nor does one that stands for it; at most `stop`."""
        starts, ends = self.starts[first:stop], self.ends[first:stop]
        breaks = ends - starts > MOST_IN_A_WORD
        breaks[1:] |= starts[1:] - ends[:-1] > MOST_IN_A_WORD
        return first + int(breaks.argmax()) if breaks.any() else stop


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of tokens the model sees at once, and the part of it that it answers for.

    The parts of a text's windows are disjoint and cover it, each token in the window where
    it stands farthest from a cut.

    Attributes:
        start: First token.
        stop: After the last token.
        own_start: First token the window answers for.
        own_stop: After the last token it answers for.
    """

    start: int
    stop: int
    own_start: int
    own_stop: int


def windows(tokens: int, size: int, overlap: int) -> list[Window]:
    """Windows of at most `size` tokens over a text of `tokens`, sharing at least `overlap`.

    They are as few as can be, of one length, and no longer than that takes.
    """
    if tokens == 0:
        return []
    if tokens <= size:
        return [Window(0, tokens, 0, tokens)]
    count = -(-(tokens - overlap) // (size - overlap))
    size = -(-(tokens + (count - 1) * overlap) // count)
    starts = [round(k * (tokens - size) / (count - 1)) for k in range(count)]
    cuts = [
        0,
        *((left + size + right) // 2 for left, right in itertools.pairwise(starts)),
        tokens,
    ]
    return [
        Window(start, start + size, own_start, own_stop)
        for start, own_start, own_stop in zip(starts, cuts[:-1], cuts[1:], strict=True)
    ]


class TextTokenizer:
    """A model's tokenizer, read from its tokenizer.json."""

    def __init__(
        self, tokenizer: Tokenizer, settings: WindowSettings, path: Path | None = None
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        self._tokenizer = tokenizer
        self._path = path
        self.settings = settings
        prefix_and_suffix = tokenizer.encode("").ids
        if len(prefix_and_suffix) != 2:
            raise ModelError("the tokenizer does not put one special token before and one after")
        self._first, self._last = prefix_and_suffix
        self._unknown = tokenizer.token_to_id("[UNK]")

    @property
    def size(self) -> int:
        """How many tokens it knows."""
        return self._tokenizer.get_vocab_size(with_added_tokens=True)

    @classmethod
    def from_pretrained(cls, folder: Path, settings: WindowSettings) -> TextTokenizer:
        """The tokenizer of a model folder.

        Raises:
            ModelError: if its tokenizer.json is missing or is not a tokenizer.
        """
        path = folder / TOKENIZER_FILE
        content = read_file(path)
        with _named(path, "not a tokenizer, or truncated; copy the model folder again"):
            json.loads(content)
            return cls(Tokenizer.from_buffer(content), settings, path)

    def __call__(self, text: str) -> TokenizedText:
        """Token ids, shapes and word offsets of a text of any length."""
        readable = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
        ids: list[int] = []
        heads: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for offset, piece in _pieces(readable):
            encoding = self._encode(piece)
            base = len(ids)
            previous = None
            for token, (word, (start, end)) in enumerate(
                zip(encoding.word_ids, encoding.offsets, strict=True)
            ):
                if word != previous:
                    heads.append(base + token)
                    starts.append(offset + start)
                    ends.append(offset + end)
                    previous = word
                else:
                    ends[-1] = offset + end
            ids.extend(encoding.ids)
        arrays = (np.asarray(values, dtype=np.int64) for values in (ids, heads, starts, ends))
        words = self._without_long_runs(readable, *arrays)
        if _is_dense(*words) and not self._reads_other_scripts:  # in which a character is a word
            words = _without_dense_passages(*words)
        return self._shaped(text, *words)

    def _without_long_runs(
        self, text: str, ids: _Integers, heads: _Integers, starts: _Integers, ends: _Integers
    ) -> _Words:
        """Tokens and words in which a few stand for a long run that tells the model nothing. Such
        runs cost a token a character, where English costs one for four or five."""
        if not len(heads):
            return ids, heads, starts, ends
        words = np.arange(len(heads))
        letters = _code_points(text)[starts]
        unread = ids[heads] == self._unknown
        other = _of_other_scripts(letters)
        if other.any() and not self._reads_other_scripts:
            unread |= other
        joined = np.append(False, starts[1:] == ends[:-1])
        kept = _places(unread) <= UNREAD_IN_A_ROW
        kept &= _places(_marks(letters)) <= UNREAD_IN_A_ROW
        kept &= _places((ends - starts == 1) & ~other, joined) <= SINGLE_IN_A_ROW
        if kept.all():
            return ids, heads, starts, ends
        (chosen,) = np.nonzero(kept)
        last = np.append(chosen[1:], len(words)) - 1
        ends[chosen] = ends[last]
        return _only(kept, ids, heads, starts, ends)

    @cached_property
    def _reads_other_scripts(self) -> bool:
        pieces = [piece.removeprefix("##") for piece in self._tokenizer.get_vocab()]
        letters = np.asarray([ord(piece[0]) for piece in pieces if piece], dtype=np.uint32)
        return bool(_of_other_scripts(letters).mean() > LEAST_SHARE)

    def _shaped(
        self, text: str, ids: _Integers, heads: _Integers, starts: _Integers, ends: _Integers
    ) -> TokenizedText:
        shapes = np.zeros(len(ids), dtype=np.int64)
        if self.settings.word_shapes and len(heads):
            word_shapes = [
                word_shape(text[s:e]) for s, e in zip(starts.tolist(), ends.tolist(), strict=True)
            ]
            lengths = np.diff(heads, append=len(ids))
            shapes = np.repeat(np.asarray(word_shapes, dtype=np.int64), lengths)
        return TokenizedText(ids, shapes, heads, starts, ends)

    def _encode(self, piece: str) -> Encoding:
        with _named(self._path, "cannot read this text"):
            return self._tokenizer.encode(piece, add_special_tokens=False)

    def save(self, folder: Path) -> None:
        """Writes tokenizer.json, and the tokenizer_config.json that transformers reads."""
        special: dict[str, str | None] = {
            name: token
            for name in ("pad", "unk", "mask")
            if self._tokenizer.token_to_id(token := f"[{name.upper()}]") is not None
        }
        special["cls"] = self._tokenizer.id_to_token(self._first)
        special["sep"] = self._tokenizer.id_to_token(self._last)
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": self.settings.max_length,
            **{f"{name}_token": token for name, token in special.items()},
        }
        content = {
            TOKENIZER_FILE: self._tokenizer.to_str(),
            "tokenizer_config.json": json.dumps(config, indent=2) + "\n",
        }
        for name, text in content.items():
            (folder / name).write_text(text, encoding="utf-8")

    def windows(self, tokenized: TokenizedText) -> list[Window]:
        """The windows through which the model reads a text."""
        return windows(len(tokenized.ids), self.settings.max_length - 2, self.settings.overlap)

    def inputs(
        self, parts: Sequence[tuple[TokenizedText, Window]]
    ) -> dict[str, npt.NDArray[np.int64]]:
        """Model inputs for a batch of windows, padded on the right to the longest.

        Returns:
            "input_ids", "attention_mask" and "token_type_ids", each of shape
            ``(windows, longest + 2)``; token k of a window stands at column k + 1.
        """
        longest = max(window.stop - window.start for _, window in parts)
        shape = (len(parts), longest + 2)
        input_ids = np.zeros(shape, dtype=np.int64)
        attention_mask = np.zeros(shape, dtype=np.int64)
        token_type_ids = np.zeros(shape, dtype=np.int64)
        for row, (tokenized, window) in enumerate(parts):
            length = window.stop - window.start
            input_ids[row, 0] = self._first
            input_ids[row, 1 : length + 1] = tokenized.ids[window.start : window.stop]
            input_ids[row, length + 1] = self._last
            attention_mask[row, : length + 2] = 1
            token_type_ids[row, 1 : length + 1] = tokenized.shapes[window.start : window.stop]
        return {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": token_type_ids,
        }


@contextmanager
def _named(path: Path | None, reason: str) -> Iterator[None]:
    """Turns what tokenizers raises into a `ModelError` that names the file."""
    place = path or "the tokenizer"
    try:
        yield
    except ModelError as error:
        raise ModelError(f"{place}: {error}") from error
    except BaseException as error:
        # tokenizers raises bare Exception, and beside it a class of its own where it panics
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ModelError(f"{place}: {reason} ({error})") from error
        raise


def _is_dense(ids: _Integers, heads: _Integers, _starts: _Integers, ends: _Integers) -> bool:
    """Whether a passage has more tokens than a text of its length may."""
    excess = np.append(heads[1:], len(ids))[: len(ends)] - ends / CHARACTERS_A_TOKEN
    return bool((excess - np.minimum.accumulate(excess) > SPARE_TOKENS).any())


def _without_dense_passages(
    ids: _Integers, heads: _Integers, starts: _Integers, ends: _Integers
) -> _Words:
    """The text without as much of such passages that it has no more."""
    counts = np.diff(heads, append=len(ids))
    kept = np.ones(len(heads), dtype=np.bool_)
    debt, end, is_reading = 0.0, 0, True
    for word, (count, stop) in enumerate(zip(counts.tolist(), ends.tolist(), strict=True)):
        debt = max(0.0, debt - (stop - end) / CHARACTERS_A_TOKEN)
        end = stop
        is_reading = debt == 0 or (is_reading and debt + count <= SPARE_TOKENS)
        kept[word] = is_reading
        debt += count * is_reading
    return _only(kept, ids, heads, starts, ends)


def _only(
    kept: _Flags, ids: _Integers, heads: _Integers, starts: _Integers, ends: _Integers
) -> _Words:
    """The words that are kept, and their tokens."""
    tokens = np.repeat(kept, np.diff(heads, append=len(ids)))
    return ids[tokens], (np.cumsum(tokens) - 1)[heads[kept]], starts[kept], ends[kept]


def _places(members: _Flags, joined: _Flags | bool = True) -> _Integers:
    """Place of each word in its run of members, from 1; 0 where it is none. Of the words of a run
    each is joined to the one before."""
    words = np.arange(len(members))
    before = np.where(members & joined, -1, words - members)
    return words - np.maximum.accumulate(before)


def _code_points(text: str) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint32]:
    if text.isascii():
        return np.frombuffer(text.encode(), dtype=np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _marks(letters: npt.NDArray[np.unsignedinteger[Any]]) -> _Flags:
    """Which code points are marks, with which no mention begins: no letter, digit or currency."""
    kinds, places = np.unique(letters, return_inverse=True)
    categories = (unicodedata.category(chr(kind)) for kind in kinds.tolist())
    marks = [category[0] in "PS" and category != "Sc" for category in categories]
    return np.asarray(marks, dtype=np.bool_)[places]


def _of_other_scripts(letters: npt.NDArray[np.unsignedinteger[Any]]) -> _Flags:
    """Which code points are of the scripts of Asia and Africa: from Hebrew to before the phonetic
    signs, from CJK radicals to before the presentation forms of Latin, and beyond."""
    return (
        ((letters >= 0x590) & (letters < 0x1D00))
        | ((letters >= 0x2E80) & (letters < 0xFB00))
        | ((letters >= 0x20000) & (letters < 0x40000))
    )


def word_shape(word: str) -> int:
    """Shape of a word: all capitals (two or more), capitalised, or anything else.

    A single capital ("U" in "U.S.", an initial) counts as all capitals.
    """
    if not word[0].isupper():
        return SHAPE_OTHER
    return SHAPE_CAPITALS if word.isupper() else SHAPE_CAPITALISED


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cuts a text at white space into pieces the tokenizer handles in bounded memory."""
    start = 0
    while len(text) - start > PIECE_CHARACTERS:
        stop = start + PIECE_CHARACTERS
        space = _LAST_SPACE.search(text, max(start, stop - 1_000), stop)
        stop = space.end() if space else stop
        yield start, text[start:stop]
        start = stop
    yield start, text[start:]
