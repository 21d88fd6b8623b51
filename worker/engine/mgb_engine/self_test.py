"""A few steps with every slot of a lane taken: do they run, are they finite, how fast are they?"""

from __future__ import annotations

import time

from torch import Tensor

from mgb_engine.architecture import CodecSizes, DecoderSizes
from mgb_engine.clip import Clip
from mgb_engine.lane import Lane
from mgb_engine.model_folder import ModelError
from mgb_engine.protocol import Output, Submit

_STEPS = 3
_TRIAL = Submit("self-test", " ", 0.5, 0, 1.0, 250, 0.0, 3.0, Output("wav", "none"))


def measure_speed(lanes: list[Lane], sizes: DecoderSizes, codec: CodecSizes, prompt: Tensor) -> float:
    """Audio-seconds per second of decoding at a short context, codec and files not counted.

    One lane is timed, the others are taken to be as fast. Raises ModelError when the output is
    not finite: weights that are damaged, or a precision that this model does not bear.
    """
    lane = lanes[0]
    while lane.has_room() and lane.admit(Clip(_TRIAL, sizes, codec), prompt):
        pass
    lane.step()  # the first step compiles and touches memory
    count = len(lane.slots)
    fastest = min(_timed(lane) for _ in range(_STEPS))
    if lane.unhealthy():
        raise ModelError("expected finite output from the model's first steps")
    for slot in list(lane.slots):
        lane.remove(slot)
    lane.forget_speed()
    return round(len(lanes) * count / fastest / codec.frame_rate, 2)


def _timed(lane: Lane) -> float:
    started = time.perf_counter()
    lane.step()
    return time.perf_counter() - started
