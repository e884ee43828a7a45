import io

from rich.console import Console

from geoner import Document
from geoner.render import printable, table


def rendered(document, title=None, **options):
    file = io.StringIO()
    Console(file=file, width=80, **options).print(table(document, title))
    return file.getvalue()


def test_each_thing_stands_once_with_its_count():
    document = Document.from_spans("Chad, Chad", [(0, 4, "COUNTRY", 0.5), (6, 10, "COUNTRY", 0.75)])
    (row,) = [line.split() for line in rendered(document).splitlines() if "COUNTRY" in line]
    assert row == ["COUNTRY", "Chad", "2", "0", "0.75"]


def test_an_empty_document_says_so():
    assert "nothing found" in rendered(Document("Rain."))


def test_text_cannot_steer_the_terminal():
    text = "Ir\x1b[31man [bold]\u202eX"
    document = Document.from_spans(text, [(0, len(text), "COUNTRY", 1.0)])
    output = rendered(document, title="a\x1b]0;b\x07", force_terminal=False)
    assert "\x1b" not in output
    assert "\x07" not in output
    assert "\u202e" not in output
    assert "[bold]" in output


def test_printable_puts_a_text_on_one_line():
    assert printable(" Treaty\n of \t Rome\u00a0") == "Treaty of Rome"
