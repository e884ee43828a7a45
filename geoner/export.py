"""A trained token classifier to the files of a model folder: float16 weights, int8 ONNX.

The int8 model multiplies with fixed scales, measured once on training articles, so that a
text's result depends on no other text in its batch. Weights are put on the int8 grid before
both files are written: PyTorch and onnxruntime compute with the same ones.
"""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from safetensors.torch import save_file

from geoner.errors import GeonerError
from geoner.folder import (
    CONFIG_FILE,
    ONNX_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    read_config,
    tags_of,
    write_digests,
)
from geoner.fusion import fuse
from geoner.heads import heads_of, without_empty_heads
from geoner.inference import INPUT_NAMES, Inputs, OnnxModel, TorchModel

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from geoner.tokenization import TextTokenizer

#: Weights keep 7 bits: products of 8-bit pairs overflow 16 bits on CPUs without VNNI.
WEIGHT_LEVELS = 64
EMBEDDING_LEVELS = 127

#: Windows whose activations set the int8 scales.
CALIBRATION_WINDOWS = 128

#: Share of tokens on which both written models must choose the same tag: catches a broken export.
LEAST_AGREEMENT = 0.97


def write_model(
    model: PreTrainedModel,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    folder: Path,
    *,
    only_onnx: bool = False,
) -> None:
    """Writes a model folder in one step: it is complete or not there.

    Args:
        model: A token classifier; its weights are rounded to the int8 grid in place.
        tokenizer: Its tokenizer.
        texts: Texts of its domain; some, evenly spread over all, set the int8 scales.
        folder: Where to; what is there is replaced.
        only_onnx: Leaves out model.safetensors.
    """
    model = model.cpu().eval()
    snap_to_grid(model)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as scratch:
        draft = Path(scratch) / "model"
        draft.mkdir()
        tokenizer.save(draft)
        spread = texts[:: 1 + len(texts) // CALIBRATION_WINDOWS]
        windows = list(islice(_single_windows(tokenizer, spread), CALIBRATION_WINDOWS))
        export_onnx(model, windows, draft / ONNX_FILE)
        save_weights(model, draft)
        _check_agreement(draft, windows)
        if only_onnx:
            (draft / WEIGHTS_FILE).unlink()
        names = (ONNX_FILE, TOKENIZER_FILE, WEIGHTS_FILE)
        write_digests(draft, [name for name in names if (draft / name).exists()])
        for file in draft.iterdir():
            file.chmod(0o644)
        if folder.exists():
            folder.rename(Path(scratch) / "replaced")
        draft.rename(folder)


def snap_to_grid(model: PreTrainedModel) -> None:
    """Rounds weights, in place, to the values the int8 model can hold: each row of a matrix
    product to multiples of its largest magnitude / 64, each row of an embedding / 127."""
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.Linear | torch.nn.Embedding):
                linear = isinstance(module, torch.nn.Linear)
                levels = WEIGHT_LEVELS if linear else EMBEDDING_LEVELS
                scale = module.weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / levels
                module.weight.copy_((module.weight / scale).round() * scale)


def save_weights(model: PreTrainedModel, folder: Path) -> None:
    """Writes config.json and model.safetensors; float16 in the file, float32 once loaded."""
    state = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, folder / WEIGHTS_FILE, metadata={"format": "pt"})
    config = json.loads(model.config.to_json_string())
    config.update({"dtype": "float32", "architectures": [type(model).__name__]})
    for private in ("_name_or_path", "transformers_version"):
        config.pop(private, None)
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (folder / CONFIG_FILE).write_text(text, encoding="utf-8")


def export_onnx(model: PreTrainedModel, calibration: Iterable[Inputs], path: Path) -> None:
    """Writes the model as int8 ONNX, with inputs and outputs as `geoner.inference` has them.

    Args:
        model: A token classifier on the CPU, in evaluation mode.
        calibration: Inputs whose activations set the scales.
        path: The file to write.
    """
    bert = model.config.model_type == "bert"
    if bert:
        model = without_empty_heads(model)
    with tempfile.TemporaryDirectory() as scratch:
        plain, quantized = Path(scratch) / "float32.onnx", Path(scratch) / "int8.onnx"
        _export_float32(model, plain)
        graph = onnx.load(plain).graph
        constants = {tensor.name for tensor in graph.initializer}
        products = [node for node in graph.node if node.op_type == "MatMul"]
        with _quiet():
            quantize_static(
                plain,
                quantized,
                _Calibration(calibration),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["MatMul"],
                # attention multiplies activations with each other: it stays float32
                nodes_to_exclude=[n.name for n in products if n.input[1] not in constants],
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
                extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul"]},
            )
        int8 = onnx.load(quantized)
        _quantize_embeddings(int8.graph)
        if bert:
            fuse(int8, heads_of(model))
        forget_origin(int8)
        onnx.checker.check_model(int8)
        onnx.save(int8, path)


def forget_origin(message: Any) -> None:
    """Clears, in place, what a model or a part of it says of where it was made: the exporter notes
    the lines of code behind each operation, with the folders they stand in."""
    for field, value in message.ListFields():
        if field.name in ("metadata_props", "doc_string"):
            message.ClearField(field.name)
        elif field.message_type is not None:
            for part in [value] if hasattr(value, "ListFields") else value:
                forget_origin(part)


def _check_agreement(folder: Path, windows: Sequence[Inputs]) -> None:
    """Raises if the two models of a folder do not choose the same tags."""
    tags = len(tags_of(read_config(folder)))
    onnx_model, torch_model = OnnxModel(folder, tags), TorchModel(folder, "cpu")
    agreement = np.concatenate(
        [
            (onnx_model(inputs).argmax(axis=-1) == torch_model(inputs).argmax(axis=-1)).ravel()
            for inputs in windows
        ]
    ).mean()
    if agreement < LEAST_AGREEMENT:
        raise GeonerError(
            f"the two models agree on {agreement:.1%} of the tokens only; "
            "nothing was written; the last checkpoint holds the trained weights"
        )


class _Logits(torch.nn.Module):
    """A token classifier with its inputs and output in a fixed order, for the exporter."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        logits: torch.Tensor = self.model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).logits
        return logits


def _export_float32(model: PreTrainedModel, path: Path) -> None:
    ids, types = torch.ones((2, 7), dtype=torch.long), torch.zeros((2, 7), dtype=torch.long)
    mask = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
    longest = torch.export.Dim("length", max=model.config.max_position_embeddings)
    shape = {0: torch.export.Dim("windows"), 1: longest}
    attention = model.config._attn_implementation
    model.set_attn_implementation("eager")
    with _quiet():
        program = torch.onnx.export(
            _Logits(model).eval(),
            (ids, mask, types),
            dynamo=True,
            verbose=False,
            input_names=INPUT_NAMES,
            output_names=["logits"],
            dynamic_shapes=(shape, shape, shape),
        )
    model.set_attn_implementation(attention)
    assert program is not None  # torch gives None only where it fell back to its old exporter
    program.save(path)


def _quantize_embeddings(graph: onnx.GraphProto) -> None:
    """Stores each large embedding table as int8 with a scale for each row."""
    tables = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Gather"]:
        tensor = tables.get(node.input[0])
        if tensor is None or tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        weight = numpy_helper.to_array(tensor)
        scale = np.maximum(np.abs(weight).max(axis=1, keepdims=True), 1e-12) / EMBEDDING_LEVELS
        name, output = tensor.name, node.output[0]
        integers, scales = f"{name}.int8", f"{name}.scale"
        levels = np.rint(weight / scale).astype(np.int8)
        replacement = [
            helper.make_node("Gather", [integers, node.input[1]], [f"{output}.int8"]),
            helper.make_node("Gather", [scales, node.input[1]], [f"{output}.scale"]),
            helper.make_node("Cast", [f"{output}.int8"], [f"{output}.float"], to=1),
            helper.make_node("Mul", [f"{output}.float", f"{output}.scale"], [output]),
        ]
        position = list(graph.node).index(node)
        graph.node.remove(node)
        for offset, new in enumerate(replacement):
            graph.node.insert(position + offset, new)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(levels, integers))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), scales))


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, batches: Iterable[Inputs]) -> None:
        self._batches = iter(batches)

    def get_next(self) -> dict[str, Any] | None:
        batch = next(self._batches, None)
        return None if batch is None else dict(batch)


def _single_windows(tokenizer: TextTokenizer, texts: Iterable[str]) -> Iterator[Inputs]:
    for text in texts:
        tokenized = tokenizer(text)
        for window in tokenizer.windows(tokenized):
            yield tokenizer.inputs([(tokenized, window)])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the exporter's and the quantizer's advice to their developers off the screen."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
