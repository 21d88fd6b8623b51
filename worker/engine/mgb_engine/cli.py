"""`mgb-engine`: the commands."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgb_engine.io.protocol import BadLine, parse_submit, read_json
from mgb_engine.kernels.devices import DeviceError
from mgb_engine.model.architecture import STRIDE_SECONDS
from mgb_engine.model.model_folder import ModelError

if TYPE_CHECKING:
    from mgb_engine.check.report import Result

_DEVICES = ["auto", "cpu", "cuda"]
_DTYPES = ["auto", "float32", "bfloat16", "float16"]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # Before transformers is imported anywhere; a log of its progress bars helps nobody.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mgb-engine", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="make clips for an agent: JSON lines on stdin and stdout")
    serve.add_argument("--model", required=True, help="a folder, a hub id, or tiny-random")
    serve.add_argument("--out", required=True, type=Path, help="folder for the audio files")
    serve.add_argument("--device", choices=_DEVICES, default="auto")
    serve.add_argument("--dtype", choices=_DTYPES, default="auto")
    serve.set_defaults(run=_serve)

    tiny = commands.add_parser("tiny-random", help="write the tiny random checkpoint")
    tiny.add_argument("--out", required=True, type=Path, help="folder to write it to")
    tiny.set_defaults(run=_tiny_random)

    convert = commands.add_parser("convert", help="write a checkpoint as fp16 safetensors, for an image")
    convert.add_argument("--model", required=True, help="a folder or a hub id")
    convert.add_argument("--out", required=True, type=Path, help="folder to write it to")
    convert.set_defaults(run=_convert)

    generate = commands.add_parser("generate", help="make one clip")
    generate.add_argument("prompt")
    generate.add_argument("-o", "--output", required=True, type=Path, help="x.wav, x.flac, x.mp3 or x.ogg")
    generate.add_argument("--model", required=True, help="a folder, a hub id, or tiny-random")
    generate.add_argument("--device", choices=_DEVICES, default="auto")
    generate.add_argument("--seconds", type=float, default=10.0)
    generate.add_argument("--seed", type=int, default=0)
    generate.add_argument("--temperature", type=float, default=1.0)
    generate.add_argument("--top-k", type=int, default=250)
    generate.add_argument("--top-p", type=float, default=0.0)
    generate.add_argument("--guidance", type=float, default=3.0)
    generate.add_argument("--fade-out", type=float, default=0.0, help="seconds of fade at the end")
    generate.set_defaults(run=_generate)

    bench = commands.add_parser("bench", help="measure how fast this machine makes clips")
    bench.add_argument("--model", required=True, help="a folder, a hub id, or tiny-random")
    bench.add_argument("--device", choices=_DEVICES, default="auto")
    bench.add_argument("--dtype", choices=_DTYPES, default="auto")
    bench.add_argument("--seconds", type=float, nargs="+", default=[10.0, 30.0], help="lengths of the clips")
    bench.add_argument("--json", action="store_true", help="print the result on one line")
    bench.set_defaults(run=_bench)

    check = commands.add_parser("check", help="does it work on this machine, is it exact, how fast is it")
    check.add_argument("--model", help="a folder or a hub id to try besides the tiny random checkpoint")
    check.add_argument("--device", choices=_DEVICES, default="auto")
    check.add_argument("--json", action="store_true", help="print the result on one line")
    check.set_defaults(run=_check)

    words = commands.add_parser("words", help="which words of prompts the model takes: JSON texts on stdin")
    words.add_argument("--model", required=True, type=Path, help="a folder")
    words.set_defaults(run=_words)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from mgb_engine.io.channel import claim_stdout

    channel = claim_stdout()
    from mgb_engine.io.serve import EngineOptions, serve

    return serve(channel, EngineOptions(options.model, options.out, options.device, options.dtype))


def _tiny_random(options: argparse.Namespace) -> int:
    from mgb_engine.model.tiny_random import make_tiny_random

    options.out.parent.mkdir(parents=True, exist_ok=True)
    make_tiny_random(options.out)
    sys.stderr.write(f"wrote {options.out}\n")
    return 0


def _convert(options: argparse.Namespace) -> int:
    from mgb_engine.model.convert import convert
    from mgb_engine.model.model_folder import open_model

    try:
        written = convert(open_model(options.model, options.out), options.out)
    except ModelError as error:
        return _refused(error)
    sys.stderr.write(f"wrote {written}\n")
    return 0


def _generate(options: argparse.Namespace) -> int:
    from mgb_engine.io.local_engine import ClipFailed, LocalEngine
    from mgb_engine.model.files import write_whole

    try:
        request = parse_submit(
            {
                "id": "generate", "prompt": options.prompt, "duration_seconds": options.seconds,
                "seed": options.seed, "temperature": options.temperature, "top_k": options.top_k,
                "top_p": options.top_p, "guidance_scale": options.guidance,
                "extend_stride": STRIDE_SECONDS, "continue_from": None, "resume": None,
                "output": {
                    "format": options.output.suffix.removeprefix("."), "normalize": "loudness",
                    "fade_out_seconds": options.fade_out,
                    "only_new": False,
                },
            }
        )  # fmt: skip
        with LocalEngine(options.model, options.device) as local:
            [answer] = local.make([request], _tell_progress)
            write_whole(options.output, Path(answer["path"]).read_bytes())
    except (BadLine, ModelError, DeviceError) as error:
        return _refused(error)
    except (ClipFailed, OSError) as error:
        return _failed(error)
    made, worked = answer["duration_seconds"], answer["gpu_seconds"]
    sys.stderr.write(f"\r{options.output}: {made:g} s of audio, {worked:g} s of work\n")
    return 0


def _tell_progress(event: dict[str, Any]) -> None:
    if event["type"] == "progress":
        sys.stderr.write(f"\r{event['step']}/{event['steps']} steps")


def _bench(options: argparse.Namespace) -> int:
    from mgb_engine.io.bench import bench, table
    from mgb_engine.io.local_engine import ClipFailed

    try:
        result = bench(options.model, options.device, options.dtype, options.seconds)
    except (BadLine, ModelError, DeviceError) as error:
        return _refused(error)
    except ClipFailed as error:
        return _failed(error)
    sys.stdout.write(json.dumps(result) + "\n" if options.json else table(result))
    return 0


def _check(options: argparse.Namespace) -> int:
    from mgb_engine.check.suite import check
    from mgb_engine.kernels.devices import pick_device

    def tell(result: Result) -> None:
        if not options.json:
            print(result.line(), flush=True)

    try:
        result = check(options.model, pick_device(options.device), tell)
    except (ModelError, DeviceError) as error:
        return _refused(error)
    if options.json:
        print(json.dumps(result))
    return 0 if result["ok"] else 1


def _words(options: argparse.Namespace) -> int:
    from mgb_engine.model.words import Vocabulary

    try:
        vocabulary = Vocabulary(options.model)
        for line in sys.stdin:
            prompt = read_json(line)
            if not isinstance(prompt, str):
                raise ValueError(f"expected a JSON text a line, got {line[:60].strip()}")
            sys.stdout.write(json.dumps(vars(vocabulary.read(prompt))) + "\n")
    except (ModelError, ValueError) as error:
        return _refused(error)
    return 0


def _refused(error: Exception) -> int:
    sys.stderr.write(f"mgb-engine: {error}\n")
    return 2


def _failed(error: Exception) -> int:
    sys.stderr.write(f"\nmgb-engine: {error}\n")
    return 1
