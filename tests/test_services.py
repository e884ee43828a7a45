"""geoner inside other people's services: threads, processes, event loops, and many calls."""

import asyncio
import gc
import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

import geoner
from fuzz.targets import drawn_extractor
from geoner import Extractor
from geoner.extractor import SHIPPED_MODEL

from .nasty import SHORT

TEXTS = [*SHORT.values(), *(f"President Bo{k} of Iran paid ${k} million." for k in range(40))]


def run_python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_threads_may_share_an_extractor(extractor):
    expected = [extractor.extract(text) for text in TEXTS]
    with ThreadPoolExecutor(16) as pool:
        for found in pool.map(lambda _: [extractor.extract(text) for text in TEXTS], range(4)):
            assert found == expected


def test_threads_load_the_shipped_model_once(monkeypatch):
    made = []

    def slow():
        made.append(drawn_extractor())
        threading.Event().wait(0.1)
        return made[-1]

    monkeypatch.setattr(geoner.extractor._shipped, "extractor", None)
    monkeypatch.setattr(Extractor, "from_pretrained", slow)
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(geoner.extract, ["Iran"] * 8))) == 8
    assert len(made) == 1


def test_an_event_loop_goes_on_while_texts_are_read(extractor):
    async def gather():
        return await asyncio.gather(*(asyncio.to_thread(extractor.extract, t) for t in TEXTS))

    assert asyncio.run(gather()) == [extractor.extract(text) for text in TEXTS]


def test_two_extractors_share_nothing(extractor, tmp_path):
    for path in SHIPPED_MODEL.iterdir():
        if path.name != "config.json":
            (tmp_path / path.name).symlink_to(path)
    config = (SHIPPED_MODEL / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace("COUNTRY", "LAND"))
    other = Extractor.from_pretrained(tmp_path)
    text = "President Hassan Rouhani of Iran paid $5 million."
    for _ in range(2):
        assert [e.label for e in extractor.extract(text).entities] == [
            *("OFFICIAL", "COUNTRY", "MONEY")
        ]
        assert [e.label for e in other.extract(text).entities] == ["OFFICIAL", "LAND", "MONEY"]
    assert extractor.labels[0] == "COUNTRY"


FORKING = """
    import os, signal, sys
    import geoner
    backend, before, ending = sys.argv[1:]
    text = "Talks between Iran and Oman resumed. " * 50
    extractor = geoner.Extractor.from_pretrained(backend=backend) if before != "nothing" else None
    if before == "used":
        assert len(extractor.extract(text).entities) == 100
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        if ending != "idle":
            extractor = extractor or geoner.Extractor.from_pretrained(backend=backend)
            assert len(extractor.extract(text).entities) == 100
        sys.exit(7)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7, status
    if extractor is not None:
        assert len(extractor.extract(text).entities) == 100
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize(
    ("backend", "before", "ending"),
    [
        ("onnx", "nothing", "used"),
        ("onnx", "loaded", "used"),
        ("onnx", "used", "used"),
        ("onnx", "used", "idle"),
        ("torch", "used", "used"),
    ],
)
def test_a_process_may_fork_and_its_child_works_and_ends(backend, before, ending):
    if backend == "torch":
        pytest.importorskip("torch")
    result = run_python(FORKING, backend, before, ending)
    assert result.returncode == 0, result.stderr


HALF_READ = """
    import os, signal, sys
    import geoner
    texts = ["Talks between Iran and Oman resumed."] * 40
    documents = geoner.extract_many(texts, batch_size=2)
    next(documents)
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        try:
            list(documents)
        except geoner.GeonerError as error:
            assert "begin anew" in str(error), error
            sys.exit(7)
        sys.exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7, status
    assert [len(document.entities) for document in documents] == [2] * 39
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_texts_half_read_are_not_read_on_in_a_child():
    result = run_python(HALF_READ)
    assert result.returncode == 0, result.stderr


POOL = """
import multiprocessing, sys
import geoner

TEXTS = ["Talks between Iran and Oman resumed."] * 8

def count(text):
    return len(geoner.extract(text).entities)

if __name__ == "__main__":
    geoner.extract("Iran")
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert pool.map(count, TEXTS) == [2] * 8
    assert count(TEXTS[0]) == 2
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_pool_of_processes_works_after_first_use(tmp_path, method):
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    result = subprocess.run(
        [sys.executable, str(script), method],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=SHIPPED_MODEL.parent.parent,
        env={**os.environ, "PYTHONPATH": str(SHIPPED_MODEL.parent.parent)},
    )
    assert result.returncode == 0, result.stderr


def test_many_calls_keep_nothing():
    extractor = drawn_extractor()

    def call(times):
        for number in range(times):
            name = f"Bo{number % 40}"
            document = extractor.extract(f"President {name} of Congo paid 5 francs to Chad.")
            document.to_json()
            document.to_html()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    before = call(120)
    after = call(1_200)
    tracemalloc.stop()
    assert after - before < 50 * 1_200  # bytes a call; a document has some thousands


def test_no_text_is_remembered_for_long():
    extractor = drawn_extractor()
    sizes = []
    tracemalloc.start()
    for number in range(12):
        word = "x" * 300_000 + str(number)
        extractor.extract(f"{word} Congo {word}")
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[-1] - sizes[7] < 300_000
