"""What a written model.onnx says of where it was made: nothing."""

import onnx
import pytest
from onnx import TensorProto, helper

from geoner.export import forget_origin
from geoner.extractor import FAST_MODEL, SHIPPED_MODEL


def strings(message):
    """All text in a message and its parts."""
    for field, value in message.ListFields():
        parts = [value] if hasattr(value, "ListFields") or isinstance(value, str) else value
        for part in parts if field.type in (field.TYPE_MESSAGE, field.TYPE_STRING) else []:
            yield from [part] if isinstance(part, str) else strings(part)


@pytest.mark.parametrize("folder", [SHIPPED_MODEL, FAST_MODEL])
def test_a_shipped_model_names_no_file(folder):
    found = set(strings(onnx.load(folder / "model.onnx")))
    assert "input_ids" in found
    assert [text for text in found if ".py" in text or text.startswith("/")] == []


def test_notes_are_cleared_wherever_they_stand():
    note = "/home/me/secret.py"
    inner = helper.make_node("Identity", ["a"], ["b"], doc_string=note)
    inner.metadata_props.add(key="trace", value=note)
    value = helper.make_tensor_value_info("b", TensorProto.FLOAT, [1], doc_string=note)
    branch = helper.make_graph([inner], "branch", [], [value], doc_string=note)
    outer = helper.make_node("If", ["c"], ["d"], then_branch=branch, else_branch=branch)
    graph = helper.make_graph([outer], "graph", [], [value])
    model = helper.make_model(graph, doc_string=note, producer_name="me")
    model.metadata_props.add(key="path", value=note)
    assert note in set(strings(model))
    forget_origin(model)
    assert note not in set(strings(model))
    assert {"me", "branch", "Identity"} <= set(strings(model))
