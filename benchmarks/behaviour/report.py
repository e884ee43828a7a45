"""Pass rates and failing cases, as Markdown and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.behaviour.cases import DIRECTION, INVARIANCE, RULES
from benchmarks.behaviour.measure import Outcome, Result, pass_rate
from benchmarks.report import percent, table, verdict
from geoner import Article, Document
from geoner.articles.editing import Span
from geoner.articles.inline import serialize

#: The least share of cases that pass, 0 to 1, by kind.
LEAST = {RULES: 0.95, INVARIANCE: 0.97, DIRECTION: 0.85}

#: Failing cases of a behaviour that the Markdown report shows.
SHOWN = 2


def summary(results: Sequence[Result]) -> str:
    """The pass rate of each kind, and every behaviour that fails with its rate, as Markdown."""
    kinds = []
    for kind, least in LEAST.items():
        of_kind = _of(results, kind)
        cases = sum(len(result.outcomes) for result in of_kind)
        rate, bar = percent(pass_rate(of_kind)), percent(least)
        kinds.append([kind, str(len(of_kind)), str(cases), rate, bar])
    failing = _failing(results)
    rows = [
        [
            f"{result.behaviour.kind}, {result.behaviour.capability}: {result.behaviour.name}",
            str(len(result.failures)),
            str(len(result.outcomes)),
            percent(1 - pass_rate([result])),
        ]
        for result in failing
    ]
    return "\n\n".join(
        [
            table(["kind", "behaviours", "cases", "passed", "bar"], kinds),
            f"{len(failing)} of {len(results)} behaviours have failing cases:",
            table(["behaviour", "failed", "cases", "failure rate"], rows),
            "\n".join(verdict(*bar) for bar in bars(results).items()),
        ]
    )


def report(results: Sequence[Result]) -> str:
    """The summary and failing cases of each behaviour, as a Markdown page."""
    command = "`python -m benchmarks.behaviour --markdown docs/behaviour.md`"
    cases = f"Up to {SHOWN} failing cases of each; `--json F` writes them all."
    parts = [
        "# Behaviour tests",
        f"Written by {command}; figures in per cent.",
        summary(results),
        "## Failing cases",
        cases,
        examples(results),
    ]
    return "\n\n".join(parts).rstrip() + "\n"


def examples(results: Sequence[Result]) -> str:
    """Some failing cases of every behaviour that has one, as Markdown."""
    blocks = []
    for result in _failing(results):
        behaviour = result.behaviour
        lines = [line for outcome in result.failures[:SHOWN] for line in _shown(outcome)]
        heading = f"### {behaviour.kind}, {behaviour.capability}: {behaviour.name}"
        blocks.append("\n".join([heading, "", "```text", *lines, "```"]))
    return "\n\n".join(blocks)


def as_data(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The results as plain JSON types, with every failing case."""
    return [
        {
            "kind": result.behaviour.kind,
            "capability": result.behaviour.capability,
            "name": result.behaviour.name,
            "cases": len(result.outcomes),
            "failed": len(result.failures),
            "failure_rate": 1 - pass_rate([result]),
            "failures": [
                [
                    {"expected": _marked(text, expected), "found": _marked(text, found)}
                    for text, expected, found in _texts(outcome)
                ]
                for outcome in result.failures
            ],
        }
        for result in results
    ]


def bars(results: Sequence[Result]) -> dict[str, bool]:
    """Each bar, in words, and whether it is met."""
    return {
        f"{kind}: at least {least:.0%} of the cases pass": pass_rate(_of(results, kind)) >= least
        for kind, least in LEAST.items()
    }


def _of(results: Sequence[Result], kind: str) -> list[Result]:
    return [result for result in results if result.behaviour.kind == kind]


def _failing(results: Sequence[Result]) -> list[Result]:
    """The behaviours that have failing cases: by kind, the worst first."""
    return [
        result
        for kind in LEAST
        for result in sorted(_of(results, kind), key=lambda result: pass_rate([result]))
        if result.failures
    ]


def _shown(outcome: Outcome) -> Iterator[str]:
    for text, expected, found in _texts(outcome):
        if expected != found:
            yield f"expected: {_marked(text, expected)}"
            yield f"found:    {_marked(text, found)}"


def _texts(outcome: Outcome) -> Iterator[tuple[str, Sequence[Span] | None, Sequence[Span]]]:
    return zip(outcome.case.texts, outcome.expected, outcome.found, strict=True)


def _marked(text: str, spans: Sequence[Span] | None) -> str:
    """A text on one line, with its spans as inline marks."""
    if spans is None:
        return "what was found in the original, which ends inside the change"
    document = Document.from_spans(text, [(*span, 1.0) for span in spans])
    _, _, body = serialize(Article("case", document)).partition("\n\n")
    return body.removesuffix("\n").replace("\n", " / ")
