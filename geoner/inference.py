"""Windows of token ids to logits, with onnxruntime or PyTorch."""

from __future__ import annotations

import json
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


class Model(Protocol):
    """What the extractor asks of a backend."""

    def __call__(self, inputs: Inputs) -> Logits:
        """Logits ``(windows, length, tags)`` for inputs of shape ``(windows, length)``."""


class OnnxModel:
    """A model.onnx file in onnxruntime.

    Raises:
        ModelError: if the file is missing, truncated or not an ONNX model.
        GeonerError: if onnxruntime has no support for `device`.
    """

    def __init__(self, folder: Path, device: str = "auto") -> None:
        import onnxruntime

        path = _present(folder / ONNX_FILE)
        available = onnxruntime.get_available_providers()
        wanted = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
        if device == "auto":
            device = "cpu"
        if device not in wanted:
            raise GeonerError(
                f"device {device!r} is unknown to onnxruntime: use 'auto', 'cpu' or 'cuda'"
            )
        if wanted[device] not in available:
            raise GeonerError(
                f"this onnxruntime cannot use device {device!r}; "
                "use device='cpu', or backend='torch'"
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=[wanted[device]]
            )
        except Exception as error:  # onnxruntime's own classes share no base
            raise ModelError(
                f"{path}: not an ONNX model, or truncated; copy the model folder again"
            ) from error
        self._names = [argument.name for argument in self._session.get_inputs()]

    def __call__(self, inputs: Inputs) -> Logits:
        feed = {name: inputs[name] for name in self._names}
        logits: Logits = self._session.run(["logits"], feed)[0]
        return logits


class TorchModel:
    """A model.safetensors file in PyTorch, with transformers.

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
            raise GeonerError(f"PyTorch cannot use device {device!r}: {error}") from error
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


def load_model(folder: Path, backend: str, device: str) -> Model:
    """The model in `folder` on a backend: "onnx", "torch", or "auto" (onnx where the folder
    has a model.onnx and the device is not a GPU, else torch)."""
    if backend == "auto":
        on_cpu = device in ("auto", "cpu")
        backend = "onnx" if on_cpu and (folder / ONNX_FILE).exists() else "torch"
        if backend == "torch" and on_cpu and not (folder / WEIGHTS_FILE).exists():
            raise ModelError(f"{folder}: holds neither {ONNX_FILE} nor {WEIGHTS_FILE}")
    if backend == "onnx":
        return OnnxModel(folder, device)
    if backend == "torch":
        return TorchModel(folder, device)
    raise GeonerError(f"unknown backend {backend!r}: use one of {', '.join(BACKENDS)}")


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
        raise ModelError(f"{CONFIG_FILE}: not a token classifier's, id2label is missing or wrong")
    return tuple(str(tags[str(k)]) for k in range(len(tags)))


def _present(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"{path.parent}: not a complete model folder, {path.name} is missing")
    return path
