"""The benchmark's phases. Each is run in a process of its own, with its own peak memory and threads."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "worker" / "engine"))
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import torch
from mgb_engine.engine.request import Submit
from mgb_engine.kernels.devices import thread_count, use_large_pages
from workload import measured, middle_of, queue_of

# `npm run bench:engine` installs OpenVINO there, behind everything else: numpy is the engine's own.
_PACKAGES = Path(__file__).resolve().parents[2] / ".local" / "bench"
sys.path += [str(path) for path in _PACKAGES.glob("lib/python*/site-packages")]


def has_openvino() -> bool:
    return importlib.util.find_spec("openvino") is not None


def transformers(folder: Path, clips: list[Submit], dtype: str, batch: int) -> dict[str, Any]:
    """Its generate(), `batch` clips at once, text and codec included. clips: sorted by length."""
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    torch.set_num_threads(thread_count())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = MusicgenForConditionalGeneration.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()

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


def openvino(folder: Path, clips: list[Submit], dtype: str, batch: int, threads: int) -> dict[str, Any]:
    """As `transformers` above."""
    from openvino_reference import OpenVino

    torch.set_num_threads(threads)
    model = OpenVino(folder, batch, dtype, threads)

    def work() -> float:
        for start in range(0, len(clips), batch):
            for codes in model.make(clips[start : start + batch]):
                model.decode(codes)
            print(f"  {min(start + batch, len(clips))}/{len(clips)} clips", file=sys.stderr, flush=True)
        return sum(clip.duration_seconds for clip in clips)

    model.decode(model.make([replace(clips[0], duration_seconds=0.2)])[0])
    return {"clips": len(clips), **measured(work)}


def codec(folder: Path, seconds: float) -> dict[str, Any]:
    """Audio seconds a second of the codecs alone, clips of this length one after another."""
    from mgb_engine.model.architecture import codec_sizes, decoder_sizes
    from mgb_engine.model.codec import Codec
    from mgb_engine.model.model_folder import open_model
    from mgb_engine.model.weights import Weights

    config = open_model(str(folder), folder).config
    sizes, threads = decoder_sizes(config), thread_count()
    torch.set_num_threads(threads)
    books = sizes.codebooks // sizes.channels
    ours = Codec(codec_sizes(config), books, Weights(folder), "cpu", threads=threads)
    frames = torch.randint(sizes.codes, (4, books, round(seconds * 50)))
    contestants: dict[str, Callable[[], Any]] = {"engine": lambda: ours.decode(list(frames))}
    if has_openvino():
        from openvino_reference import OpenVino

        theirs = OpenVino(folder, 1, "float32", threads)
        contestants["openvino"] = lambda: [theirs.decode(one) for one in frames]
    rates: dict[str, float] = {}
    for name, decode in contestants.items():
        decode()
        rates[name] = measured(lambda decode=decode: (decode(), 4 * seconds)[1])["audio_seconds_per_second"]
    return rates


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
    wanted = {one.id: parts.reference_codes(one) for one in asked}
    result = {"token_exact": all(torch.equal(made[id], codes) for id, codes in wanted.items())}
    if has_openvino():
        from openvino_reference import OpenVino

        # Of one length: what is behind a clip's end goes into the last codebooks of its last frames.
        equal = [replace(one, duration_seconds=1.0) for one in asked]
        theirs = zip(equal, OpenVino(folder, 2, "float32", 1).make(equal, greedy=True), strict=True)
        result["openvino_exact"] = all(
            torch.equal(parts.reference_codes(one), codes) for one, codes in theirs
        )
    return result


def roofline(dtype: str, quick: bool) -> dict[str, Any]:
    from roofline import measure_step

    use_large_pages()  # as the engine does
    return measure_step(getattr(torch, dtype), quick=quick)


def traffic(quick: bool) -> dict[str, Any]:
    from traffic import measure_traffic

    return measure_traffic(quick=quick)


def run(task: dict[str, Any]) -> dict[str, Any]:
    folder, quick = Path(task["folder"]), task["quick"]
    queue = queue_of(task["clips"], task["longest"], equal=task.get("equal", False))
    match task["phase"]:
        case "transformers":
            result = transformers(folder, middle_of(queue, task["middle"]), task["dtype"], task["batch"])
        case "openvino":
            # Of several processes each has its own share, as mixed as the whole.
            mine = middle_of(queue, task["middle"])[task["process"] :: task["processes"]]
            threads = max(1, thread_count() // task["processes"])
            result = openvino(folder, mine, task["dtype"], task["batch"], threads)
        case "codec":
            result = codec(folder, task["longest"])
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
