"""A model folder: its files, found, read and checked.

SHA256SUMS records the digests of the files as they were written together; ``sha256sum -c`` reads
it too. What is recorded is checked as it is read. config.json is not recorded: it may be edited.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geoner.errors import ModelError

ONNX_FILE = "model.onnx"
WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
SUMS_FILE = "SHA256SUMS"

#: The most bytes of each file: far more than any has. An ONNX file is bounded by protobuf.
_MOST = {
    ONNX_FILE: 1 << 31,
    CONFIG_FILE: 10_000_000,
    TOKENIZER_FILE: 200_000_000,
    SUMS_FILE: 100_000,
}

#: A line of digests, as ``sha256sum`` writes it.
_RECORD = re.compile(rb"([0-9a-fA-F]{64}) [ *](.+)")

#: Bytes read at once.
_CHUNK = 1 << 20


def present(path: Path) -> Path:
    """A file of a model folder.

    Raises:
        ModelError: if it is missing.
    """
    with _reading(path):
        is_file = path.is_file()
    if not is_file:
        raise ModelError(f"{path.parent}: not a complete model folder, {path.name} is missing")
    return path


def read_file(path: Path) -> bytes:
    """What a file of a model folder holds.

    Raises:
        ModelError: if it is missing, cannot be read, is far too large, or is not the one
            recorded.
    """
    present(path)
    with _reading(path):
        size = path.stat().st_size
        if size > _MOST[path.name]:
            raise ModelError(f"{path}: too large for what it is, {size} bytes")
        content = path.read_bytes()
    _check(path, content)
    return content


def check_file(path: Path) -> None:
    """Checks a file that another library reads.

    Raises:
        ModelError: if it cannot be read, or is not the one recorded.
    """
    _check(present(path), None)


def _check(path: Path, content: bytes | None) -> None:
    recorded = recorded_digest(path)
    if recorded is None:
        return
    digest = _digest_of(path) if content is None else hashlib.sha256(content).hexdigest()
    if digest != recorded:
        raise ModelError(
            f"{path}: not the file that {SUMS_FILE} records, but truncated, swapped or changed; "
            f"copy the model folder again, or delete {SUMS_FILE} if you changed it on purpose"
        )


def recorded_digest(path: Path) -> str | None:
    """The digest recorded for a file of a model folder; ``None`` if none is.

    Raises:
        ModelError: if what should hold it is no list of digests.
    """
    sums = path.with_name(SUMS_FILE)
    if not os.path.lexists(sums):
        return None
    with _reading(sums):
        is_list = sums.is_file() and sums.stat().st_size <= _MOST[SUMS_FILE]
        content = sums.read_bytes() if is_list else b""
    recorded = [_RECORD.fullmatch(line) for line in content.splitlines()]
    if not content.endswith(b"\n") or not all(recorded):
        raise ModelError(
            f"{sums}: not a list of digests, or truncated; copy the model folder again"
        )
    digests = {match[2]: match[1].decode().lower() for match in recorded if match}
    return digests.get(path.name.encode())


def write_digests(folder: Path, names: Iterable[str]) -> None:
    """Records the digests of files of a folder in it."""
    lines = [f"{_digest_of(folder / name)}  {name}\n" for name in sorted(names)]
    (folder / SUMS_FILE).write_text("".join(lines), encoding="utf-8")


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with _reading(path), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Makes a ModelError of what the system says against reading a path."""
    try:
        yield
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error


def read_config(folder: Path) -> dict[str, Any]:
    """The config.json of a model folder.

    Raises:
        ModelError: if the folder or the file is missing, or the file is not a JSON object.
    """
    with _reading(folder):
        is_folder = folder.is_dir()
    if not is_folder:
        raise ModelError(f"{folder}: no such model folder")
    path = folder / CONFIG_FILE
    content = read_file(path)
    try:
        config = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON, or truncated ({error})") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path}: not a model configuration")
    return config


def tags_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """A model's tags in the order of its logits.

    Raises:
        ModelError: if the configuration is not a token classifier's.
    """
    tags = config.get("id2label")
    if not isinstance(tags, dict) or set(tags) != {str(k) for k in range(len(tags))}:
        raise ModelError("not a token classifier's, id2label is missing or wrong")
    return tuple(str(tags[str(k)]) for k in range(len(tags)))
