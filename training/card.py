"""The shipped model's card, written from figures measured on the spot."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import geoner
from geoner.analysis import by_min_score, intervals, reliability
from geoner.analysis.spans import spans
from geoner.card import SCORES_IMAGE, draw_scores, figures, interval, score_rows
from geoner.evaluate import Report, classification_report
from geoner.extractor import SHIPPED_MODEL, Extractor
from training.datasheet import SEEDS

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
on labelled articles and on what a larger model says of them. This page is written by
`python -m training.card`.

## Files

| file | what |
| --- | --- |
| `model.onnx` | int8 weights and activations with fixed scales; what geoner runs by default |
| `model.safetensors` | the same weights as float16; `AutoModelForTokenClassification` loads it |
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
(`python -m training.calibration`). Expected calibration error, in per cent:

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
2.5). Their text is not part of the package. And on {seeds_train} articles written for geoner in the
styles that the real ones lack (`seeds/`, CC0). Copies of all of them with other countries,
people, agreements and amounts in the same context were added (`training/augmentation.py`).

The teacher, [all-mpnet-base-v2](https://huggingface.co/sentence-transformers/all-mpnet-base-v2)
(Apache-2.0, 109 million parameters), learned from the same articles; its say is half of each
target, and all of it on windows of unlabelled US State Department press releases and State of the
Union addresses (public domain; texts of which a part is labelled were left out).

Settings were chosen, and scores were calibrated, on {dev} other real articles; {test} more are the
test above, used for it only, as the seed articles of the test split are.

## Not to be used for

- Decisions about people, or lists of persons to watch: a name marked as an official is a guess from
  its context, not evidence, and private persons are among the errors.
- Counting what a group of people does in the news, without a look at
  `python -m benchmarks.fairness`: officials with Burmese, Korean, Dutch, Somali and
  Portuguese names are found less often.
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


def write(draft: Path, gold: Path, output: Path) -> None:
    """Puts a trained model folder in its place, with a card and the picture in it.

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
    measured = ("dev", "test", "seeds test")
    int8 = Extractor.from_pretrained(draft, backend="onnx")
    float32 = Extractor.from_pretrained(draft, backend="torch")
    found = {
        (name, kind): list(extractor.extract_many(article.text for article in articles[name]))
        for name in measured
        for kind, extractor in (("int8", int8), ("float32", float32))
    }
    gold_documents = {name: [a.document for a in rows] for name, rows in articles.items()}
    reports = {key: classification_report(gold_documents[key[0]], found[key]) for key in found}
    bins = {key: reliability(gold_documents[key[0]], found[key]) for key in found}
    backends, errors = [], []
    for name in measured:
        keys = [(name, kind) for kind in ("int8", "float32")]
        backends.append(f"| {name} | {' | '.join(_f1(reports[key]) for key in keys)} |")
        errors.append(f"| {name} | {' | '.join(f'{100 * bins[key][1]:.1f}' for key in keys)} |")
    both, either = 0, 0
    for name in ("dev", "test"):
        for left, right in zip(found[name, "int8"], found[name, "float32"], strict=True):
            both += len(spans(left) & spans(right))
            either += len(spans(left) | spans(right))
    report = reports["test", "int8"]
    pairs = list(zip(articles["test"], found["test", "int8"], strict=True))
    names = (*int8.labels, "micro avg")
    labels = figures(report, intervals(gold_documents["test"], found["test", "int8"]), names)
    seed_labels = figures(
        reports["seeds test", "int8"],
        intervals(gold_documents["seeds test"], found["seeds test", "int8"]),
        names,
    )
    kinds = []
    for kind, description in KINDS.items():
        chosen = [(a.document, guess) for a, guess in pairs if a.id.split(":")[0] == kind]
        if chosen:
            labelled, guessed = (list(documents) for documents in zip(*chosen, strict=True))
            part = classification_report(labelled, guessed)
            low_high = intervals(labelled, guessed).get("micro avg", ())
            cells = (_f1(part), interval(low_high), part["micro avg"]["support"])
            kinds.append(f"| {description} | {' | '.join(map(str, cells))} |")
    card = CARD.format(
        backends="\n".join(backends),
        labels="\n".join(labels),
        seed_labels="\n".join(seed_labels),
        kinds="\n".join(kinds),
        errors="\n".join(errors),
        scores="\n".join(score_rows(bins["test", "int8"][0])),
        scores_image=SCORES_IMAGE,
        spans=either,
        shared=100 * both / either,
        **{name.replace(" ", "_"): len(rows) for name, rows in articles.items()},
    )
    if output.resolve() != draft.resolve():
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(draft, output)
    points = by_min_score(gold_documents["test"], found["test", "int8"])
    draw_scores(points, output / SCORES_IMAGE)
    (output / "README.md").write_text(card, encoding="utf-8")


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
