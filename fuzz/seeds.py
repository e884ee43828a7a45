"""Inputs to start from: texts and files that reach far into the code."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.targets import HEAD, OWN_FORMATS, WORDS
from geoner import Article, Document
from geoner.articles.formats import ONE_FILE
from geoner.articles.inline import serialize

_TEXTS = (
    "OSLO, March 4 (Wire) - Norwegian Prime Minister Solveig Brattland gave Ghana $310 million.",
    "The 2015 Iran nuclear deal (the JCPOA) was signed by Messrs. Hassan Rouhani and J. Kerry.",
    "Congolese President A. B. Mbeki Jr.'s deputy, ex-Army chief Gen. Bo (D) of Korea, paid 5p.",
    "between five and 15 mln dlrs, 2½ lakh crore rupees; US$1,000.50-2,000; a quarter of a euro",
    "Q: MR PRICE: “U.S.-led talks…” İran, Tu\u0308rkiye, Côte d’Ivoire\n\u200b\u202e🇫🇷 中国 إيران",
    "Trade and Industry Minister-designate of Finance of Japan\nCease-fire, 1 lari 40 tetri",
)

_TAGS = (
    b"\1\2\0\0\3\4\4\0",
    b"\5\6\6\6\0\1\2\2",
    b"\7\x08\x08\0",
    bytes(range(16)),
    b"\x91\x22\xf3",
)


def inputs(target: str) -> Iterator[bytes]:
    """The inputs for a target."""
    yield from {"text": _texts, "articles": _articles, "arguments": _arguments}[target]()


def _texts() -> Iterator[bytes]:
    for string in _TEXTS:
        for tags in _TAGS:
            yield tags.ljust(HEAD, tags[:1]) + string.encode()


def _articles() -> Iterator[bytes]:
    spans = [(0, 4, "COUNTRY", 1.0), (20, 30, "MONEY", 1.0)]
    document = Document.from_spans("Iran will pay Oman's $5 million.", spans)
    article = Article("a", document, {"split": "dev"}, ('edge "x" y',))
    files = {name: "".join(kind.write([article])) for name, kind in ONE_FILE.items()}
    files["inline"] = serialize(article)
    files["brat"] = f"{document.text}\0T1\tCOUNTRY 0 4\tIran\nT2\tMONEY 20 30;31 32\tx\n"
    for name, content in files.items():
        for other in range(len(OWN_FORMATS)):
            yield bytes([OWN_FORMATS.index(name) + len(OWN_FORMATS) * other]) + content.encode()


def _arguments() -> Iterator[bytes]:
    lines = (
        "extract a.txt --format json --label COUNTRY --min-score 0.5",
        "extract - --format html --output out",
        "extract folder none.txt a.txt --format jsonl",
        "convert a.txt out --from inline --to brat",
        "convert folder out.json",
        "check folder --label MONEY",
        "check c.conll",
        "evaluate a.txt --values b.jsonl --split dev",
    )
    for line in lines:
        words = [bytes([WORDS.index(w)]) if w in WORDS else w.encode() for w in line.split()]
        yield b"\0".join(words) + b"\xff\xffIran paid Oman."
