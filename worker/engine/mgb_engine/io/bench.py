"""`mgb-engine bench`: how fast this machine makes clips, from the prompts to the written files.

Groups of clips of one length are handed to the engine that `serve` runs: a clip alone, eight, and
one for every slot. Prompts and seeds are the same in every run; no prompt comes twice, so that the
text encoder's memory helps nobody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mgb_engine.engine.request import Submit
from mgb_engine.io.local_engine import LocalEngine
from mgb_engine.io.protocol import parse_command
from mgb_engine.kernels.devices import peak_memory_mb

_EIGHT = 8
_WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class Row:
    """`seconds`: of each clip. `wall_seconds`: from the first prompt handed over to the last file."""

    seconds: float
    clips: int
    audio_seconds_per_second: float
    step_ms: float  # mean over the group's steps, its context growing from 0 to the clips' length
    wall_seconds: float
    told: float | None  # what the engine then said of every slot taken; None before eight clips


def bench(model: str, device: str, dtype: str, seconds: Sequence[float]) -> dict[str, Any]:
    """Measure, telling on stderr how far it is. Raises BadLine for a length no clip may have, ModelError
    or DeviceError when the model or the device is not to be had, ClipFailed.
    """
    for length in seconds:
        _clip(length, "checked before a model is loaded")
    started = time.perf_counter()
    with LocalEngine(model, device, dtype) as local:
        taken = time.perf_counter() - started
        told = local.engine.description.ready()
        del told["type"]
        local.make([_clip(_WARM_UP_SECONDS, "warm-up")])
        groups = [(length, clips) for length in seconds for clips in group_sizes(told["slots"])]
        rows = [measure(local, length, clips) for length, clips in groups]
        return {
            **told,
            "start_seconds": round(taken, 1),
            "peak_memory_mb": peak_memory_mb(told["device"]),
            "rows": [asdict(row) for row in rows],
        }


def group_sizes(slots: int) -> list[int]:
    return sorted({1, min(_EIGHT, slots), slots})


def _clip(seconds: float, id: str) -> Submit:
    return parse_command(Submit, asdict(Submit(id, f"slow blues, brushed drums, {id}", seconds, seed=4)))


def measure(local: LocalEngine, seconds: float, count: int) -> Row:
    sys.stderr.write(f"{count} at once, {seconds:g} s each\n")
    clips = [_clip(seconds, f"take {i} of {count} at {seconds:g} s") for i in range(count)]
    before, started = local.engine.steps_so_far(), time.perf_counter()
    answers = local.make(clips)
    wall, after = time.perf_counter() - started, local.engine.steps_so_far()
    told = local.engine.pace.measured
    return Row(
        seconds=seconds,
        clips=count,
        audio_seconds_per_second=round(sum(answer["duration_seconds"] for answer in answers) / wall, 3),
        step_ms=round(1e3 * (after.seconds - before.seconds) / (after.count - before.count), 2),
        wall_seconds=round(wall, 3),
        told=told and round(told, 3),
    )


def table(result: dict[str, Any]) -> str:
    """The result as a person reads it."""
    head = (
        f"{result['model']} ({result['revision']}) in {result['dtype']} on {result['device_name']}\n"
        f"{result['slots']} slots, {result['peak_memory_mb']} MB at most, started in "
        f"{result['start_seconds']:g} s; text, codec and files included\n"
        f"guessed at the start: {result['guessed_audio_seconds_per_second']:g} audio-s/s with every slot "
        f"taken; told: the same as measured so far\n\n"
    )
    names = f"{'seconds':>8}{'clips':>7}{'audio-s/s':>11}{'told':>8}{'step, ms':>10}{'wall, s':>10}\n"
    rows = (
        f"{row['seconds']:>8g}{row['clips']:>7}{row['audio_seconds_per_second']:>11.2f}"
        f"{row['told'] or '':>8}{row['step_ms']:>10.2f}{row['wall_seconds']:>10.2f}\n"
        for row in result["rows"]
    )
    return head + names + "".join(rows)
