import json
from dataclasses import replace

import pytest

from geoner import Document
from geoner.render import page
from geoner.render.page import COLOURS
from geoner.values.types import OfficialValue

FILLER = "Nothing was said of it for a long while. " * 120
TEXT = f"Chad met Mali.\n{FILLER}\nThe Sahel Pact pleased Chad."
WIDTHS = (360, 800, 1400)


def found(text, *names):
    """A document in which each name is marked wherever it stands."""
    spans = []
    for name, label in names:
        start = text.find(name)
        while start >= 0:
            spans.append((start, start + len(name), label, 1.0))
            start = text.find(name, start + 1)
    return Document.from_spans(text, spans)


DOCUMENT = found(TEXT, ("Chad", "COUNTRY"), ("Mali", "COUNTRY"), ("Sahel Pact", "AGREEMENT"))

#: The contrast of two colours as the browser paints them.
#: Source: WCAG 2.2, "contrast ratio" and "relative luminance".
CONTRAST = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true})
  const luminance = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    if (a === 0) return null
    const linear = [r, g, b].map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const l = luminance(getComputedStyle(e).backgroundColor)
      if (l !== null) return l
    }
    return 1
  }
  const contrast = (element, pseudo) => {
    const front = luminance(getComputedStyle(element, pseudo).color), back = behind(element)
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
  }
  const shown = document.querySelectorAll('h1, p, li, span, bdi, mark, button, .geoner-text')
  return Math.min(
    ...[...shown].filter((e) => e.textContent).map((e) => contrast(e)),
    ...[...document.querySelectorAll('mark')].map((e) => contrast(e, '::after')))
})()
"""


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page and holds it to what every page must be: silent and alone."""

    def open_page(content, **options):
        path = tmp_path / "page.html"
        path.write_text(content, encoding="utf-8")
        browser.open(path, **options)
        requests = [m for m in browser.messages if m["method"] == "Network.requestWillBeSent"]
        assert [r["params"]["request"]["url"] for r in requests] == [path.resolve().as_uri()]
        said = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        assert [m for m in browser.messages if m["method"] in said] == []
        return browser

    return open_page


def lit(browser, place="document"):
    return browser.run(f"[...{place}.querySelectorAll('mark.geoner-lit')].map(m => m.textContent)")


def pressed(browser):
    return browser.run(
        "[...document.querySelectorAll('[aria-pressed=true] .geoner-name')].map(b => b.textContent)"
    )


def in_view(browser, selector):
    return browser.run(
        f"(b => b.top >= 0 && b.bottom <= innerHeight)"
        f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_group_lights_its_mentions_and_shows_the_first(opened, width):
    browser = opened(DOCUMENT.to_html(), width=width)
    pact = "mark[data-label=AGREEMENT]"
    assert not in_view(browser, pact)
    browser.click("[aria-label=AGREEMENT] button")
    assert lit(browser) == ["Sahel Pact"]
    assert in_view(browser, pact)
    browser.click("[aria-label=COUNTRY] button")
    assert (lit(browser), pressed(browser)) == (["Chad", "Chad"], ["Chad"])
    assert in_view(browser, "mark")
    browser.click("[aria-label=COUNTRY] button")
    assert (lit(browser), pressed(browser)) == ([], [])


def test_a_mention_lights_its_group_and_the_text_stays(opened):
    browser = opened(DOCUMENT.to_html())
    browser.run("scrollTo(0, 1e6)")
    before = browser.run("scrollY")
    browser.click("mark[data-group='0']:last-of-type")
    assert (lit(browser), pressed(browser)) == (["Chad", "Chad"], ["Chad"])
    assert browser.run("scrollY") == before
    browser.press("Escape")
    assert (lit(browser), pressed(browser)) == ([], [])


def test_the_list_moves_to_the_group_of_a_mention(opened):
    names = [f"Isle {chr(65 + n % 26)}{n}" for n in range(99)]
    document = found(" ".join(names), *((f"{name} ", "COUNTRY") for name in names))
    browser = opened(document.to_html())
    browser.click("mark[data-group='97']")
    assert in_view(browser, "button[data-group='97']")
    browser.click("mark[data-group='0']")
    assert in_view(browser, "button[data-group='0']")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_is_enough(opened, key):
    browser = opened(DOCUMENT.to_html())
    while browser.run("document.activeElement.dataset.group") != "2":
        browser.press("Tab")
    browser.press(key)
    assert (lit(browser), pressed(browser)) == (["Sahel Pact"], ["Sahel Pact"])
    assert in_view(browser, "mark.geoner-lit")


def test_selecting_text_is_not_choosing(opened):
    browser = opened(DOCUMENT.to_html())
    browser.run("getSelection().selectAllChildren(document.querySelector('mark'))")
    browser.run("document.querySelector('mark').click()")
    assert lit(browser) == []
    assert browser.run("getSelection().toString()") == "Chad"


def test_documents_of_a_page_do_not_light_each_other(opened):
    content = "".join(page([("a", DOCUMENT), ("b", DOCUMENT)], "two"))
    browser = opened(content)
    browser.click("article + article button")
    assert lit(browser, "document.querySelector('article')") == []
    assert lit(browser) == ["Chad", "Chad"]


def test_outputs_of_a_notebook_do_not_disturb_each_other(opened):
    outputs = "<hr>".join([DOCUMENT._repr_html_()] * 4)
    notebook = f"<!DOCTYPE html><link rel=icon href=data:,><title>n</title><p>A cell</p>{outputs}"
    browser = opened(notebook)
    browser.click("hr + .geoner button")
    assert lit(browser) == ["Chad", "Chad"]
    plain = "getComputedStyle(document.querySelector('p')).fontFamily"
    assert browser.run(plain) == browser.run("getComputedStyle(document.body).fontFamily")
    browser.click("hr + .geoner button")
    assert lit(browser) == []


def test_an_output_of_a_notebook_is_no_taller_than_a_screen_but_prints_whole(opened):
    browser = opened('<link rel=icon href="data:,">' + DOCUMENT._repr_html_())
    height = "document.querySelector('.geoner-text').getBoundingClientRect().height"
    shown = "document.querySelector('.geoner-main').getBoundingClientRect().height"
    assert browser.run(shown) < 600 < browser.run(height)
    browser.media("print")
    assert browser.run(shown) > browser.run(height)


@pytest.mark.parametrize(
    ("theme", "scheme"),
    [("data-jp-theme-light=false", "dark"), ("class=vscode-light", "light")],
)
def test_an_output_follows_the_theme_of_the_notebook(opened, theme, scheme):
    page_icon = '<!DOCTYPE html><link rel=icon href="data:,"><title>n</title>'
    dark = scheme == "light"
    browser = opened(f"{page_icon}<body {theme}>{DOCUMENT._repr_html_()}", dark=dark)
    assert browser.run("getComputedStyle(document.querySelector('.geoner')).colorScheme") == scheme


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hangs_over_at_any_width(opened, width):
    word = "Donaudampfschifffahrtsgesellschaft" * 9
    document = found(f"{TEXT} {word}", ("Chad", "COUNTRY"), (word, "LONG_" * 30))
    browser = opened(document.to_html(word), width=width)
    assert browser.run("document.documentElement.scrollWidth") <= width
    beside = browser.run(
        "(q => q('aside').getBoundingClientRect().left >="
        " q('.geoner-text').getBoundingClientRect().right)(s => document.querySelector(s))"
    )
    assert beside == (width > 700)


@pytest.mark.parametrize("dark", [False, True])
def test_every_colour_can_be_read(opened, dark):
    labels = ["COUNTRY", "OFFICIAL", "AGREEMENT", "MONEY", *"ABCDEFGHIJKL"]
    assert len(labels) == COLOURS
    marked = found(" ".join(f"<{label}>" for label in labels), *((f"<{n}>", n) for n in labels))
    value = OfficialValue("Amina Deby Koto", "envoy", "TD")
    document = Document(marked.text, tuple(replace(e, value=value) for e in marked.entities))
    browser = opened(document.to_html("A title"), dark=dark)
    paper = browser.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 3 * 128) == dark
    assert browser.run(CONTRAST) >= 4.5
    for number in range(COLOURS):
        browser.run(f"document.querySelector('button[data-group=\"{number}\"]').click()")
        assert len(lit(browser)) == 1
        assert browser.run(CONTRAST) >= 4.5


def test_it_reads_without_script_and_prints_on_white(opened):
    browser = opened(DOCUMENT.to_html(), script=False, dark=True)
    browser.media("print", dark=True)
    assert browser.run("document.querySelector('.geoner-text').textContent") == TEXT
    assert browser.run("getComputedStyle(document.body).colorScheme") == "light"
    assert browser.run("getComputedStyle(document.querySelector('aside')).position") == "static"


def test_a_hostile_text_is_only_text(opened):
    attack = (
        "</div></article></script><script>document.title = 'taken'</script>"
        "<img src=x onerror=\"document.title='taken'\"><svg onload=alert(1)>"
        "<style>*{display:none}</style><!-- &lt;b&gt; &#x41; ]]> <a href='javascript:1'>"
        "\r\n\rא\u202eשלום\u2066 "
        + "".join(map(chr, range(0xA0)))
        + "\ufdd0\uffff\U0001f300\ud83c \udf00"
    )
    mention = attack[:60]
    browser = opened(found(attack, (mention, '"><b onclick=x>')).to_html(f"{attack}"))
    shown = attack.replace("\0", "\ufffd").replace("\ud83c", "\ufffd").replace("\udf00", "\ufffd")
    assert browser.run("document.querySelector('.geoner-text').textContent") == shown
    assert browser.run("document.querySelector('mark').textContent") == mention
    assert browser.run("document.querySelector('img, svg, a, b, .geoner-text style')") is None
    assert browser.run("document.title").startswith("</div></article></script><script>")


def test_the_page_of_the_command_line(opened, tmp_path):
    from geoner.cli import main

    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("Talks between Iran and Oman; Oman lends $5 million.")
    target = tmp_path / "talks.html"
    files = [str(tmp_path / f"{name}.txt") for name in ("a", "b")]
    assert main(["extract", *files, "--format", "html", "--output", str(target)]) == 0
    browser = opened(target.read_text(encoding="utf-8"))
    assert browser.run("[...document.querySelectorAll('h1')].map(h => h.textContent)") == files
    browser.click("[aria-label=COUNTRY] li:last-child button")
    assert lit(browser) == ["Oman", "Oman"]
