"""The codes of one clip: which are known, and in what order the rest is made.

MusicGen delays codebook k by k steps (stereo: by k // 2), so the column that goes in at a step
holds codes of several frames. A clip over 30 s is made in windows of 30 s, each beginning 18 s
(`extend_stride`) after the one before and given its first 12 s (as the authors' own library does).
A column code that is known already, be it padding, a window's beginning, what the clip continues or
a checkpoint, is fed as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.engine.request import Submit
from mgb_engine.engine.sampler import uniforms
from mgb_engine.model.architecture import WINDOW_SECONDS, CodecSizes, DecoderSizes
from mgb_engine.model.codec import frames_for

UNKNOWN = -1


@dataclass
class Window:
    """One pass of the decoder over frames [start, start + length).

    columns: [K, length + delay + 1] int64, what goes in at each step, UNKNOWN where it is still
    to be made. uniform: like columns, the number each code is drawn with. at: the next column in.
    """

    start: int
    length: int
    columns: Tensor
    uniform: Tensor
    at: int

    @property
    def steps_left(self) -> int:
        return self.columns.shape[1] - 1 - self.at


def is_known_clip(codes: Tensor, request: Submit, sizes: DecoderSizes, codec: CodecSizes) -> bool:
    """Whether codes can be the beginning of this clip. One that the model does not have would be read
    behind the end of a table, which on CUDA ends the process.
    """
    if codes.dim() != 2 or len(codes) != sizes.codebooks:
        return False
    if codes.shape[1] > frames_for(request.duration_seconds, codec.frame_rate):
        return False
    return bool(((codes >= UNKNOWN) & (codes < sizes.codes)).all())


class Clip:
    """frames: [K, N] int64 of the whole clip, UNKNOWN until made."""

    def __init__(
        self,
        request: Submit,
        sizes: DecoderSizes,
        codec: CodecSizes,
        known: Tensor | None = None,
        given_frames: int = 0,
        identity: str = "",
    ):
        """known: [K, n], the clip's beginning, of which the first given_frames are what it continues.
        identity: what its checkpoint is known by.
        """
        self.request = request
        self.identity = identity
        self._sizes = sizes
        self._codec = codec
        self.samples = round(request.duration_seconds * codec.sample_rate)
        self.first_sample = given_frames * codec.samples_per_frame if request.output.only_new else 0
        count = frames_for(request.duration_seconds, codec.frame_rate)
        self.frames = torch.full((sizes.codebooks, count), UNKNOWN)
        if known is not None:
            self.frames[:, : known.shape[1]] = known
        self._uniform = uniforms(request.seed, count, sizes.codebooks)
        self._delays = torch.arange(sizes.codebooks) // sizes.channels  # [K]
        self._spans = window_spans(count, codec.frame_rate, request.extend_stride)
        self.steps = sum(self._steps_after(given_frames, i) for i in range(len(self._spans)))
        self.resumed_at = self.steps_done()
        self.steps_made = 0
        self.busy_seconds = 0.0

    def next_window(self) -> Window | None:
        """The first window with a code missing; None when the clip is whole."""
        for start, length in self._spans:
            if (self.frames[:, start : start + length] == UNKNOWN).any():
                return self._window(start, length)
        return None

    def keep(self, window: Window) -> None:
        """Take over what a window has made so far."""
        made = window.columns  # [K, length + delay + 1]
        for k, delay in enumerate(self._delays.tolist()):
            row = made[k, delay + 1 : delay + 1 + window.length]
            self.frames[k, window.start : window.start + len(row)] = row

    def known_frames(self) -> Tensor:
        """[K, n]: everything up to the last frame of which anything is known."""
        known = (self.frames != UNKNOWN).any(dim=0)
        return self.frames[:, : int(known.nonzero().max()) + 1 if known.any() else 0]

    def steps_done(self) -> int:
        return self.steps - self.steps_left()

    def steps_left(self) -> int:
        """Steps from here to the end, the current window's and the later ones'."""
        total = 0
        for i, (start, length) in enumerate(self._spans):
            if (self.frames[:, start : start + length] == UNKNOWN).any():
                total += self._steps_after(0, i) if total else self._window(start, length).steps_left
        return total

    def _steps_after(self, known: int, i: int) -> int:
        """Steps of a window when all before it is made, and the clip's first frames are known: the rest of
        its own frames, and the delay's tail.
        """
        start, length = self._spans[i]
        made = max(known, sum(self._spans[i - 1]) if i else 0) - start
        return length - made + self._sizes.longest_delay if made < length else 0

    def _window(self, start: int, length: int) -> Window:
        width = length + self._sizes.longest_delay + 1
        columns = torch.full((self._sizes.codebooks, width), self._sizes.codes)
        uniform = torch.full((self._sizes.codebooks, width), 0.5)
        for k, delay in enumerate(self._delays.tolist()):
            columns[k, delay + 1 : delay + 1 + length] = self.frames[k, start : start + length]
            uniform[k, delay + 1 : delay + 1 + length] = self._uniform[k, start : start + length]
        unknown = (columns == UNKNOWN).any(dim=0)
        first = int(unknown.nonzero().min()) if unknown.any() else width
        return Window(start, length, columns, uniform, first - 1)


def window_spans(frames: int, frame_rate: float, stride_seconds: float) -> list[tuple[int, int]]:
    """(start, length) of each pass: one up to 30 s, else a new one every `stride_seconds` until the end."""
    whole, stride = round(WINDOW_SECONDS * frame_rate), round(stride_seconds * frame_rate)
    spans = [(0, min(frames, whole))]
    while sum(spans[-1]) < frames:
        start = spans[-1][0] + stride
        spans.append((start, min(frames - start, whole)))
    return spans
