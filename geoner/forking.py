"""What a process must know that is forked from one with a model: threads do not come along.

A model that was loaded before a fork has threads that the child lacks, and would wait for them,
at its next use or when the process ends.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forkable(Protocol):
    """What is told when it finds itself in a child process."""

    def forked(self) -> None:
        """Called once in each child, before anything else runs there."""


_alive: weakref.WeakSet[Forkable] = weakref.WeakSet()


def tell_when_forked(model: Forkable) -> None:
    """Has `model.forked` called in processes that are forked from this one."""
    _alive.add(model)


def keep_for_ever(session: object) -> None:
    """Keeps an object of onnxruntime and the library itself from being taken down in a child
    process: both wait for the threads of the parent."""
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(session))
    library = ctypes.CDLL(None)
    if hasattr(library, "on_exit"):  # glibc; what is registered last runs first
        library.on_exit(ctypes.cast(library._exit, ctypes.c_void_p), None)


def _in_child() -> None:
    for model in list(_alive):
        model.forked()


if hasattr(os, "register_at_fork"):  # Windows does not fork
    os.register_at_fork(after_in_child=_in_child)
