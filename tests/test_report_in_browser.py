from dataclasses import replace

import pytest

from geoner import Document, Evaluation

from .test_report import HOSTILE, OTHER, SOME

SHOWN = "[...document.querySelectorAll('.error')].filter(e => e.checkVisibility()).length"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(SOME.to_html(OTHER, ["style"]), encoding="utf-8")
    return path


def choose(browser, field, value):
    """Sets a field as a reader would, and waits until the page has followed."""
    browser.run(
        f"(e => {{ e.value = {value!r}; e.dispatchEvent(new Event('input', {{bubbles: true}})) }})"
        f"(document.querySelector('#filters').elements.{field})"
    )
    wait = "new Promise(done => setTimeout(done, 250))"
    browser._call("Runtime.evaluate", expression=wait, awaitPromise=True)
    return browser.run(SHOWN)


def complaints(browser):
    return [
        m for m in browser.messages if m["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]


def test_errors_are_chosen_by_kind_label_and_words(browser, page):
    browser.open(page)
    assert browser.run(SHOWN) == 4
    assert choose(browser, "kind", "missed") == 0
    assert browser.run("document.querySelector('#nothing').checkVisibility()")
    assert choose(browser, "kind", "boundary") == 4
    assert choose(browser, "label", "OFFICIAL") == 4
    assert choose(browser, "words", "ana si") == 4
    assert choose(browser, "words", "nowhere") == 0
    assert choose(browser, "words", "") == 4
    assert complaints(browser) == []


def test_errors_are_arranged_by_kind_and_back(browser, page):
    heads = "[...document.querySelectorAll('#list h3')].map(h => h.textContent)"
    browser.open(page)
    by_article = browser.run(heads)
    assert by_article == ["0 1", "1 1", "2 1", "3 1"]
    assert choose(browser, "order", "kind") == 4
    assert browser.run(heads) == ["boundary 4"]
    assert choose(browser, "order", "article") == 4
    assert browser.run(heads) == by_article


def test_a_count_leads_to_its_errors(browser, page):
    browser.open(page)
    choose(browser, "words", "nowhere")
    browser.click("a[data-kind=boundary][data-label=OFFICIAL]")
    assert browser.run(SHOWN) == 4
    assert browser.run("location.hash") == "#errors"


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_a_page_is_no_wider_than_the_screen(browser, page, width):
    browser.open(page, width=width)
    assert browser.run("document.documentElement.scrollWidth") <= width


def test_without_a_script_every_error_is_there_to_read(browser, page):
    browser.open(page, script=False)
    assert browser.run(SHOWN) == 4
    assert not browser.run("document.querySelector('#filters').checkVisibility()")


def test_a_hostile_text_is_only_read(browser, tmp_path):
    text = f"Mali {HOSTILE}"
    gold = Document.from_spans(text, [(0, 4, HOSTILE, 1.0)])
    articles = [replace(SOME.articles[0], id=HOSTILE, document=gold)]
    path = tmp_path / "hostile.html"
    path.write_text(Evaluation(articles, [Document(text)]).to_html(name=HOSTILE), encoding="utf-8")
    browser.open(path)
    assert complaints(browser) == []
    assert browser.run("document.scripts.length") == 1
    assert "alert(1)" in browser.run("document.querySelector('.error').textContent")
