"""Puts the seed articles into the wheel as one file: a thousand small ones take twice the disk."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SeedsHook(BuildHookInterface[Any]):
    """Adds ``geoner/seeds.zip``, which `geoner.selection` reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds a wheel; an editable install reads the folder."""
        if version == "editable":
            return
        self._scratch = TemporaryDirectory()  # goes with this hook, when the wheel is built
        packed = Path(self._scratch.name) / "seeds.zip"
        with ZipFile(packed, "w") as archive:
            for path in sorted(Path(self.root, "seeds", "articles").glob("*.txt")):
                # without the time, the same articles give the same file
                archive.writestr(ZipInfo(path.name), path.read_bytes(), ZIP_DEFLATED, 9)
        build_data["force_include"][str(packed)] = "geoner/seeds.zip"
