"""A clip on its way through a window: its pages, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from mgb_engine.engine.clip import Clip, Window
from mgb_engine.engine.lookahead import Need


@dataclass(eq=False)
class Sequence:
    """rows: the pages of its one row, or of two with guidance, as many as its positions need so far;
    cross: those of its prompt.
    """

    clip: Clip
    prompt: Tensor  # [T, text width]
    window: Window
    rows: list[list[int]]
    cross: list[int]
    later_steps: int  # those of the clip's windows after this one
    is_bad: bool = False  # its logits were once not finite

    @property
    def steps_left(self) -> int:
        return self.later_steps + self.window.steps_left

    @property
    def pages(self) -> list[int]:
        return [page for row in self.rows for page in row] + self.cross

    def need(self) -> Need:
        return Need(len(self.rows), self.window.at, self.window.steps_left, len(self.cross))
