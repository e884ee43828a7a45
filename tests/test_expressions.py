"""No regular expression of geoner takes more than linear time on any run of characters."""

import ast
import re
import time
from pathlib import Path

import pytest

import geoner

ROOT = Path(geoner.__file__).parent

#: Expressions that only ever see so many characters, where they are called.
BOUNDED = {
    "articles/hugging_face.py _SHARD": "the name of a file",
    "decoding.py _ABBREVIATION": "3 characters",
    "report/sentences.py _SHORT": "60 characters before a sentence",
    "selection.py _FLAG": "100 characters before an offset",
    "sentences.py _LAST_WORD": "20 characters before a full stop",
    "tokenization.py _LAST_SPACE": "the last 1,000 characters of a piece",
}

UNITS = (
    *("a", "A", "é", "1", ".", ",", " ", "\n", "\t", "-", "'", '"', "(", ")", "[", "]", "\\", "#"),
    *(":", "/", "&", "=", ";", "_", "中", "\u0301", "…", "’", "$", "T\t1 "),
    *("A ", "a ", "A.", "a.", "a'", "1.", "1,", "1 ", ". ", '."', ".)", "a-", "A\n", "\n ", "per "),
    *(
        "the ",
        "an ",
        "St. ",
        "U.S. ",
        "# a",
        "(or ",
        "](",
        "[a](",
        "\\u00",
        "a:",
        "T a",
        "B-",
        "ich",
    ),
)


def expressions():
    """Each regular expression that stands in the code: where, its flags, and whether it is only
    ever matched at a given place."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for statement in ast.walk(ast.parse(source)):
            for node in filter(_is_expression, ast.iter_child_nodes(statement)):
                inside = [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]
                flags = {"IGNORECASE", "MULTILINE", "DOTALL"}.intersection(inside)
                name, uses = f"line {node.lineno}", {node.func.attr}
                if node.func.attr == "compile" and isinstance(statement, ast.Assign):
                    name = getattr(statement.targets[0], "id", name)
                    uses = set(re.findall(rf"\b{name}\.(\w+)", source)) or uses
                place = f"{path.relative_to(ROOT).as_posix()} {name}"
                combined = sum(getattr(re, flag) for flag in flags)
                values = place, node.args[0].value, combined, uses <= {"match", "fullmatch"}
                found.append(pytest.param(*values, id=place))
    return found


def _is_expression(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )


def seconds(expression, text, times):
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        for _ in expression.finditer(text):
            pass
        best = min(best, time.thread_time() - start)
    return best


def is_linear(expression, unit):
    """Whether four times the text takes about four times as long, not sixteen times."""
    for end in ("!", "a"):
        few, many = unit * 400 + end, unit * 1_600 + end
        if seconds(expression, many, 1) > 0.002 and seconds(expression, many, 3) > (
            9 * seconds(expression, few, 5) + 0.001
        ):
            return False
    return True


@pytest.mark.parametrize(("place", "pattern", "flags", "is_anchored"), expressions())
def test_time_is_linear(place, pattern, flags, is_anchored):
    if place in BOUNDED:
        pytest.skip(f"sees {BOUNDED[place]}")
    expression = re.compile(rf"\A(?:{pattern})" if is_anchored else pattern, flags)
    slow = [unit for unit in UNITS if not is_linear(expression, unit)]
    assert not slow


def test_the_check_finds_what_is_quadratic():
    assert not is_linear(re.compile(r"\.+\s"), ".")
    assert not is_linear(re.compile(r"\w+\d"), "a")
    assert is_linear(re.compile(r"\w+"), "a")


def test_bounded_expressions_are_still_there():
    assert set(BOUNDED) <= {parameter.values[0] for parameter in expressions()}
