"""The engine against transformers and OpenVINO on this machine's CPU: `npm run bench:engine`.

Random weights at musicgen-small's dimensions; a mixed queue, one of equal lengths (where nobody pads),
eight clips, and one. It takes about an hour on two cores and tells on stderr how far it is; `--json`
prints the result on one line of stdout.

The engine makes the whole queue, all of it handed over at once. The others make the clips in the middle
of the sorted queue, one group a batch size: their padding and their mean context are the queue's own or
a little less, so they are not the losers by it. `--whole` gives them every clip. `--quick` runs every
part at tiny dimensions: its figures mean nothing, it shows that the benchmark works. A ratio is against
the best of the others in the same precision and on the same queue.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import phases  # also puts the engine on the path
import torch
from mgb_engine.kernels.devices import device_name, thread_count
from mgb_engine.kernels.linear import packs
from workload import SHORTEST_SHARE, make_checkpoint

_BATCHES = (4, 8, 16)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the result on one line")
    parser.add_argument("--quick", action="store_true", help="tiny dimensions")
    parser.add_argument("--whole", action="store_true", help="the others make every clip too")
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--longest", type=float, default=10.0, help="seconds of the longest clip")
    options = parser.parse_args()
    if options.clips < 2 * min(_BATCHES):
        parser.error(f"expected --clips to be at least {2 * min(_BATCHES)}, got {options.clips}")
    if options.quick:
        options.clips, options.longest = min(options.clips, 8), min(options.longest, 0.6)
    with tempfile.TemporaryDirectory(prefix="mgb-bench-") as scratch:
        say("making the checkpoint")
        folder = make_checkpoint(Path(scratch) / "model", quick=options.quick)
        result = Bench(folder, options).run()
    print(json.dumps(result, indent=None if options.json else 1))
    return 0


Result = dict[str, Any]


class Bench:
    """queues: by name, what phases are told of each."""

    def __init__(self, folder: Path, options: argparse.Namespace):
        self._folder, self._options = folder, options
        self._precisions = {"fp32": "float32"} | ({"bf16": "bfloat16"} if packs(torch.bfloat16) else {})
        mixed = {"clips": options.clips, "longest": options.longest}
        self._queues: dict[str, Result] = {
            "mixed": mixed,
            "equal": mixed | {"equal": True},
            "eight": mixed | {"equal": True, "clips": min(8, options.clips)},
            "one": mixed | {"equal": True, "clips": 1},
        }
        self._broken: list[str] = []

    def run(self) -> Result:
        # The engine first: who stops the run early has that, and every phase is told as it ends.
        engine = {
            queue: {
                kind: self._phase("engine", queue, dtype=dtype) for kind, dtype in self._precisions.items()
            }
            for queue in self._queues
        }
        step = {kind: self._phase("roofline", dtype=dtype) for kind, dtype in self._precisions.items()}
        traffic, exact, codec = self._phase("traffic"), self._phase("exact"), self._phase("codec")
        others = {queue: self._others(queue) for queue in self._queues}
        ratios = {
            queue: {
                kind: round(_rate(made) / _best(others[queue][kind])[1], 2) for kind, made in kinds.items()
            }
            for queue, kinds in engine.items()
        }
        fp32 = others["mixed"]["fp32"]
        bf16 = "bf16" in self._precisions
        return {
            # Audio-seconds per second.
            "reference_one": _rate(others["one"]["fp32"]["transformers, 1 at once"]),
            "reference_batched": max(_rate(made) for name, made in fp32.items() if "transformers" in name),
            "reference_bf16": max(_rate(made) for name, made in others["mixed"]["bf16"].items()
                                  if "transformers" in name) if bf16 else None,
            "reference_best": {
                queue: {kind: _named(_best(made)) for kind, made in kinds.items()}
                for queue, kinds in others.items()
            },
            "engine_fp32": _rate(engine["mixed"]["fp32"]),
            "engine_bf16": _rate(engine["mixed"]["bf16"]) if bf16 else None,
            "ratio_fp32": ratios["mixed"]["fp32"],
            "ratio_bf16": ratios["mixed"].get("bf16"),
            "ratio_bf16_reason": None if bf16 else "this processor has no instructions for bf16",
            "ratios": ratios,
            # What broke has no figure: a ratio is against the best of the others that ran.
            "broken": self._broken,
            "openvino_reason": None if phases.has_openvino() else "openvino is not installed",
            **exact,
            "step_over_floors": {kind: made["step_over_floors"] for kind, made in step.items()},
            "step_over_roofline": {kind: made["step_over_roofline"] for kind, made in step.items()},
            "traffic_ratio": {who: traffic[who] for who in ("reference", "engine")},
            "codec": codec,
            "cpu": f"{device_name('cpu')}, {thread_count()} threads",
            "queue": {
                "clips": self._options.clips,
                "seconds": [round(SHORTEST_SHARE * self._options.longest, 2), self._options.longest],
                "tiny_dimensions": self._options.quick,
            },
            "details": {"engine": engine, "others": others, "step": step},
            "date": time.strftime("%Y-%m-%d"),
            "versions": {"torch": torch.__version__, "python": platform.python_version()},
        }  # fmt: skip

    def _others(self, queue: str) -> dict[str, dict[str, Result]]:
        """By precision and name, what the others make of a queue: each batch that it has clips for."""
        clips = self._queues[queue]["clips"]
        batches = [size for size in _BATCHES if size <= clips] or [clips]
        batches = batches[:1] if self._options.quick else batches
        return {
            kind: {name: made for size in batches for name, made in self._at_once(queue, dtype, size)}
            for kind, dtype in self._precisions.items()
        }

    def _at_once(self, queue: str, dtype: str, size: int) -> Iterator[tuple[str, Result]]:
        clips = self._queues[queue]["clips"]
        middle = clips if self._options.whole else size
        yield (
            f"transformers, {size} at once",
            self._phase("transformers", queue, dtype=dtype, batch=size, middle=middle),
        )
        if phases.has_openvino():
            yield from self._if_it_ran(f"OpenVINO, {size} at once", queue, dtype, size, 1, middle)
            if 2 * size <= max(clips, 8) and not self._options.quick:
                each = size if 2 * size <= clips else size // 2
                name = f"OpenVINO, two processes with {each} at once"
                yield from self._if_it_ran(name, queue, dtype, each, 2, max(middle, 2 * each))

    def _if_it_ran(self, name: str, queue: str, dtype: str, *more: int) -> Iterator[tuple[str, Result]]:
        """OpenVINO refuses some lengths of a clip, and that costs its own figure and no other."""
        try:
            yield name, self._openvino(queue, dtype, *more)
        except subprocess.CalledProcessError:
            self._broken.append(f"{name}: {queue}, {dtype}")

    def _openvino(self, queue: str, dtype: str, batch: int, processes: int, middle: int) -> Result:
        """Several processes run side by side, each with its share of threads and clips."""
        tasks = [
            {"dtype": dtype, "batch": batch, "middle": middle, "process": i, "processes": processes}
            for i in range(processes)
        ]
        with ThreadPoolExecutor(processes) as threads:
            made = list(threads.map(lambda task: self._phase("openvino", queue, **task), tasks))
        audio, seconds = sum(one["audio_seconds"] for one in made), max(one["seconds"] for one in made)
        if processes == 1:
            return made[0]
        return {
            "audio_seconds": audio,
            "audio_seconds_per_second": round(audio / seconds, 4),
            "processes": made,
        }

    def _phase(self, name: str, queue: str = "mixed", **more: Any) -> Result:
        say(f"{name}, {queue} {more or ''}")
        task = {"folder": str(self._folder), "quick": self._options.quick, "phase": name,
                **self._queues[queue], **more}  # fmt: skip
        result = phases.run(task) if self._options.quick else _in_a_process(task)
        say(f"  {result}")
        return result


def _rate(result: Result) -> float:
    return result["audio_seconds_per_second"]


def _named(best: tuple[str, float]) -> Result:
    return {"name": best[0], "rate": best[1]}


def _best(made: dict[str, Result]) -> tuple[str, float]:
    name = max(made, key=lambda name: _rate(made[name]))
    return name, _rate(made[name])


def _in_a_process(task: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, phases.__file__, json.dumps(task)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
