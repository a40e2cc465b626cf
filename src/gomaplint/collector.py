"""The garbage collector, paused where much is made that all lives on: collecting then only costs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Collect nothing meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def off_for_good() -> Iterator[None]:
    """Collect nothing meanwhile nor afterwards: for a process that ends then, and gives its memory back as it does."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # else the interpreter looks at every object once more before it ends
