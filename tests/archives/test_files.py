"""What names, folders and patterns stand for."""

import os
import warnings

import pytest

from geoner import GeonerError
from geoner.archives import find_files
from geoner.archives.files import survey
from geoner.errors import FormatWarning, MissingExtraError

from ..conftest import need_library_of


def names(*inputs, folder, **options):
    return [os.path.relpath(file.name, folder) for file in find_files(map(str, inputs), **options)]


@pytest.fixture
def archive(tmp_path):
    for name in ("b/2.jsonl.gz", "b/1.txt", "a/x.csv", "c.PARQUET", "b/.hidden.txt", ".d/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


def test_folders_come_in_order(archive):
    (archive / "z.txt").write_text("x")
    assert names(archive, folder=archive) == [
        *("c.PARQUET", "z.txt", "a/x.csv", "b/1.txt", "b/2.jsonl.gz")
    ]
    files = list(find_files([str(archive)]))
    assert [(file.format, file.compression) for file in files] == [
        *(("parquet", None), ("text", None), ("csv", None), ("text", None), ("jsonl", ".gz"))
    ]


def test_patterns_reach_into_folders_and_a_name_that_is_there_is_no_pattern(archive):
    assert names(archive / "**" / "*.txt", folder=archive) == ["b/1.txt"]
    (archive / "a[1].txt").write_text("x")
    assert names(archive / "a[1].txt", folder=archive) == ["a[1].txt"]


def test_other_files_of_a_folder_are_passed_over_with_a_word(archive):
    (archive / "page.html").write_text("x")
    (archive / "LICENSE").write_text("x")
    with pytest.warns(FormatWarning, match=r"2 files passed over.*\(.*LICENSE\)"):
        assert "page.html" not in names(archive, folder=archive)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "page.html" in names(archive, folder=archive, input_format="text")
        assert names(archive / "page.html", folder=archive) == ["page.html"]


def test_what_is_written_is_not_read(archive):
    output = archive / "found.jsonl"
    output.write_text("x")
    for pattern in (archive, archive / "*.jsonl", archive / "f*"):
        assert "found.jsonl" not in names(pattern, folder=archive, without=[output])
    with pytest.raises(GeonerError, match=r"found\.jsonl: is written to and cannot be read"):
        names(output, folder=archive, without=[output])


def test_what_cannot_be_read_has_a_reason(tmp_path):
    missing, empty = tmp_path / "none*.txt", tmp_path / "empty"
    empty.mkdir()
    faults = [file.fault for file in find_files([str(missing), str(empty), "a\0b"])]
    assert faults[0] == "cannot be read (No such file or directory)"
    assert faults[1].startswith("a folder without a file to read (.txt, .jsonl,")
    assert "null" in faults[2]


def test_an_archive_is_known_again_by_names_and_sizes(archive):
    need_library_of(".parquet")
    before = survey(find_files([str(archive)]))
    assert before.size == 4
    assert survey(find_files([str(archive)])) == before
    (archive / "b" / "1.txt").write_text("xy")
    assert survey(find_files([str(archive)])).digest != before.digest
    assert survey(find_files(["-"])).size is None


@pytest.mark.parametrize("name", ["a.parquet", "a.txt.zst"])
def test_a_missing_extra_is_said_before_anything_is_read(tmp_path, monkeypatch, name):
    (tmp_path / name).write_text("x")
    for module in ("pyarrow", "pyarrow.parquet", "backports", "compression"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'geoner\[archives\]'"):
        survey(find_files([str(tmp_path)]))
