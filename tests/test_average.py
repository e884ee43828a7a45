import shutil

import pytest
from safetensors.torch import load_file, save_file

from geoner.extractor import SHIPPED_MODEL
from training import average as module
from training.average import average
from training.pruning import keep_layers


@pytest.fixture
def other(tmp_path):
    """The shipped model with other weights in its head."""
    folder = shutil.copytree(SHIPPED_MODEL, tmp_path / "model")
    (folder / "SHA256SUMS").unlink()
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = weights["classifier.bias"] + 4
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


def test_the_mean_lies_between_by_shares(other):
    one = average({SHIPPED_MODEL: 1}).state_dict()
    mean = average({SHIPPED_MODEL: 3, other: 1}).state_dict()
    moved = (mean["classifier.bias"] - one["classifier.bias"]).tolist()
    assert moved == pytest.approx([1.0] * 9, abs=0.01)
    rest = (name for name in one if name != "classifier.bias")
    assert all((mean[name] - one[name]).abs().max() < 1e-6 for name in rest)


def test_models_without_a_mean_are_refused(other, monkeypatch):
    with pytest.raises(ValueError, match="add up to nothing"):
        average({SHIPPED_MODEL: 0, other: 0})
    load = module.load_for_training

    def shallow(folder, *rest):
        model = load(folder, *rest)
        if folder == other:
            keep_layers(model, 2)
        return model

    monkeypatch.setattr(module, "load_for_training", shallow)
    with pytest.raises(ValueError, match="different shapes"):
        average({SHIPPED_MODEL: 1, other: 1})
