"""How many threads an operation of torch may use, and when it must be one.

The number belongs to the calling thread. Of what the engine computes with, `Linear` gives the same bits on
any number; convolutions, attention and elu do not: they cut their work at other places, and a sum or the
end of a vector comes out a bit in the last place different.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def use_threads(count: int) -> None:
    """For the calling thread's operations from now on."""
    # A thread's first look takes over what any other thread has set last, also after its own setting.
    torch.get_num_threads()
    torch.set_num_threads(count)


@contextmanager
def one_thread() -> Iterator[None]:
    """What is computed in here has the same bits on every machine of a kind, however many threads it uses."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
