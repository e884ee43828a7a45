"""The loop, the targets and the lessons of the recipe, on models too small to be of use."""

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import BertConfig, BertForTokenClassification, MPNetConfig, MPNetModel

from geoner import Article, Document, write_articles
from geoner.extractor import SHIPPED_MODEL
from geoner.folder import TOKENIZER_FILE
from geoner.schema import LABELS
from training import ablation
from training.ablation import Variant, draw, table
from training.crf import PairDecoder, learned_pairs, likelihood
from training.distillation import TAGS, Student, WordMeans, extractor_of, labelled, taught
from training.loop import IGNORED, Schedule, Window, batches, collate, cross_entropy, fit
from training.teacher import Teacher

COUNTRY = TAGS.index("B-COUNTRY")


class Lookup(torch.nn.Module):
    """Knows each token id by itself."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.table = torch.nn.Embedding(50, len(TAGS))

    def forward(self, input_ids, **_):
        return self.table(input_ids)


def window(*ids: int) -> Window:
    """A window in which each token's tag is its id, modulo the tags; the first does not count."""
    targets = torch.nn.functional.one_hot(torch.tensor(ids) % len(TAGS), len(TAGS)).float()
    targets[0] = IGNORED
    return Window(torch.tensor(ids), torch.zeros(len(ids), dtype=torch.long), targets)


WINDOWS = [
    window(*random.Random(k).choices(range(1, 50), k=random.Random(k).randint(2, 12)))
    for k in range(60)
]
SCHEDULE = Schedule(learning_rate=0.3, tokens=60, warm_up=3, weight_decay=0.0)


@given(st.lists(st.integers(1, 600), max_size=80), st.integers(1, 3000), st.integers(0, 9))
def test_batches_hold_every_window_once_and_no_more_tokens_than_allowed(lengths, tokens, seed):
    found = batches(lengths, tokens, seed)
    assert sorted(index for batch in found for index in batch) == list(range(len(lengths)))
    for batch in found:
        padded = len(batch) * max(lengths[index] for index in batch)
        assert len(batch) == 1 or padded <= tokens


def test_padding_and_uncounted_tokens_do_not_move_the_loss():
    short, long = window(3, 4, 5), window(6, 7, 8, 9, 10)
    logits = Lookup()
    inputs, targets = collate([short, long])
    together = cross_entropy(logits(**inputs), targets)
    parts = [collate([one]) for one in (short, long)]
    losses = [cross_entropy(logits(**one), target).item() for one, target in parts]
    assert together.item() == pytest.approx((2 * losses[0] + 4 * losses[1]) / 6, rel=1e-5)


def test_fit_learns_the_targets():
    model = Lookup()
    fit(model, [WINDOWS] * 4, SCHEDULE)
    inputs, targets = collate(WINDOWS)
    counted = targets[..., 0] != IGNORED
    right = model(**inputs).argmax(-1)[counted] == targets.argmax(-1)[counted]
    assert right.float().mean() > 0.95
    assert model.table.weight.dtype == torch.float32


def test_a_run_that_was_killed_after_an_epoch_ends_with_the_same_weights(tmp_path):
    whole = Lookup()
    fit(whole, [WINDOWS] * 3, SCHEDULE, tmp_path / "whole.pt")

    class KilledError(Exception):
        pass

    class Mortal(Lookup):
        calls = 0

        def forward(self, **inputs):
            Mortal.calls += 1
            if Mortal.calls > 2 * len(batches([len(w.input_ids) for w in WINDOWS], 60, 13)) + 2:
                raise KilledError
            return super().forward(**inputs)

    with pytest.raises(KilledError):
        fit(Mortal(), [WINDOWS] * 3, SCHEDULE, tmp_path / "part.pt")
    resumed = Lookup(seed=1)
    fit(resumed, [WINDOWS] * 3, SCHEDULE, tmp_path / "part.pt")
    assert torch.equal(resumed.table.weight, whole.table.weight)


@given(st.integers(0, 2000), st.integers(1, 2000), st.integers(2, 100))
def test_the_learning_rate_rises_stays_and_falls_to_nothing(step, steps, last):
    step, last = step % steps, min(last, steps)
    schedule = Schedule(learning_rate=1.0, warm_up=10)
    factor = schedule.factor(step, steps, last)
    assert 0 < factor <= 1
    if 10 <= step <= steps - last:
        assert factor == 1
    assert schedule.factor(steps - 1, steps, last) <= max(1 / last, 1 / 10)


def test_labels_become_targets_at_the_first_token_of_each_word(tokenizer):
    text = "Eswatini waits."
    article = Article("a", Document.from_spans(text, [(0, 8, "COUNTRY", 1.0)]))
    (found,) = labelled([article], tokenizer)
    counted = found.targets[:, 0] != IGNORED
    tags = found.targets.argmax(-1)[counted].tolist()
    assert tags == [COUNTRY, 0, 0]
    assert len(found.input_ids) > 5  # the special tokens and the pieces of a rare name
    assert int(counted.sum()) == 3


@pytest.mark.parametrize("trust", [0.0, 0.25, 1.0])
def test_the_teacher_has_its_share_of_each_target(trust):
    teacher = Lookup()
    for before, after in zip(WINDOWS, taught(WINDOWS, teacher, trust), strict=True):
        said = teacher.table(before.input_ids).softmax(-1)
        counted = before.targets[:, 0] != IGNORED
        wanted = (1 - trust) * before.targets + trust * said
        torch.testing.assert_close(
            after.targets.float()[counted], wanted[counted], atol=2e-3, rtol=2e-3
        )
        assert (after.targets[~counted] == IGNORED).all()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """An encoder of the teacher's kind whose vocabulary is the student's, the other way round."""
    folder = tmp_path_factory.mktemp("encoder")
    names = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
    pieces = Tokenizer.from_file(str(SHIPPED_MODEL / TOKENIZER_FILE)).get_vocab()
    words = [names.get(piece, piece) for piece in sorted(pieces, key=pieces.get, reverse=True)]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    config = MPNetConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=80,
    )
    MPNetModel(config).save_pretrained(folder)
    return folder


def test_the_teacher_reads_the_words_that_the_student_reads(encoder, tokenizer):
    teacher = Teacher(encoder, SHIPPED_MODEL / TOKENIZER_FILE)
    words = (encoder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    text = "Oslo and Lilongwe signed a $3 pact."
    inputs = tokenizer.inputs([(tokens := tokenizer(text), tokenizer.windows(tokens)[0])])
    seen = [words[number] for number in teacher.numbers[inputs["input_ids"][0]]]
    assert (seen[0], seen[-1]) == ("<s>", "</s>")
    joined = "".join(piece.removeprefix("##") for piece in seen[1:-1])
    assert joined == text.replace(" ", "").lower()


def test_the_teacher_can_be_measured(encoder, tokenizer):
    extractor = extractor_of(Teacher(encoder, SHIPPED_MODEL / TOKENIZER_FILE), tokenizer)
    assert extractor.extract("Oslo.").text == "Oslo."
    assert extractor.labels == LABELS


def test_a_word_is_judged_by_the_mean_of_its_pieces():
    config = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1)
    classifier = BertForTokenClassification(config).eval()
    goes_on = torch.zeros(config.vocab_size, dtype=torch.bool)
    goes_on[[7, 8]] = True
    ids = torch.tensor([[5, 6, 7, 8, 9, 7, 5]])
    inputs = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.zeros_like(ids),
    }
    with torch.inference_mode():
        plain = Student(classifier)(**inputs)[0]
        means = WordMeans(classifier, goes_on)(**inputs)[0]
    for first, stop in ((0, 1), (1, 4), (4, 6), (6, 7)):
        for at in range(first, stop):
            torch.testing.assert_close(means[at], plain[first:stop].mean(dim=0))


@given(st.integers(0, 99))
def test_the_likelihoods_of_all_paths_add_up_to_one(seed):
    torch.manual_seed(seed)
    pairs, emissions = torch.randn(3, 3), torch.randn(1, 4, 3)
    paths = torch.cartesian_prod(*[torch.arange(3)] * 3)
    rows = torch.cat([paths, torch.zeros(len(paths), 1, dtype=torch.long)], dim=1)
    each = likelihood(pairs, emissions.expand(len(rows), -1, -1), rows, torch.full((len(rows),), 3))
    assert each.exp().sum().item() == pytest.approx(1)
    found = PairDecoder(["O", "B-A", "I-A"], pairs).best_path(emissions[0, :3].numpy())
    assert found.tolist() == paths[each.argmax()].tolist()


def test_pairs_that_are_labelled_get_the_highest_scores():
    class Undecided(torch.nn.Module):
        def forward(self, input_ids, **_):
            return torch.zeros(*input_ids.shape, 3)

    targets = torch.nn.functional.one_hot(torch.tensor([0, 1, 2] * 8), 3).half()
    zeros = torch.zeros(24, dtype=torch.long)
    pairs = learned_pairs(Undecided(), [Window(zeros, zeros, targets)] * 200)
    for tag, after in ((0, 1), (1, 2), (2, 0)):
        assert pairs[tag].argmax() == after


@given(st.integers(0, 2000), st.integers(0, 5))
def test_a_draw_takes_every_window_before_any_twice(tokens, seed):
    found = draw(WINDOWS, tokens, random.Random(seed))
    total = sum(len(one.input_ids) for one in found)
    assert tokens <= total < tokens + 12
    counts = [sum(one is other for other in found) for one in WINDOWS]
    assert max(counts) - min(counts) <= 1


def test_variants_are_equally_long(monkeypatch):
    monkeypatch.setattr("training.ablation.TOKENS", 900)
    variants = (
        Variant(WINDOWS),
        Variant(WINDOWS, before=WINDOWS),
        Variant(WINDOWS, among=WINDOWS, shapes=False),
        Variant(WINDOWS, before=WINDOWS, among=WINDOWS),
    )
    for variant in variants:
        lengths = [len(one.input_ids) for lesson in variant.epochs(1) for one in lesson]
        assert 900 <= sum(lengths) < 900 + 3 * 12


def test_every_variant_is_measured_once_and_the_last_also_without_each_means(tmp_path, monkeypatch):
    config = BertConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        num_labels=len(TAGS),
        type_vocab_size=3,
    )
    trained = []

    def student(*_, **__):
        trained.append(BertForTokenClassification(config))
        return trained[-1]

    spans = [(number, number + 1, label, 1.0) for number, label in enumerate(LABELS)]
    article = Article("a", Document.from_spans("ABCD", spans), {"split": "dev"})
    dev, results = tmp_path / "dev.jsonl", tmp_path / "results.jsonl"
    write_articles([article], dev)
    monkeypatch.setattr(ablation, "student", student)
    monkeypatch.setattr(ablation, "SEEDS", dev)
    monkeypatch.setattr(ablation, "TOKENS_OF_PAIRS", 400)
    variants = {name: Variant(WINDOWS) for name in ("plain", "all")}
    rows = ablation.run(variants, SHIPPED_MODEL, tmp_path, results, starts=2)
    names = [row["variant"] for row in rows if row["seed"] == ablation.SEEDS_OF_RUNS[0]]
    assert names[:2] == ["plain", "all"]
    assert len(names) == 6
    assert all(name.startswith("all; ") for name in names[2:])
    assert len(trained) == 4
    assert ablation.run(variants, SHIPPED_MODEL, tmp_path, results, starts=2) == rows
    assert len(trained) == 4


def test_the_table_gives_mean_and_spread():
    rows = [
        {"variant": "a", "seed": 1, "gold dev": 90.0},
        {"variant": "a", "seed": 2, "gold dev": 92.0},
        {"variant": "b", "seed": 1, "gold dev": 93.04},
    ]
    assert list(table(rows))[2:] == ["| a | 2 | 91.0 ± 1.4 |", "| b | 1 | 93.0 |"]
