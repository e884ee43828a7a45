"""The shipped model's card, written from figures measured on the spot."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx

import geoner
from geoner.analysis import by_min_score, intervals, reliability
from geoner.analysis.spans import spans
from geoner.calibration import Calibration
from geoner.card import SCORES_IMAGE, draw_scores, figures, interval, score_rows
from geoner.evaluate import Report, classification_report
from geoner.extractor import SHIPPED_MODEL, Extractor
from geoner.folder import ONNX_FILE, WEIGHTS_FILE, read_config
from geoner.schema import LABELS
from training.datasheet import SEEDS
from training.passages import read_passages

Articles = Sequence[geoner.Article]

#: What the articles whose id begins so are.
KINDS = {
    "state": "press releases and briefings",
    "ntrex": "newspapers and agencies, 2018",
    "gum": "Wikinews, interviews, biographies, speeches",
    "crossner": "encyclopaedia sentences on politics",
    "state_union": "State of the Union addresses",
}

CARD = """---
language: en
license: apache-2.0
library_name: geoner
pipeline_tag: token-classification
base_model: sentence-transformers/all-MiniLM-L6-v2
---

# The model shipped with geoner

Finds countries, officials, agreements and amounts of money in English news text. It is
[all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) (Apache-2.0,
22.7 million parameters, 6 layers of width 384) with a token classification head, fine-tuned
on labelled articles and on what a larger model says of them. {kept} This page is written by
`python -m training.card`.

## Files

| file | what |
| --- | --- |
| `model.onnx` | int8 weights and activations with fixed scales; what geoner runs by default |
| `model.safetensors` | the same weights as float16, for PyTorch; heads left out are zeros |
| `tokenizer.json` | the tokenizer of the base, which also splits off currency symbols |
| `config.json` | with the window settings and the calibration of scores under `geoner` |

Token type ids carry the shape of each word (0 other, 1 capitalised, 2 capitals), since the
vocabulary is uncased. With token type ids of 0, as a plain pipeline sends them, the model
reads text as if it had no case. geoner decodes with valid IOB2 paths only and trims spans;
a plain pipeline does neither, so its figures are lower.

## Figures

Strict spans: start, end and label must be right. Micro-F1 in per cent:

| articles | int8 (`model.onnx`) | float32 (`model.safetensors`) |
| --- | --- | --- |
{backends}

On the test articles, int8, with 95% bootstrap intervals of F1 over articles:

{labels}

| kind of text | micro-F1 | 95% interval | support |
| --- | --- | --- | --- |
{kinds}

On the seed articles of the test split, int8:

{seed_labels}

For articles of your own: `geoner evaluate ARTICLES.jsonl`, with `--backend torch` for float32.
Of the {spans} spans that either finds in dev and test, both find {shared:.1f}%: rounding to int8
decides some that the model is unsure of.

## Scores

A score says how likely a mention is right; it was calibrated on the dev articles, int8
(`python -m training.calibration`). Mentions with lower scores than these, chosen by
F1 on articles held back, are left out, unless `min_score` or `--min-score` says otherwise: {least}.
Expected calibration error of the others, in per cent:

| articles | int8 | float32 |
| --- | --- | --- |
{errors}

On the test articles, int8:

{scores}

What leaving out low scores with `--min-score` brings there:

![Precision, recall and F1 by --min-score]({scores_image})

## Data

Trained on {train} real articles in English, labelled by hand to the rules the labels are
described with: US State Department press releases (public domain), newspaper and agency
articles of 2018 (NTREX-128, CC BY-SA 4.0), Wikipedia sentences on politics (CrossNER, CC BY-SA
3.0), Wikinews, interviews, biographies and speeches (GUM, Creative Commons), Wikinews (CC BY
2.5). Their text is not part of the package. And on articles written for geoner in the
styles that the real ones lack (`seeds/`, CC0): of {seeds_train} split train, all but the 78 of the
tenth round, which came after it. And on {passages} passages of {passage_texts} more
press releases and State of the Union addresses (public domain), where what an earlier model found
was corrected sentence by sentence by language models (`training/README.md`). Copies of all of them
with other countries, people, agreements and amounts in the same context were added
(`training/augmentation.py`).

The teacher, [all-mpnet-base-v2](https://huggingface.co/sentence-transformers/all-mpnet-base-v2)
(Apache-2.0, 109 million parameters), learned from the articles that there were then; its say was
half of each target, and all of it on windows of unlabelled US State Department press releases and
State of the Union addresses. In the last six rounds the model of the round before took the
teacher's place (`training/README.md`).

Settings were chosen, and scores were calibrated, on {dev} other real articles; {test} more are the
test above, used for it only, as the seed articles of the test split are.

## Not to be used for

- Decisions about people, or lists of persons to watch: a name marked as an official is a guess from
  its context, not evidence, and private persons are among the errors.
- Counting what a group of people does in the news, without a look at
  `python -m benchmarks.fairness`: officials with Korean, Portuguese, Samoan and Tongan, Burmese and
  Han Chinese names, with Indonesian names of one word, and with a Russian patronymic, are
  found less often.
- Truth: the model marks what a text says, right or wrong.
- Sums that someone is to pay or sign: check every amount in the text.

## Limits

- English only. Text of other languages gives noise.
- "Official" is decided from context and from what the base knows. Private persons who are
  quoted like officials (athletes, chief executives, lawyers) are sometimes taken for them,
  and surnames far from the office that explains them are sometimes missed.
- Agreements are the weakest label: few examples, long names.
- Typing errors inside names, and tags of web pages left in the text, cost most
  (`python -m benchmarks.robustness`); what else is hard stands in docs/limits.md.
"""


FAST_CARD = """---
language: en
license: apache-2.0
library_name: geoner
pipeline_tag: token-classification
base_model: sentence-transformers/all-MiniLM-L6-v2
---

# The fast model shipped with geoner

`Extractor.from_pretrained("fast")`, `geoner extract --model fast`: half the layers of the
[default model](../model/README.md), from an earlier state of which it was cut and taught, for
people who read archives. Data, licences, limits and what it must not be used for are those of the
default model, whose card has them; it errs more often. {kept} This page is written by
`python -m training.card`.

`model.onnx` has int8 weights and activations with fixed scales. There is no model.safetensors:
PyTorch, GPUs and fine-tuning take the default model.

## Figures

Strict spans: start, end and label must be right. Micro-F1 in per cent:

| articles | this model | the default model |
| --- | --- | --- |
{models}

On the test articles, with 95% bootstrap intervals of F1 over articles:

{labels}

| kind of text | micro-F1 | 95% interval | support |
| --- | --- | --- | --- |
{kinds}

On the seed articles of the test split:

{seed_labels}

## Scores

Calibrated on the dev articles. Mentions with lower scores than these are left out, unless
`min_score` or `--min-score` says otherwise: {least}. Expected calibration error of the others, on
the test articles, in per cent: {error:.1f}.

{scores}

What leaving out low scores with `--min-score` brings there:

![Precision, recall and F1 by --min-score]({scores_image})
"""

MEASURED = ("dev", "test", "seeds test")

#: Neurons in a feed-forward layer of the base.
NEURONS = 1536


class Measured:
    """What a model finds in the articles it is measured on, and how good that is.

    Attributes:
        found: Documents, by set of articles.
        reports: By set of articles.
        bins: How right scores are, and the expected calibration error, by set of articles.
        least: The least score of what is given, by label.
    """

    def __init__(self, model: Path, backend: str, articles: Mapping[str, Articles]) -> None:
        self.extractor = Extractor.from_pretrained(model, backend=backend)
        self._model, self._backend = model, backend
        self.least = Calibration.from_config(read_config(model)).min_scores
        self._articles = articles
        self._labelled = {name: [a.document for a in rows] for name, rows in articles.items()}
        self.found = {
            name: list(self.extractor.extract_many(a.text for a in articles[name]))
            for name in MEASURED
        }
        pairs = {name: (self._labelled[name], found) for name, found in self.found.items()}
        self.reports = {name: classification_report(*pair) for name, pair in pairs.items()}
        self.bins = {name: reliability(*pair) for name, pair in pairs.items()}

    def f1(self, name: str) -> str:
        """Micro-F1 on a set."""
        return _f1(self.reports[name])

    def error(self, name: str) -> float:
        """Expected calibration error on a set, in per cent."""
        return 100 * self.bins[name][1]

    def by_label(self, name: str) -> str:
        """Lines of a table with intervals."""
        low_high = intervals(self._labelled[name], self.found[name])
        names = (*self.extractor.labels, "micro avg")
        return "\n".join(figures(self.reports[name], low_high, names))

    def by_kind(self) -> str:
        """Lines of a table of the kinds of test articles."""
        pairs = list(zip(self._articles["test"], self.found["test"], strict=True))
        lines = []
        for kind, description in KINDS.items():
            chosen = [(a.document, guess) for a, guess in pairs if a.id.split(":")[0] == kind]
            if chosen:
                labelled, guessed = (list(documents) for documents in zip(*chosen, strict=True))
                part = classification_report(labelled, guessed)
                low_high = intervals(labelled, guessed).get("micro avg", ())
                cells = (_f1(part), interval(low_high), part["micro avg"]["support"])
                lines.append(f"| {description} | {' | '.join(map(str, cells))} |")
        return "\n".join(lines)

    def fields(self) -> dict[str, str]:
        """What the cards of all models have."""
        return {
            "least": ", ".join(f"{label} {self.least.get(label, 0):g}" for label in LABELS),
            "labels": self.by_label("test"),
            "seed_labels": self.by_label("seeds test"),
            "kinds": self.by_kind(),
            "scores": "\n".join(score_rows(self.bins["test"][0])),
            "scores_image": SCORES_IMAGE,
            "kept": _kept(self._model),
        }

    def draw(self, path: Path) -> None:
        """Draws what leaving out low scores brings on the test articles."""
        every = Extractor.from_pretrained(self._model, backend=self._backend, min_score=0)
        found = list(every.extract_many(a.text for a in self._articles["test"]))
        draw_scores(by_min_score(self._labelled["test"], found), path)


def write(draft: Path, gold: Path, output: Path) -> None:
    """Puts a trained model folder in its place, with a card and the picture in it; a folder without
    model.safetensors gets the card of the fast model.

    Args:
        draft: A model folder.
        gold: Folder of train.jsonl, dev.jsonl and test.jsonl.
        output: Where the model goes; what is there is replaced.
    """
    articles = {
        name: geoner.read_articles(gold / f"{name}.jsonl") for name in ("train", "dev", "test")
    }
    articles["seeds train"] = geoner.read_articles(SEEDS, split="train")
    articles["seeds test"] = geoner.read_articles(SEEDS, split="test")
    int8 = Measured(draft, "onnx", articles)
    if (draft / WEIGHTS_FILE).exists():
        card = _card(int8, Measured(draft, "torch", articles), articles)
    else:
        card = _fast_card(int8, Measured(SHIPPED_MODEL, "onnx", articles))
    if output.resolve() != draft.resolve():
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(draft, output)
    int8.draw(output / SCORES_IMAGE)
    (output / "README.md").write_text(card, encoding="utf-8")


def _card(int8: Measured, float32: Measured, articles: Mapping[str, Articles]) -> str:
    both, either = 0, 0
    for name in ("dev", "test"):
        for left, right in zip(int8.found[name], float32.found[name], strict=True):
            both += len(spans(left) & spans(right))
            either += len(spans(left) | spans(right))
    passages = read_passages("train")
    return CARD.format(
        passages=len(passages),
        passage_texts=len({passage.text_id for passage in passages}),
        backends="\n".join(f"| {n} | {int8.f1(n)} | {float32.f1(n)} |" for n in MEASURED),
        errors="\n".join(
            f"| {n} | {int8.error(n):.1f} | {float32.error(n):.1f} |" for n in MEASURED
        ),
        spans=either,
        shared=100 * both / either,
        **int8.fields(),
        **{name.replace(" ", "_"): len(rows) for name, rows in articles.items()},
    )


def _fast_card(fast: Measured, default: Measured) -> str:
    return FAST_CARD.format(
        models="\n".join(f"| {n} | {fast.f1(n)} | {default.f1(n)} |" for n in MEASURED),
        error=fast.error("test"),
        **fast.fields(),
    )


def _kept(model: Path) -> str:
    """A sentence on what `training.pruning` left of each layer, if it took anything."""
    heads = attention_heads(model / ONNX_FILE)
    config = read_config(model)
    if max(heads) == config["num_attention_heads"] and config["intermediate_size"] == NEURONS:
        return ""
    return (
        f"Of the {config['num_attention_heads']} attention heads of a layer {max(heads)} are left, "
        f"and of its {NEURONS:,} feed-forward neurons {config['intermediate_size']:,}, those that "
        "mattered most (`training/pruning.py`)."
    )


def attention_heads(path: Path) -> list[int]:
    """How many heads each layer of a model.onnx computes."""
    return [
        attribute.i
        for node in onnx.load(path).graph.node
        for attribute in node.attribute
        if attribute.name == "num_heads"
    ]


def _f1(report: Report) -> str:
    return f"{100 * report['micro avg']['f1-score']:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.card", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL, help="the model folder")
    options = parser.parse_args()
    write(options.model, options.gold, options.model)


if __name__ == "__main__":
    main()
