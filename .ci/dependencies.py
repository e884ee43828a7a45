"""The licence of everything that geoner brings, from the metadata of what is installed here.

    python .ci/dependencies.py            # fails if a licence or a pin is not right
    python .ci/dependencies.py --write    # writes docs/licences.md

Needs the environment of the README's test command. What geoner brings its users must be under a
licence of `FREE`; what only its developers use may be under one of `FOR_DEVELOPERS` too.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import tomllib
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licences.md"

#: What is asked for, smallest first; a package is listed where it first comes in.
INSTALLS = {
    "geoner": "The light install",
    "geoner[torch]": "`geoner[torch]` adds",
    "geoner[train]": "`geoner[train]` adds",
    "geoner[spacy]": "`geoner[spacy]` adds",
    "geoner[archives]": "`geoner[archives]` adds",
    "geoner[ray]": "`geoner[ray]` adds",
    "geoner[dev]": "`geoner[dev]` adds, for those who work on geoner",
}

#: Licences that let anyone use, change and pass on the package inside a closed program. Of them
#: MPL-2.0 asks that changes to its own files stay open.
FREE = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause"),
    *("BSD", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND", "ISC", "MIT", "MIT-CMU", "MPL-2.0"),
    *("PSF-2.0", "Zlib"),
}
FOR_DEVELOPERS = {"GPL-2.0-or-later", "LGPL-2.1-only"}

#: How packages spell what SPDX spells otherwise, in their metadata and classifiers.
SPELLINGS = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def main() -> int:
    written = page()
    faults = [
        f"{name}: {licence} is not a licence that geoner may bring its {who}"
        for name, licence, who in refused()
    ]
    faults += [f"{name}: has no version in constraints.txt" for name in unpinned()]
    if "--write" in sys.argv[1:]:
        PAGE.write_text(written, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != written:
        faults.append("docs/licences.md: not up to date; python .ci/dependencies.py --write")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def page() -> str:
    """docs/licences.md."""
    lines = [
        "# Licences of what geoner brings",
        "",
        "Written by `python .ci/dependencies.py --write` from the metadata of the packages that",
        "`constraints.txt` names, with all they ask for on Linux. The same command without",
        "`--write` fails where a licence is new or not free. BSD alone: the metadata does not say",
        "which of its forms. geoner's wheel holds none of these packages.",
        "",
    ]
    for install, title in INSTALLS.items():
        lines += [f"## {title}", "", "| package | licence |", "| --- | --- |"]
        lines += [f"| {name} | {licence_of(name)} |" for name in added(install)] + [""]
    return "\n".join(lines[:-1]) + "\n"


def refused() -> Iterator[tuple[str, str, str]]:
    """Packages under a licence that is not allowed: name, licence, and for whom they are."""
    for install in INSTALLS:
        is_for_users = install != "geoner[dev]"
        allowed = FREE if is_for_users else FREE | FOR_DEVELOPERS
        for name in added(install):
            licence = licence_of(name)
            alternatives = licence.split(" OR ")
            if not any(set(one.split(" AND ")) <= allowed for one in alternatives):
                yield name, licence, "users" if is_for_users else "developers"


def unpinned() -> list[str]:
    """Packages of the test command that constraints.txt leaves free."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line}
    return sorted(closure("geoner[dev]") - pinned)


def added(install: str) -> list[str]:
    """The packages that an install brings and those before it in `INSTALLS` do not."""
    before = list(INSTALLS)[: list(INSTALLS).index(install)]
    return sorted(closure(install).difference(*map(closure, before)))


def closure(asked: str) -> set[str]:
    """All packages that a requirement brings, but geoner."""
    seen = set()
    left = [Requirement(asked)]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                left += asks_for(name, extra)
    return {name for name, _ in seen} - {"geoner"}


def asks_for(name: str, extra: str) -> Iterator[Requirement]:
    """What a package asks for here, by itself or for one of its extras."""
    if name == "geoner":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        own = project["optional-dependencies"][extra] if extra else project["dependencies"]
        yield from map(Requirement, own)
        return
    for requirement in map(Requirement, installed(name).requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        sys.exit(f"{name} is not installed: run this in the environment of the test command")


def licence_of(name: str) -> str:
    """The licence of a package in SPDX terms: an expression, a short name, or a classifier."""
    metadata = installed(name).metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in metadata.get_all("Classifier") or ()
        if classifier.startswith("License :: ") and classifier != "License :: OSI Approved"
    ]
    stated = str(metadata.get("License") or "").strip()
    first_line = stated.splitlines()[0].strip() if stated else ""
    for spelling in (first_line, *classifiers):
        licence = SPELLINGS.get(spelling, spelling)
        if set(re.split(" AND | OR ", licence)) <= FREE | FOR_DEVELOPERS:
            return licence
    return " / ".join(filter(None, (first_line[:60], *classifiers))) or "not stated"


if __name__ == "__main__":
    sys.exit(main())
