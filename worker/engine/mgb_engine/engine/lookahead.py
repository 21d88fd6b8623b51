"""Which clips fit into memory together: lengths are known, so what they will need at every later step is too.

Clips of a lane step together, so a lane's pages at a later step are a sum that can be told. They grow
until a clip ends: the sum is largest at some clip's last step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mgb_engine.kernels.cache import PAGE, pages_for


@dataclass(frozen=True)
class Need:
    """Of a clip on its way through a window. rows: 2 with guidance; at: positions written so far; steps:
    those to come, each of which writes one; fixed: its prompt's pages, held to the end.
    """

    rows: int
    at: int
    steps: int
    fixed: int


def peak_pages(needs: Sequence[Need]) -> int:
    """The most pages that these clips hold together at any later step, stepped all at once."""
    if not needs:
        return 0
    rows, at, steps, fixed = np.array([(need.rows, need.at, need.steps, need.fixed) for need in needs]).T
    ends = np.unique(steps)[:, None]  # [E, 1]: steps until one of them has made its last
    held = fixed + rows * -(-(at + ends) // PAGE)  # [E, clips]
    return int(np.where(steps >= ends, held, 0).sum(axis=1).max())


def clips_at_once(pages: int, positions: int, most: int) -> int:
    """How many of the longest clips (two rows of `positions`, a prompt of one page) can be at work at once
    when they began one after another, each as far behind the one before as the next; at most `most`.
    """
    for count in range(1, most + 1):
        held = sum(2 * pages_for(-(-i * positions // count)) + 1 for i in range(1, count + 1))
        if held > pages:
            return count - 1
    return most
