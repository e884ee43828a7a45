"""model.safetensors to a PyTorch model, reading nothing else of a folder than its config.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import (
    CONFIG_MAPPING,
    MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING,
    PreTrainedModel,
)
from transformers.utils import logging as transformers_logging

from geoner.folder import WEIGHTS_FILE, check_file, read_config

#: What a configuration may ask transformers to fetch and run: code beside it or from a hub,
#: other weights, other libraries. None of it is done.
_REFUSED = (
    *("auto_map", "custom_pipelines", "quantization_config", "transformers_weights"),
    *("attn_implementation", "_attn_implementation", "_attn_implementation_internal"),
)


def load_classifier(folder: Path, **settings: Any) -> tuple[PreTrainedModel, Sequence[str]]:
    """The token classifier of a folder in float32, and what its weights lack.

    transformers is given the weights, not the folder, so that neither adapters nor an index of
    other files, neither code nor a hub's name in the configuration is followed.

    Args:
        folder: A model folder.
        settings: What its configuration says otherwise.

    Raises:
        ModelError: if config.json is none, or a file is not the one recorded.
        Exception: of many kinds, of safetensors and transformers, for what they cannot read.
    """
    data = {key: value for key, value in read_config(folder).items() if key not in _REFUSED}
    path = folder / WEIGHTS_FILE
    check_file(path)
    config = CONFIG_MAPPING[data.get("model_type")].from_dict(data)
    for key, value in settings.items():
        setattr(config, key, value)
    kind = MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING[type(config)]
    with quiet_transformers():
        model, report = kind.from_pretrained(
            None,
            config=config,
            state_dict=load_file(path),
            dtype=torch.float32,
            output_loading_info=True,
        )
    return model, sorted(report["missing_keys"])


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keeps the bars and the advice of transformers off the screen."""
    level, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled
    shown = bars()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if shown:
            transformers_logging.enable_progress_bar()
