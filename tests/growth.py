"""How work grows with what it is given: what takes seconds must not take hours for a longer text.

A limit in seconds says more of the machine than of the code; so these compare the work with itself.
"""

import gc
from collections.abc import Callable
from time import process_time


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """Whether ten times as much takes much less than a hundred times as long.

    On a busy machine anything may once take long; what is not linear does so every time.
    """
    return any(_takes_little(work, size) for _ in range(3))


def _takes_little(work: Callable[[int], object], size: int) -> bool:
    few, many = seconds(work, size), seconds(work, 10 * size)
    return many < max(32 * few, 1)


def seconds(work: Callable[[int], object], size: int) -> float:
    """Measure without the garbage collector: it goes through all that other tests have left."""
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        work(size)
        return process_time() - start
    finally:
        gc.enable()
