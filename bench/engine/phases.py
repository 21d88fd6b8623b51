"""The benchmark's phases. Each is run in a process of its own, with its own peak memory and threads."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "worker" / "engine"))
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import torch
from mgb_engine.engine.request import Submit
from mgb_engine.kernels.devices import thread_count, use_large_pages
from workload import measured, middle_of, queue_of


def reference(folder: Path, clips: list[Submit], batch: int) -> dict[str, Any]:
    """transformers' generate(), `batch` clips at once, text and codec included. clips: sorted by length."""
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    torch.set_num_threads(thread_count())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = MusicgenForConditionalGeneration.from_pretrained(folder).eval()

    @torch.inference_mode()
    def make(group: list[Submit], steps: int) -> None:
        text = tokenizer([clip.prompt for clip in group], return_tensors="pt", padding=True)
        model.generate(
            input_ids=text["input_ids"], attention_mask=text["attention_mask"], do_sample=True, top_k=250,
            guidance_scale=3.0, max_new_tokens=steps,
        )  # fmt: skip

    def work() -> float:
        for start in range(0, len(clips), batch):
            group = clips[start : start + batch]
            make(group, round(group[-1].duration_seconds * 50) + 3)
            print(f"  {start + len(group)}/{len(clips)} clips", file=sys.stderr, flush=True)
        return sum(clip.duration_seconds for clip in clips)

    make(clips[:1], 8)  # what only a first call does is not counted, as the engine's own start is not
    return {"clips": len(clips), **measured(work)}


def engine(folder: Path, clips: list[Submit], dtype: str) -> dict[str, Any]:
    """The whole engine, from the prompts to the written files."""
    from mgb_engine.io.local_engine import Event, LocalEngine

    ended = 0

    def tell(event: Event) -> None:
        nonlocal ended
        if event["type"] == "done":
            ended += 1
            print(f"  {ended}/{len(clips)} clips", file=sys.stderr, flush=True)

    with LocalEngine(str(folder), "cpu", dtype) as local:
        result = measured(lambda: sum(done["duration_seconds"] for done in local.make(clips, tell)))
        plan = local.engine.plan
        return {**result, "lanes": plan.lanes, "slots": plan.lanes * plan.slots}


def exact(folder: Path) -> dict[str, Any]:
    """Greedy codes of two clips made together, against generate()'s."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "engine"))
    from bench_of_parts import Parts, request

    parts = Parts(folder)
    asked = [request("a", duration_seconds=1.0), request("b", prompt="techno", duration_seconds=0.6)]
    made = parts.run([(0, asked[0]), (11, asked[1])])
    return {"token_exact": all(torch.equal(made[one.id], parts.reference_codes(one)) for one in asked)}


def roofline(dtype: str, quick: bool) -> dict[str, Any]:
    from roofline import measure_step

    use_large_pages()  # as the engine does
    return measure_step(getattr(torch, dtype), quick=quick)


def traffic(quick: bool) -> dict[str, Any]:
    from traffic import measure_traffic

    return measure_traffic(quick=quick)


def run(task: dict[str, Any]) -> dict[str, Any]:
    folder, quick = Path(task["folder"]), task["quick"]
    queue = queue_of(task["clips"], task["longest"])
    match task["phase"]:
        case "reference":
            result = reference(folder, middle_of(queue, task["middle"]), task["batch"])
        case "engine":
            result = engine(folder, queue, task["dtype"])
        case "exact":
            result = exact(folder)
        case "roofline":
            result = roofline(task["dtype"], quick)
        case "traffic":
            result = traffic(quick)
        case unknown:
            raise ValueError(f"expected a phase, got {unknown}")
    return {**result, "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
