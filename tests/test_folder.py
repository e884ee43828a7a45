"""What a model folder can do: nothing but be read, or be refused by the name of a file."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from geoner import Extractor
from geoner.errors import ModelError
from geoner.extractor import FAST_MODEL, SHIPPED_MODEL
from geoner.folder import SUMS_FILE, write_digests

TEXT = "Talks with Iran resumed in Vienna."


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model, without the weights of PyTorch and the digests."""
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(SHIPPED_MODEL / name, tmp_path)
    (tmp_path / "model.onnx").symlink_to(SHIPPED_MODEL / "model.onnx")
    return tmp_path


def change(path, **fields):
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        (SHIPPED_MODEL, {"model.onnx", "model.safetensors", "tokenizer.json"}),
        (FAST_MODEL, {"model.onnx", "tokenizer.json"}),
    ],
)
def test_the_shipped_files_are_those_recorded(folder, names):
    lines = (folder / SUMS_FILE).read_text().splitlines()
    recorded = dict(reversed(line.split("  ")) for line in lines)
    assert set(recorded) == names
    for name, digest in recorded.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(
    ("name", "backend"),
    [("model.onnx", "onnx"), ("tokenizer.json", "onnx"), ("model.safetensors", "torch")],
)
def test_one_changed_bit_is_noticed(folder, name, backend):
    (folder / name).unlink(missing_ok=True)
    content = bytearray((SHIPPED_MODEL / name).read_bytes())
    (folder / name).write_bytes(content)
    write_digests(folder, (name,))
    Extractor.from_pretrained(folder, backend=backend)
    content[-1000] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{name}: not the file that SHA256SUMS records"):
        Extractor.from_pretrained(folder, backend=backend)


@pytest.mark.parametrize("content", [b"", b"x\n", b"\0" * 80, b"\xff\xfe", None])
def test_a_record_that_is_none_is_named(folder, content):
    whole = (SHIPPED_MODEL / SUMS_FILE).read_bytes()
    (folder / SUMS_FILE).write_bytes(whole[:70] if content is None else content)
    with pytest.raises(ModelError, match="SHA256SUMS: not a list of digests"):
        Extractor.from_pretrained(folder)


@pytest.mark.parametrize("kind", ["pipe", "device", "link to nothing", "6 GB"])
def test_a_record_that_has_no_end_or_no_content_is_not_waited_for(folder, kind):
    sums = folder / SUMS_FILE
    sums.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(sums)
    elif kind == "device":
        sums.symlink_to("/dev/zero")
    elif kind == "link to nothing":
        sums.symlink_to(folder / "nowhere")
    else:
        sums.touch()
        os.truncate(sums, 6 << 30)
    with pytest.raises(ModelError, match="SHA256SUMS: not a list of digests"):
        Extractor.from_pretrained(folder)


@pytest.mark.parametrize(
    ("name", "size"),
    [("config.json", 1 << 24), ("tokenizer.json", 1 << 28), ("model.onnx", 1 << 32)],
)
def test_a_huge_file_is_refused_before_it_is_read(folder, name, size):
    (folder / name).unlink()
    (folder / name).touch()
    os.truncate(folder / name, size)
    with pytest.raises(ModelError, match=rf"{name}: too large"):
        Extractor.from_pretrained(folder)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"max_position_embeddings": Infinity, "id2label": {"0": "O", "1": "B-X", "2": "I-X"}}',
        '{"max_position_embeddings": ' + "9" * 5_000 + "}",
        '{"id2label": ["O"]}',
        '{"id2label": {"0": "O", "1": 5}}',
        "\ufeff{}",
        "nul",
    ],
)
def test_a_configuration_written_by_hand_is_named(folder, content):
    (folder / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json: "):
        Extractor.from_pretrained(folder)


@pytest.mark.parametrize("part", ["model", "normalizer", "pre_tokenizer", "added_tokens"])
def test_a_tokenizer_written_by_hand_is_named(folder, part):
    for value in ({"type": "Nothing"}, [{"type": "X"}], 7, "x" * 1000):
        change(folder / "tokenizer.json", **{part: value})
        with pytest.raises(ModelError, match=r"tokenizer\.json: "):
            Extractor.from_pretrained(folder)


def test_a_tokenizer_on_which_its_library_panics_is_named(folder):
    change(
        folder / "tokenizer.json", normalizer={"type": "Precompiled", "precompiled_charsmap": "A"}
    )
    with pytest.raises(ModelError, match=r"tokenizer\.json: not a tokenizer"):
        Extractor.from_pretrained(folder)


def test_a_tokenizer_of_another_model_is_noticed(folder):
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"]["iran"] = 40_000
    tokenizer["model"]["vocab"] |= {f"[more{k}]": 40_001 + k for k in range(9)}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(
        ModelError, match=r"tokenizer\.json: has 30531 tokens, config\.json has 30522"
    ):
        Extractor.from_pretrained(folder)
    change(folder / "config.json", vocab_size=50_000)
    extractor = Extractor.from_pretrained(folder)
    with pytest.raises(ModelError, match=r"model\.onnx: cannot run on these tokens"):
        extractor.extract(TEXT)


def graph(output, initializers=()):
    """A token classifier of nine tags in ONNX, whose logits are `output` everywhere."""
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "t"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "t", 9])
    nodes = [
        helper.make_node("Unsqueeze", ["input_ids", "last"], ["wide"]),
        helper.make_node("Cast", ["wide"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["number", "zero"], ["zeros"]),
        helper.make_node("Add", ["zeros", "output"], ["logits"]),
    ]
    constants = [
        helper.make_tensor("last", TensorProto.INT64, [1], [2]),
        helper.make_tensor("zero", TensorProto.FLOAT, [1], [0.0]),
        *initializers,
    ]
    if not initializers:
        constants.append(helper.make_tensor("output", TensorProto.FLOAT, [9], [output] * 9))
    made = helper.make_graph(nodes, "g", [ids], [logits], constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def test_weights_that_give_no_numbers_are_damaged(folder):
    (folder / "model.onnx").unlink()
    onnx.save(graph(0.0), folder / "model.onnx")
    Extractor.from_pretrained(folder).extract(TEXT)
    onnx.save(graph(float("nan")), folder / "model.onnx")
    extractor = Extractor.from_pretrained(folder)
    with pytest.raises(ModelError, match=r"model\.onnx: gives numbers that are none"):
        extractor.extract(TEXT)


@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin", "{}/../weights.bin"])
def test_weights_in_other_files_are_refused(folder, location):
    inner = folder / "inner"
    inner.mkdir()
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(folder / name, inner)
    for place in (folder, inner):
        (place / "weights.bin").write_bytes(np.zeros(9, dtype=np.float32).tobytes())
    tensor = TensorProto(name="output", data_type=TensorProto.FLOAT, dims=[9])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location.format(inner))
    content = graph(0.0, [tensor]).SerializeToString()
    assert b"\n\x08location" in content
    # protobuf also reads numbers that are written in more bytes than they need
    longer = b"\x8a\x80\x00\x88\x80\x00location"
    for written in (content, content.replace(b"\n\x08location", longer)):
        (inner / "model.onnx").write_bytes(written)
        with pytest.raises(ModelError, match=r"model\.onnx: keeps weights in other files"):
            Extractor.from_pretrained(inner)


def test_a_name_with_location_in_it_is_none_of_another_file(folder):
    model = graph(0.0)
    model.graph.name = "relocation"
    model.metadata_props.add(key="allocation", value="location")
    (folder / "model.onnx").unlink()
    onnx.save(model, folder / "model.onnx")
    Extractor.from_pretrained(folder)


LOADING = """
    import sys, pathlib
    folder, backend = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    import geoner, onnxruntime, prettytable
    if backend == "torch":
        import torch, transformers, geoner.weights
        torch.inference_mode(True).__enter__()
    opened = set()
    def audit(event, args):
        if event.startswith("socket.") or event == "pickle.find_class":
            raise AssertionError(event)
        if event == "open" and str(args[0]).startswith(str(folder)):
            opened.add(pathlib.Path(args[0]).name)
    sys.addaudithook(audit)
    extractor = geoner.Extractor.from_pretrained(folder, backend=backend)
    assert [e.text for e in extractor.extract("Talks with Iran resumed.").entities] == ["Iran"]
    print(*sorted(opened))
"""


def load_elsewhere(folder, backend):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LOADING), str(folder), backend],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_onnx_reads_nothing_but_its_files(folder):
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch run'\ntR.")
    result = load_elsewhere(folder, "onnx")
    assert result.stdout.split() == ["config.json", "model.onnx", "tokenizer.json"]


def test_torch_runs_no_code_and_follows_no_name_of_a_folder(folder):
    shutil.copy(SHIPPED_MODEL / "model.safetensors", folder)
    code = f"open({str(folder / 'ran')!r}, 'w')\n"
    for name in ("configuration_x.py", "modeling_x.py"):
        (folder / name).write_text(code)
    change(
        folder / "config.json",
        auto_map={
            "AutoConfig": "configuration_x.X",
            "AutoModelForTokenClassification": "modeling_x.X",
        },
        transformers_weights="../other.safetensors",
        attn_implementation="somebody/kernels",
        quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True},
        _name_or_path="somebody/model",
    )
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "somebody/model"}')
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"x": "../../x"}}')
    result = load_elsewhere(folder, "torch")
    assert result.returncode == 0, result.stderr
    assert not (folder / "ran").exists()
    opened = set(result.stdout.split())
    assert opened <= {"SHA256SUMS", "config.json", "model.safetensors", "tokenizer.json"}


def test_pickled_weights_are_never_read(folder):
    (folder / "model.onnx").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch run'\ntR.")
    for backend, name in (("auto", "model.onnx"), ("torch", "model.safetensors")):
        with pytest.raises(ModelError, match=f"{name} is missing"):
            Extractor.from_pretrained(folder, backend=backend)


def test_a_loop_of_links_is_no_folder(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ModelError, match="loop"):
        Extractor.from_pretrained(tmp_path / "loop")
