"""An int8 ONNX graph in few, larger operations of onnxruntime: less to do when it is loaded, and
fewer passes over memory when it runs.

onnxruntime fuses graphs when it loads them, but finds neither this attention nor the bias of a
matrix product: it leaves them as a dozen operations that each read and write all of a layer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

#: Where onnxruntime keeps the operations that ONNX has not.
DOMAIN = "com.microsoft"


def fuse(model: onnx.ModelProto, heads: Sequence[int]) -> None:
    """Rewrites the graph of a token classifier in place.

    Each product of quantized activations and weights becomes one ``MatMulIntegerToFloat`` with its
    bias, each attention one ``MultiHeadAttention``, and residuals are added before rounding. Where
    all attentions are as BERT has them, the graph no longer asks for an attention mask: its windows
    must not be padded.

    Args:
        model: A BERT encoder as `geoner.export` quantizes it.
        heads: The attention heads of each of its layers.
    """
    graph = _Graph(model.graph)
    found = [_attention(graph, softmax) for softmax in graph.all("Softmax")]
    attentions = [attention for attention in found if attention is not None]
    if len(attentions) == len(found):  # a mask that some still need would be wrong for the others
        for each, count in zip(attentions, heads, strict=True):
            graph.replace(
                each.joined, "MultiHeadAttention", each.inputs, num_heads=count, scale=each.scale
            )
    for product in graph.all("MatMul"):
        _fuse_product(graph, product)
    for add in graph.all("Add"):
        _add_before_rounding(graph, add)
    graph.prune()
    model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


class _Graph:
    """A graph with its nodes by what they give and take."""

    def __init__(self, proto: onnx.GraphProto) -> None:
        self.proto = proto
        self.constants = {tensor.name: tensor for tensor in proto.initializer}
        self._giving = {output: node for node in proto.node for output in node.output}
        self._taking: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in proto.node:
            for name in node.input:
                self._taking[name].append(node)

    def all(self, kind: str) -> list[onnx.NodeProto]:
        return [node for node in self.proto.node if node.op_type == kind]

    def before(self, node: onnx.NodeProto, *path: tuple[str, int]) -> onnx.NodeProto | None:
        """The node that is reached from `node` against the flow, if each step is of that kind:
        ``("Add", 0)`` goes to the "Add" that gives input 0."""
        at: onnx.NodeProto | None = node
        for kind, index in path:
            at = self._giving.get(at.input[index]) if at is not None else None
            if at is None or at.op_type != kind:
                return None
        return at

    def only_after(self, node: onnx.NodeProto, kind: str) -> onnx.NodeProto | None:
        """The one node that takes what `node` gives, if it is of that kind."""
        takers = self._taking[node.output[0]]
        return takers[0] if len(takers) == 1 and takers[0].op_type == kind else None

    def constant(self, name: str) -> npt.NDArray[np.float32] | None:
        tensor = self.constants.get(name)
        return None if tensor is None else numpy_helper.to_array(tensor)

    def replace(
        self, node: onnx.NodeProto, kind: str, inputs: list[str], **attributes: float
    ) -> None:
        """Puts an operation of onnxruntime in the place of a node."""
        new = helper.make_node(kind, inputs, node.output, domain=DOMAIN, **attributes)
        node.CopyFrom(new)

    def prune(self) -> None:
        """Removes what no output needs."""
        needed = {output.name for output in self.proto.output}
        kept = []
        for node in reversed(self.proto.node):
            if needed.intersection(node.output):
                needed.update(node.input)
                kept.append(node)
        nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in reversed(kept)]
        for field, values in (
            (self.proto.node, nodes),
            (self.proto.initializer, [t for t in self.constants.values() if t.name in needed]),
            (self.proto.input, [i for i in self.proto.input if i.name in needed]),
        ):
            copies = [type(value).FromString(value.SerializeToString()) for value in values]
            del field[:]
            field.extend(copies)
        del self.proto.value_info[:]


@dataclass(frozen=True, slots=True)
class _Attention:
    """Softmax(scale Q K' + mask) V: Q, K and V before their heads are split, and the node that
    joins the heads again."""

    inputs: list[str]
    scale: float
    joined: onnx.NodeProto


def _attention(graph: _Graph, softmax: onnx.NodeProto) -> _Attention | None:
    """The attention around a softmax, if it is as BERT has it."""
    scaled = graph.before(softmax, ("Add", 0), ("Mul", 0))
    scores = None if scaled is None else graph.before(scaled, ("MatMul", 0))
    scale = None if scaled is None else graph.constant(scaled.input[1])
    mixed = graph.only_after(softmax, "MatMul")
    turned = None if mixed is None else graph.only_after(mixed, "Transpose")
    joined = None if turned is None else graph.only_after(turned, "Reshape")
    if scores is None or scale is None or mixed is None or joined is None:
        return None
    split = [
        graph.before(product, ("Transpose", index), ("Reshape", 0))
        for product, index in ((scores, 0), (scores, 1), (mixed, 1))
    ]
    inputs = [node.input[0] for node in split if node is not None]
    return _Attention(inputs, float(scale), joined) if len(inputs) == len(split) else None


def _fuse_product(graph: _Graph, product: onnx.NodeProto) -> None:
    """A product of quantized numbers, and its bias."""
    left = graph.before(product, ("DequantizeLinear", 0))
    right = graph.before(product, ("DequantizeLinear", 1))
    if left is None or right is None:
        return
    inputs = [left.input[0], right.input[0], left.input[1], right.input[1]]
    inputs += [left.input[2], right.input[2]]
    add = graph.only_after(product, "Add")
    bias = None if add is None else graph.constant(add.input[1])
    if add is None or bias is None or bias.ndim != 1:
        graph.replace(product, "MatMulIntegerToFloat", inputs)
    else:
        graph.replace(add, "MatMulIntegerToFloat", [*inputs, add.input[1]])


def _add_before_rounding(graph: _Graph, add: onnx.NodeProto) -> None:
    """Takes for a residual what was there before it was rounded for a product."""
    for index in range(len(add.input)):
        exact = graph.before(add, ("DequantizeLinear", index), ("QuantizeLinear", 0))
        if exact is not None:
            add.input[index] = exact.input[0]
