"""Windows of token ids to logits, with onnxruntime or PyTorch."""

from __future__ import annotations

import importlib.util
import itertools
import re
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from geoner.batching import Batching
from geoner.cpus import usable_cpus
from geoner.errors import GeonerError, MissingExtraError, ModelError
from geoner.folder import (
    CONFIG_FILE,
    ONNX_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    present,
    read_file,
    recorded_digest,
)
from geoner.forking import keep_for_ever, tell_when_forked

Inputs = Mapping[str, npt.NDArray[np.int64]]
Logits = npt.NDArray[np.float32]

BACKENDS = ("auto", "onnx", "torch")

#: Floating-point types that PyTorch may compute in.
DTYPES = ("auto", "float32", "float16", "bfloat16")

#: Tokens that onnxruntime is given at once: what a layer makes of them fits a core's cache.
ONNX_BATCH_TOKENS = 1024

#: From so many batches on, each is computed by one thread, several at a time: threads that share a
#: batch wait for each other. The second session this takes is not worth loading for fewer.
SIDE_BY_SIDE = 16

#: Inputs of a model, in order; it may lack some.
INPUT_NAMES = ("input_ids", "attention_mask", "token_type_ids")


class Model(Protocol):
    """What the extractor asks of a model."""

    def __call__(self, inputs: Inputs) -> Logits:
        """Logits ``(windows, length, tags)`` for inputs of shape ``(windows, length)``."""

    def map(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Logits of each batch, in order; `batches` is read only a little ahead."""
        return map(self, batches)


class OnnxModel(Model):
    """A model.onnx file in onnxruntime. Threads may share it; a process that is forked from this
    one loads the file again when it first needs it. Models of one file share their weights: one
    copy for calls that keep all their threads busy, and one for many calls side by side.

    Args:
        folder: The model folder.
        tags: How many tags its configuration has.
        device: "auto", "cpu" or "cuda".
        threads: CPUs that one call keeps busy; ``None``: all that this process may use.

    Raises:
        ModelError: if the file is missing, truncated or not an ONNX model.
        GeonerError: if onnxruntime has no support for `device`.
    """

    def __init__(
        self, folder: Path, tags: int, device: str = "auto", threads: int | None = None
    ) -> None:
        import onnxruntime

        self._path = present(folder / ONNX_FILE)
        self._tags = tags
        if device not in ("auto", "cpu", "cuda"):
            raise GeonerError(f"unknown device {device!r}: onnxruntime takes auto, cpu or cuda")
        provider = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
        if provider not in onnxruntime.get_available_providers():
            raise GeonerError(
                f"this onnxruntime cannot use device {device!r}; use cpu, or the torch backend"
            )
        cpus = threads or usable_cpus()
        self._alone = _shared_session(self._path, provider, cpus)
        self._beside = _shared_session(self._path, provider, 1)
        self._lanes = 1 if device == "cuda" else cpus
        self._check(self._alone.get())

    @property
    def batching(self) -> Batching:
        """Small batches, which stay in the caches of a CPU; padded only if it masks padding."""
        return Batching(ONNX_BATCH_TOKENS, padded="attention_mask" in self._names)

    def _check(self, session: Any) -> None:
        """Raises if the file is of another kind of model."""
        path = self._path
        self._names = [argument.name for argument in session.get_inputs()]
        outputs = {output.name: output.shape for output in session.get_outputs()}
        if not set(self._names) <= set(INPUT_NAMES) or "logits" not in outputs:
            raise ModelError(
                f"{path}: not a token classifier, its inputs are {', '.join(self._names)} and "
                f"its outputs {', '.join(outputs)}"
            )
        if not outputs["logits"] or outputs["logits"][-1] != self._tags:
            gives = outputs["logits"][-1] if outputs["logits"] else "no"
            raise ModelError(f"{path}: gives {gives} tags, {CONFIG_FILE} has {self._tags}")

    def __call__(self, inputs: Inputs) -> Logits:
        return self._run(self._alone, inputs)

    def map(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Logits of each batch, in order; many batches are computed side by side."""
        ahead = iter(batches)
        first = list(itertools.islice(ahead, SIDE_BY_SIDE))
        if len(first) < SIDE_BY_SIDE or self._lanes == 1:
            yield from map(self, itertools.chain(first, ahead))
            return
        running: deque[Future[Logits]] = deque()
        with ThreadPoolExecutor(self._lanes, thread_name_prefix="geoner-model") as pool:
            for inputs in itertools.chain(first, ahead):
                running.append(pool.submit(self._run, self._beside, inputs))
                if len(running) > self._lanes:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

    def _run(self, shared: _Session, inputs: Inputs) -> Logits:
        session = shared.get()
        try:
            logits = session.run(["logits"], {name: inputs[name] for name in self._names})[0]
        except Exception as error:  # onnxruntime's own classes share no base
            raise _unfit(self._path, str(error).splitlines()[0]) from error
        return _checked(logits, (*inputs["input_ids"].shape, self._tags), self._path)


class _Session:
    """A session of onnxruntime, which several models may share; loaded when it is first needed."""

    def __init__(self, path: Path, provider: str, threads: int) -> None:
        self._path = path
        self._provider = provider
        self._threads = threads
        self._loading = threading.Lock()
        self._session: Any = None
        tell_when_forked(self)

    def get(self) -> Any:
        """The session of this process.

        Raises:
            ModelError: if the file is truncated, not an ONNX model, or keeps weights elsewhere.
        """
        with self._loading:
            self._session = self._session or self._load()
            return self._session

    def _load(self) -> Any:
        import onnxruntime

        path = self._path
        content = read_file(path)
        if _has_external_data(content):
            raise ModelError(
                f"{path}: keeps weights in other files, which are not read; save it as one file"
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what is wrong is raised
        options.intra_op_num_threads = self._threads
        # threads that wait leave their CPU to the Python thread, and to other processes
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return onnxruntime.InferenceSession(
                content,
                options,
                providers=[self._provider],
                enable_fallback=0,  # it would print, and try the same again
            )
        except Exception as error:  # onnxruntime's own classes share no base
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"{path}: not an ONNX model, or truncated; copy the model folder again ({reason})"
            ) from error

    def forked(self) -> None:
        """Lets go of the session in a child process; its threads are the parent's."""
        if self._session is not None:
            keep_for_ever(self._session)
        self._session = None
        self._loading = threading.Lock()


_sessions: weakref.WeakValueDictionary[tuple[object, ...], _Session] = weakref.WeakValueDictionary()


def _shared_session(path: Path, provider: str, threads: int) -> _Session:
    """The session of a file, as long as some model holds it and the file stays as it is."""
    state = path.stat()
    version = state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, recorded_digest(path)
    session = _Session(path, provider, threads)
    return _sessions.setdefault((*version, provider, threads), session)


class TorchModel(Model):
    """A model.safetensors file in PyTorch, with transformers. Threads may share it; in a process
    that is forked from this one it computes on the CPU, with one thread.

    Args:
        folder: The model folder.
        device: "auto", "cpu", "cuda" or another that PyTorch has.
        threads: CPUs that PyTorch keeps busy in this process; ``None``: as it is.
        dtype: What it computes in: "float32", "float16", "bfloat16", or "auto": float16 on an
            NVIDIA GPU, float32 elsewhere.

    Raises:
        MissingExtraError: if torch or transformers is not installed.
        ModelError: if the file is missing, truncated or not a token classifier.
        GeonerError: if PyTorch has no such device.
    """

    batching = Batching()

    def __init__(
        self,
        folder: Path,
        device: str = "auto",
        threads: int | None = None,
        dtype: str = "auto",
    ) -> None:
        try:
            import torch
            import transformers  # noqa: F401

            from geoner.weights import load_classifier
        except ImportError as error:
            raise MissingExtraError("backend='torch'", "torch") from error

        path = present(folder / WEIGHTS_FILE)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if dtype == "auto":
            # 8 times as exact as bfloat16, and on all GPUs; its range is enough for encoders
            dtype = "float16" if device.startswith("cuda") else "float32"
        try:
            model, missing = load_classifier(folder)
        except ModelError:
            raise
        except Exception as error:  # transformers and safetensors raise many kinds
            raise ModelError(
                f"{path}: not a token classifier, or truncated; copy the model folder again"
            ) from error
        if missing:
            raise ModelError(f"{path}: does not fit {CONFIG_FILE}, {missing[0]} is missing")
        if threads is not None:
            torch.set_num_threads(threads)
        try:
            self._model = model.eval().to(device, getattr(torch, dtype))
        except (RuntimeError, AssertionError) as error:
            reason = str(error).splitlines()[0]
            raise GeonerError(f"PyTorch cannot use device {device!r}: {reason}") from error
        self._torch = torch
        self._device = device
        self._dtype = dtype
        self._path = path
        self._is_forked = False
        tell_when_forked(self)

    def __call__(self, inputs: Inputs) -> Logits:
        torch = self._torch
        if self._is_forked:
            self._settle()
        try:
            with torch.inference_mode():
                tensors = {
                    name: torch.from_numpy(array).to(self._device) for name, array in inputs.items()
                }
                logits = self._model(**tensors).logits.float().cpu().numpy()
        except torch.OutOfMemoryError as error:
            raise GeonerError(
                f"out of memory on {self._device}; free some, or read on the CPU"
            ) from error
        except (RuntimeError, IndexError) as error:
            raise _unfit(self._path, str(error).splitlines()[0]) from error
        shape = (*inputs["input_ids"].shape, self._model.config.num_labels)
        if self._dtype == "float16" and not np.isfinite(logits).all():
            raise ModelError(f"{self._path}: gives numbers beyond float16; use another dtype")
        return _checked(logits, shape, self._path)

    def forked(self) -> None:
        """Marks that this is a child process."""
        self._is_forked = True

    def _settle(self) -> None:
        if self._device != "cpu":
            raise GeonerError(
                f"a model on {self._device} cannot follow into a forked process: load it there, "
                "or start processes with multiprocessing.get_context('spawn')"
            )
        self._torch.set_num_threads(1)  # the threads of OpenMP are the parent's
        self._is_forked = False


def _unfit(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"{path}: cannot run on these tokens; do {TOKENIZER_FILE}, {CONFIG_FILE} and {path.name} "
        f"belong together? ({reason})"
    )


def _checked(logits: Logits, shape: tuple[int, ...], path: Path) -> Logits:
    if logits.shape != shape:
        raise _unfit(path, f"gives {logits.shape}, not {shape}")
    if not np.isfinite(logits).all():
        raise ModelError(f"{path}: gives numbers that are none; its weights are damaged")
    return logits


def _has_external_data(content: bytes) -> bool:
    """Whether an ONNX file names other files that hold its weights.

    Source: the key "location" of `external_data` in onnx.proto, a string of 8 bytes in a field
    of number 1, whose number and length protobuf lets be written longer than they need be.
    """
    place = content.find(b"location")
    while place >= 0:
        if _KEY.search(content, max(0, place - 24), place):
            return True
        place = content.find(b"location", place + 1)
    return False


_KEY = re.compile(rb"(?:\x0a|\x8a\x80*\x00)(?:\x08|\x88\x80*\x00)\Z")


def load_model(
    folder: Path,
    tags: int,
    backend: str,
    device: str,
    threads: int | None = None,
    dtype: str = "auto",
) -> OnnxModel | TorchModel:
    """The model in `folder` on a backend: "onnx", "torch", or "auto" (onnx, but torch where
    the device is a GPU, a dtype is asked for, or the folder has only model.safetensors).

    Raises:
        ModelError: if the folder's files are missing, truncated or of another kind.
        MissingExtraError: if the backend is not installed.
        GeonerError: if backend, device or dtype is unknown, or the backend has no such dtype.
    """
    if backend not in BACKENDS:
        raise GeonerError(f"unknown backend {backend!r}: use one of {', '.join(BACKENDS)}")
    if not re.fullmatch(r"auto|cpu|mps|(cuda|xpu)(:\d+)?", device):
        raise GeonerError(f"unknown device {device!r}: use auto, cpu, cuda, cuda:1, mps or xpu")
    if dtype not in DTYPES:
        raise GeonerError(f"unknown dtype {dtype!r}: use one of {', '.join(DTYPES)}")
    if backend == "auto":
        only_weights = not (folder / ONNX_FILE).exists() and (folder / WEIGHTS_FILE).exists()
        if only_weights and importlib.util.find_spec("torch") is None:
            raise ModelError(
                f"{folder}: {ONNX_FILE} is missing; copy it, or for {WEIGHTS_FILE} "
                "pip install 'geoner[torch]'"
            )
        for_torch = only_weights or device not in ("auto", "cpu") or dtype != "auto"
        backend = "torch" if for_torch else "onnx"
    if backend == "torch":
        return TorchModel(folder, device, threads, dtype)
    if dtype != "auto":
        raise GeonerError(
            f"{ONNX_FILE} is computed in what it holds; for dtype {dtype!r} use the torch backend"
        )
    return OnnxModel(folder, tags, device, threads)
