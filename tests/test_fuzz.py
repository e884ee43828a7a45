"""The targets of ``python -m fuzz`` on inputs that hypothesis makes, and on what fuzzing found."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz.seeds import inputs
from fuzz.targets import HEAD, OWN_FORMATS, TARGETS, WORDS, arguments, articles, text

from .nasty import SHORT

PIECES = st.one_of(
    st.sampled_from(
        [
            *("Iran", "U.S.", "Congo and Korea", "$5 million", "US$1,000.50-2,000", "Mr. Bo"),
            *("2½ lakh crore", "President Hassan Rouhani", ", ex-minister", "(JCPOA)", "’s "),
            *("the 2015 nuclear deal", "\n\n", ": ", "“", ". "),
        ]
    ),
    st.sampled_from(list(SHORT.values())),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)
TAGS = st.binary(min_size=HEAD, max_size=HEAD)

#: Parts of files of all formats, so that one that breaks its rules still looks like one.
FILES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *('{"id": "a", "text": "Iran"', ', "entities": [', '{"start": 0, "end": 4, '),
                *('"label": "COUNTRY"}', "]}\n", '"spans": ', "[[0, 4, ", "null", "1e999", "-1"),
                *("id: a\n", "split: dev\n", "ok: span ", "\n\n", "[Iran](COUNTRY)", "\\[", "]("),
                *("Iran\tB-COUNTRY\n", "x O\n", "-DOCSTART- O\n", "I-", "U-", "\0T1\tCOUNTRY 0 4"),
                *("\tIran\n", ";9 12", '[{"data": {"text": "', '"annotations": [{"result": ['),
                *("\ufeff", "\r\n", "\x85", "\u2028", "\ud800", '"\\ud800"', "9" * 30),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=12,
).map("".join)

WORD = st.one_of(
    st.integers(0, len(WORDS) - 1).map(lambda number: bytes([number])), st.binary(max_size=6)
)
LINES = st.lists(WORD, max_size=8).map(b"\0".join)


@settings(max_examples=150)
@given(TAGS, TEXTS)
def test_texts(tags, string):
    text(tags + string.encode("utf-8", "surrogatepass"))


@settings(max_examples=300)
@given(st.integers(0, len(OWN_FORMATS) ** 2 - 1), FILES)
def test_files_of_articles(formats, content):
    articles(bytes([formats]) + content.encode("utf-8", "surrogatepass"))


@settings(max_examples=200)
@given(LINES, FILES)
@example(b"", "")
def test_command_lines(line, stdin):
    arguments(line + b"\xff\xff" + stdin.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=100)
@given(data=st.binary(max_size=120))
def test_any_bytes(name, data):
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_the_inputs_that_fuzzing_starts_from(name):
    for data in inputs(name):
        TARGETS[name](data)


def a_file(name, content, other="jsonl"):
    """An input for `articles`: a file in one format, to be written in another."""
    number = OWN_FORMATS.index(name) + len(OWN_FORMATS) * OWN_FORMATS.index(other)
    return bytes([number]) + content.encode("utf-8", "surrogatepass")


DEEP = "[" * 3_000

#: Files that were no articles, and raised something else than an `ArticleError`.
FILES_FOUND = {
    "brat: an offset of 5,000 digits": a_file("brat", f"Iran\0T1\tX {'9' * 5_000} 4\tIran"),
    "conll: a tag without a word": a_file("conll", " B-COUNTRY\nIran\tO\n"),
    "jsonl: a number of 5,000 digits": a_file("jsonl", '{"id": %s}' % ("9" * 5_000)),
    "jsonl: entities that are none": a_file("jsonl", '{"id": "a", "text": "", "entities": [1]}'),
    "jsonl: nested too deeply": a_file("jsonl", '{"id": "a", "text": ' + DEEP),
    "jsonl: deep where text should be": a_file(
        "jsonl", '{"id": "a", "text": ' + "[" * 900 + "]" * 900 + ', "entities": []}'
    ),
    "label-studio: nested too deeply": a_file("label-studio", '[{"data": {"text": ' + DEEP),
    "doccano: half a surrogate pair": a_file(
        "doccano", '{"id": 1, "text": "\\ud800", "label": []}', "doccano"
    ),
    "inline: half a surrogate pair": a_file(
        "jsonl", '{"id": "a", "text": "\\ud800", "entities": []}', "inline"
    ),
}


@pytest.mark.parametrize("name", FILES_FOUND)
def test_files_that_fuzzing_found(name):
    articles(FILES_FOUND[name])


#: Arguments and standard input that ended in a traceback, or steered the terminal.
COMMANDS_FOUND = {
    "an output named by nothing": "extract|a.txt|--output|",
    "an output that is a folder": "convert|a.txt|folder",
    "a name that steers the terminal": "extract|\x1b[2J",
    "a label that steers the terminal": "extract|a.txt|--label|\u202e",
    "a split that steers the terminal": "check|folder|--label|\x9b",
    "a score that is no number": "extract|a.txt|--min-score|nan",
    "a name of 300 letters": "extract|" + "a" * 300,
    "nothing to evaluate": "evaluate|none.txt|--values|none.txt",
}


@pytest.mark.parametrize("name", COMMANDS_FOUND)
def test_command_lines_that_fuzzing_found(name):
    line = COMMANDS_FOUND[name].encode("utf-8", "surrogateescape")
    arguments(line.replace(b"|", b"\0") + b"\xff\xffIran")
