"""What is fuzzed: each target takes any bytes and raises if geoner breaks a promise on them.

``text`` runs everything after the model, and the tokenizer before it, with tags drawn from the
bytes in place of a model's: far more kinds of spans than a model would give. ``articles`` reads
files of labelled articles in every format, checks them, and writes and reads them again.
``arguments`` gives the command line arguments, standard input and files.

The first byte for ``articles`` chooses the format to read and the one to write.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np

import geoner
from geoner import cli
from geoner.articles import FORMATS
from geoner.decoding import Iob2Decoder
from geoner.document import Document
from geoner.errors import FormatWarning, GeonerError
from geoner.escapes import visible
from geoner.extractor import SHIPPED_MODEL, Extractor
from geoner.inference import Inputs, Logits, Model
from geoner.schema import LABELS, iob2_tags
from geoner.tokenization import TextTokenizer, WindowSettings

Target = Callable[[bytes], None]

TAGS = iob2_tags(LABELS)

#: Bytes at the beginning of an input that are no text but choose the tags.
HEAD = 16

#: Formats whose files geoner reads itself; the others are read by spaCy and datasets.
OWN_FORMATS = tuple(
    name for name in FORMATS if name not in ("spacy", "datasets", "datasets-tokens")
)


class _DrawnModel(Model):
    """Gives tags drawn from some bytes, sure or less sure, in place of a model's."""

    def __init__(self) -> None:
        self.draw = b"\0"

    def __call__(self, inputs: Inputs) -> Logits:
        ids = inputs["input_ids"]
        draw = np.frombuffer(self.draw, dtype=np.uint8).astype(np.int64)
        places = np.arange(ids.shape[1]) % len(draw)
        drawn = (draw[places] + ids) % 251
        logits = np.zeros((*ids.shape, len(TAGS)), dtype=np.float32)
        np.put_along_axis(logits, (drawn % len(TAGS))[..., None], 6.0, axis=2)
        np.put_along_axis(logits, (drawn // 16 % len(TAGS))[..., None], 5.0, axis=2)
        return logits


_model = _DrawnModel()


@cache
def drawn_extractor() -> Extractor:
    """An extractor whose tags are drawn from the bytes of the input, not found by a model."""
    tokenizer = TextTokenizer.from_pretrained(SHIPPED_MODEL, WindowSettings(64, 16))
    return Extractor(tokenizer, _model, Iob2Decoder(TAGS))


@contextlib.contextmanager
def tags_drawn_from(draw: bytes) -> Iterator[None]:
    """Has `drawn_extractor` draw its tags from these bytes."""
    _model.draw, kept = draw or b"\0", _model.draw
    try:
        yield
    finally:
        _model.draw = kept


def text(data: bytes) -> None:
    """Tokenizing, decoding, values, linking, and every way a document leaves."""
    string = data[HEAD:].decode("utf-8", "surrogateescape")
    with tags_drawn_from(data[:HEAD]):
        document = drawn_extractor().extract(string)
    check(document, string)
    assert Document.from_json(document.to_json()) == document
    document.cooccurrences()
    document.to_html()
    kept = document.filter(["OFFICIAL", "MONEY"], 0.5)
    assert set(kept.entities) <= set(document.entities)


def check(document: Document, string: str) -> None:
    """Raises if a document is not what is promised of every string."""
    assert document.text == string
    end = 0
    for entity in document.entities:
        assert string[entity.start : entity.end] == entity.text
        assert end <= entity.start < entity.end <= len(string)
        assert 0 <= entity.score <= 1
        end = entity.end
    if not document.groups:
        return
    grouped = [mention for group in document.groups for mention in group.mentions]
    assert sorted(m.start for m in grouped) == [e.start for e in document.entities]


def articles(data: bytes) -> None:
    """Reading labelled articles; what was read is checked, written and read again."""
    if not data:
        return
    other, own = divmod(data[0], len(OWN_FORMATS))
    name = OWN_FORMATS[own]
    content, _, notes = data[1:].partition(b"\0")
    path = _folder() / ("a.txt" if name in ("inline", "brat") else "a")
    path.write_bytes(content)
    if name == "brat":
        path.with_suffix(".ann").write_bytes(notes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        _read_and_write(path, name, OWN_FORMATS[other % len(OWN_FORMATS)])


def _read_and_write(path: Path, name: str, other: str) -> None:
    try:
        read = geoner.read_articles(path, format=name)
    except GeonerError:
        read = []
    with contextlib.suppress(GeonerError):
        geoner.check_articles(path)
    for article in read:
        check(article.document, article.text)
    if not read:
        return
    target = path.with_name("written" + (".txt" if other in ("inline", "brat") else ""))
    try:
        geoner.write_articles(read, target, other)
    except GeonerError:
        return
    if other == "conll" and not all(article.text.split() for article in read):
        return  # columns hold words, and these texts have none
    again = geoner.read_articles(target, format=other)
    assert len(again) == len(read)
    if other in ("jsonl", "inline"):
        assert again == read


#: What a byte below the length of this list stands for in `arguments`.
WORDS = (
    *("extract", "evaluate", "check", "convert", "train", "--version", "--help", "-", "--"),
    *("--format", "table", "json", "jsonl", "html", "--label", "COUNTRY", "MONEY", "--output"),
    *("--min-score", "0.5", "1e400", "nan", "--model", "--backend", "onnx", "--device", "cpu"),
    *("--split", "dev", "--from", "--to", "inline", "conll", "brat", "--values", "--by", "--json"),
    *("a.txt", "b.jsonl", "c.conll", "folder", "none.txt", "out", "out.json", ".", "--html"),
    *("--errors", "--resume", "--force", "--text-field", "--id-field", "text", "csv", "out.jsonl"),
    *("d.csv", "*.jsonl"),
)


def arguments(data: bytes) -> None:
    """The command line: it ends with one of its exit codes, and no escape reaches a terminal."""
    line, _, stdin = data.partition(b"\xff\xff")
    listed = [_argument(part) for part in line.split(b"\0")]
    if any(Path(part).is_absolute() or ".." in part or "=/" in part for part in listed):
        return  # what is fuzzed writes only where it is put
    folder = _folder() / "cwd"
    _fill(folder)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2))
    kept = Path.cwd(), sys.stdin, sys.stdout, sys.stderr
    os.chdir(folder)
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        with _without_models():
            code: object = cli.main(listed)
    except SystemExit as stop:
        code = stop.code
    finally:
        os.chdir(kept[0])
        sys.stdin, sys.stdout, sys.stderr = kept[1:]
    assert code in (0, 1, 2, 3), code
    if code != 2:  # argparse repeats what it was given
        printed = _printed(out) + _printed(err)
        assert visible(printed) == printed, printed


def _argument(part: bytes) -> str:
    if len(part) == 1 and part[0] < len(WORDS):
        return WORDS[part[0]]
    return part.decode("utf-8", "surrogateescape")


def _printed(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")


@contextlib.contextmanager
def _without_models() -> Iterator[None]:
    """With tags that are drawn, nothing trained or measured, and a parser that is made once."""

    def refuse(*_: object, **__: object) -> None:
        raise GeonerError("neither trained nor measured here")

    def drawn(*_: object, **__: object) -> Extractor:
        return drawn_extractor()

    with (
        mock.patch.object(cli, "_parser", _parser),
        mock.patch.object(geoner.Extractor, "from_pretrained", drawn),
        mock.patch.object(geoner, "finetune", refuse),
        mock.patch.object(geoner, "evaluate", refuse),
    ):
        yield


_parser = cache(cli._parser)


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="geoner-fuzz-", dir=memory if memory.is_dir() else None))


_FILES = {
    "a.txt": "id: a\n\n[Iran](COUNTRY) paid \x1b[2J[$5 million](MONEY) to \u202eOman.\n",
    "b.jsonl": '{"id": "b", "text": "Iran", "entities": []}\n',
    "c.conll": "Iran\tB-COUNTRY\n",
    "d.csv": 'id,text\n\x1b[2J,"Iran\n1,\u202eOman\n',
}


def _fill(folder: Path) -> None:
    """Makes a folder hold what `WORDS` names, and nothing else."""
    if folder.is_dir() and {path.name for path in folder.iterdir()} == {*_FILES, "folder"}:
        return
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "folder").mkdir(parents=True)
    for name, content in _FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
        (folder / "folder" / name).write_text(content, encoding="utf-8")


TARGETS: dict[str, Target] = {"text": text, "articles": articles, "arguments": arguments}
