"""What processes hold, as Linux tells."""

from __future__ import annotations

from pathlib import Path

#: Bytes of a page.
_PAGE = 4096


def resident(process: int | str = "self") -> int:
    """Bytes of memory that a process holds, counted in pages (proc_pid_statm(5)).

    Raises:
        OSError: if there is no such process, or no /proc.
    """
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
