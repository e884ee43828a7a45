"""Windows of token ids to logits, with onnxruntime or PyTorch."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from geoner.errors import GeonerError, MissingExtraError, ModelError

Inputs = Mapping[str, npt.NDArray[np.int64]]
Logits = npt.NDArray[np.float32]

ONNX_FILE = "model.onnx"
WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"

BACKENDS = ("auto", "onnx", "torch")

#: Inputs of a model, in order; it may lack some.
INPUT_NAMES = ("input_ids", "attention_mask", "token_type_ids")


class Model(Protocol):
    """What the extractor asks of a backend."""

    def __call__(self, inputs: Inputs) -> Logits:
        """Logits ``(windows, length, tags)`` for inputs of shape ``(windows, length)``."""


class OnnxModel:
    """A model.onnx file in onnxruntime.

    Args:
        folder: The model folder.
        tags: How many tags its configuration has.
        device: "auto", "cpu" or "cuda".

    Raises:
        ModelError: if the file is missing, truncated or not an ONNX model.
        GeonerError: if onnxruntime has no support for `device`.
    """

    def __init__(self, folder: Path, tags: int, device: str = "auto") -> None:
        import onnxruntime

        path = _present(folder / ONNX_FILE)
        if device not in ("auto", "cpu", "cuda"):
            raise GeonerError(f"unknown device {device!r}: onnxruntime takes auto, cpu or cuda")
        provider = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
        if provider not in onnxruntime.get_available_providers():
            raise GeonerError(
                f"this onnxruntime cannot use device {device!r}; use cpu, or the torch backend"
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=[provider])
        except Exception as error:  # onnxruntime's own classes share no base
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"{path}: not an ONNX model, or truncated; copy the model folder again ({reason})"
            ) from error
        self._names = [argument.name for argument in self._session.get_inputs()]
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        if not set(self._names) <= set(INPUT_NAMES) or "logits" not in outputs:
            raise ModelError(
                f"{path}: not a token classifier, its inputs are {', '.join(self._names)} and "
                f"its outputs {', '.join(outputs)}"
            )
        if outputs["logits"][-1] != tags:
            raise ModelError(
                f"{path}: gives {outputs['logits'][-1]} tags, {CONFIG_FILE} has {tags}"
            )

    def __call__(self, inputs: Inputs) -> Logits:
        feed = {name: inputs[name] for name in self._names}
        logits: Logits = self._session.run(["logits"], feed)[0]
        return logits


class TorchModel:
    """A model.safetensors file in PyTorch, with transformers.

    Args:
        folder: The model folder.
        device: "auto", "cpu", "cuda" or another that PyTorch has.

    Raises:
        MissingExtraError: if torch or transformers is not installed.
        ModelError: if the file is missing, truncated or not a token classifier.
        GeonerError: if PyTorch has no such device.
    """

    def __init__(self, folder: Path, device: str = "auto") -> None:
        try:
            import torch
            from transformers import AutoModelForTokenClassification
        except ImportError as error:
            raise MissingExtraError("backend='torch'", "torch") from error

        path = _present(folder / WEIGHTS_FILE)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            model, report = AutoModelForTokenClassification.from_pretrained(
                folder,
                dtype=torch.float32,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
            )
        except Exception as error:  # transformers and safetensors raise many kinds
            raise ModelError(
                f"{path}: not a token classifier, or truncated; copy the model folder again"
            ) from error
        if report["missing_keys"]:
            raise ModelError(
                f"{path}: does not fit {CONFIG_FILE}, {min(report['missing_keys'])} is missing"
            )
        try:
            self._model = model.eval().to(device)
        except (RuntimeError, AssertionError) as error:
            reason = str(error).splitlines()[0]
            raise GeonerError(f"PyTorch cannot use device {device!r}: {reason}") from error
        self._torch = torch
        self._device = device

    def __call__(self, inputs: Inputs) -> Logits:
        torch = self._torch
        with torch.inference_mode():
            tensors = {
                name: torch.from_numpy(array).to(self._device) for name, array in inputs.items()
            }
            logits: Logits = self._model(**tensors).logits.float().cpu().numpy()
        return logits


def load_model(folder: Path, tags: int, backend: str, device: str) -> Model:
    """The model in `folder` on a backend: "onnx", "torch", or "auto" (onnx, but torch where
    the device is a GPU or the folder has only model.safetensors).

    Raises:
        ModelError: if the folder's files are missing, truncated or of another kind.
        MissingExtraError: if the backend is not installed.
        GeonerError: if backend or device is unknown.
    """
    if backend not in BACKENDS:
        raise GeonerError(f"unknown backend {backend!r}: use one of {', '.join(BACKENDS)}")
    if not re.fullmatch(r"auto|cpu|mps|(cuda|xpu)(:\d+)?", device):
        raise GeonerError(f"unknown device {device!r}: use auto, cpu, cuda, cuda:1, mps or xpu")
    if backend == "auto":
        only_weights = not (folder / ONNX_FILE).exists() and (folder / WEIGHTS_FILE).exists()
        if only_weights and importlib.util.find_spec("torch") is None:
            raise ModelError(
                f"{folder}: {ONNX_FILE} is missing; copy it, or for {WEIGHTS_FILE} "
                "pip install 'geoner[torch]'"
            )
        backend = "torch" if only_weights or device not in ("auto", "cpu") else "onnx"
    if backend == "onnx":
        return OnnxModel(folder, tags, device)
    return TorchModel(folder, device)


def read_config(folder: Path) -> dict[str, Any]:
    """The config.json of a model folder.

    Raises:
        ModelError: if the folder or the file is missing, or the file is not a JSON object.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such model folder")
    path = _present(folder / CONFIG_FILE)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
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


def _present(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"{path.parent}: not a complete model folder, {path.name} is missing")
    return path
