"""What stands in the wheel."""

from pathlib import Path
from zipfile import ZipFile

import pytest

import geoner
from geoner import selection

from .conftest import SEEDS


def test_the_packed_seeds_are_the_articles(monkeypatch, tmp_path):
    pytest.importorskip("hatchling")
    from hatch_build import SeedsHook

    contents = []
    for _ in range(2):
        data = {"force_include": {}}
        hook = SeedsHook(str(Path(geoner.__file__).parents[1]), {}, None, None, "", "wheel")
        hook.initialize("standard", data)
        ((packed, place),) = data["force_include"].items()
        contents.append(Path(packed).read_bytes())
    assert place == "geoner/seeds.zip"
    assert contents[0] == contents[1]

    (tmp_path / "seeds.zip").write_bytes(contents[0])
    with ZipFile(tmp_path / "seeds.zip") as archive:
        assert sorted(archive.namelist()) == sorted(path.name for path in SEEDS.glob("*.txt"))
    monkeypatch.setattr(selection, "__file__", str(tmp_path / "selection.py"))
    assert selection.read_seeds() == geoner.read_articles(SEEDS)


def test_an_editable_install_reads_the_folder():
    pytest.importorskip("hatchling")
    from hatch_build import SeedsHook

    data = {"force_include": {}}
    root = str(Path(geoner.__file__).parents[1])
    SeedsHook(root, {}, None, None, "", "wheel").initialize("editable", data)
    assert data == {"force_include": {}}
