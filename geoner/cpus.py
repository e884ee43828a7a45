"""How many CPUs this process may use: what it may run on, and what its container may spend."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

#: Where Linux shows control groups, and in which of them a process is.
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def usable_cpus() -> int:
    """CPUs that this process may keep busy, at least 1.

    The affinity of the process counts, and on Linux the CPU quota of its control group and of
    those above it, versions 1 and 2, rounded down: threads beyond a quota stop each other.

    Source: the kernel's documentation, cgroup-v2.rst (cpu.max) and sched-bwc.rst.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # Linux has it
    cpus = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min([cpus, *map(int, _quotas())]))


def _quotas() -> Iterator[float]:
    """CPUs that each control group of this process may spend."""
    try:
        lines = MEMBERSHIP.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = CGROUPS / controllers if controllers else CGROUPS
        group = root / name.lstrip("/")
        # in a container, the group's own name may not be visible, and its root is the group
        for folder in (group, *(above for above in group.parents if above.is_relative_to(root))):
            quota = _quota(folder, bool(controllers))
            if quota is not None:
                yield quota


def _quota(folder: Path, is_first_version: bool) -> float | None:
    try:
        if is_first_version:
            quota = (folder / "cpu.cfs_quota_us").read_text(encoding="utf-8")
            period = (folder / "cpu.cfs_period_us").read_text(encoding="utf-8")
        else:
            quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # "max", or no such group here
        return None
