"""`mgb-engine`: the commands."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgb_engine.engine.request import Output, Submit
from mgb_engine.io.local_engine import ClipFailed, LocalEngine
from mgb_engine.io.protocol import BadLine, parse_command, read_json
from mgb_engine.kernels.devices import DeviceError
from mgb_engine.model.model_folder import ModelError

if TYPE_CHECKING:
    from mgb_engine.check.report import Result

_DEVICES = ["auto", "cpu", "cuda"]
_DTYPES = ["auto", "float32", "bfloat16", "float16"]
_ANY_MODEL = "a folder, a hub id, or tiny-random"


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 where it did not go well, 2 where what was asked for is refused."""
    options = _parser().parse_args(arguments)
    # Before transformers is imported anywhere; a log of its progress bars helps nobody.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    try:
        return options.run(options) or 0
    except (BadLine, ModelError, DeviceError) as error:
        sys.stderr.write(f"mgb-engine: {error}\n")
        return 2
    except (ClipFailed, OSError) as error:
        sys.stderr.write(f"\nmgb-engine: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mgb-engine", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    on_device, in_dtype, as_json = (argparse.ArgumentParser(add_help=False) for _ in range(3))
    on_device.add_argument("--device", choices=_DEVICES, default="auto")
    in_dtype.add_argument("--dtype", choices=_DTYPES, default="auto")
    as_json.add_argument("--json", action="store_true", help="print the result on one line")

    told = "make clips for an agent: JSON lines on stdin and stdout"
    serve = commands.add_parser("serve", help=told, parents=[on_device, in_dtype])
    serve.add_argument("--model", required=True, help=_ANY_MODEL)
    serve.add_argument("--out", required=True, type=Path, help="folder for the audio files")
    serve.set_defaults(run=_serve)

    tiny = commands.add_parser("tiny-random", help="write the tiny random checkpoint")
    tiny.add_argument("--out", required=True, type=Path, help="folder to write it to")
    tiny.set_defaults(run=_tiny_random)

    convert = commands.add_parser("convert", help="write a checkpoint as fp16 safetensors, for an image")
    convert.add_argument("--model", required=True, help="a folder or a hub id")
    convert.add_argument("--out", required=True, type=Path, help="folder to write it to")
    convert.set_defaults(run=_convert)

    generate = commands.add_parser("generate", help="make one clip", parents=[on_device])
    generate.add_argument("prompt")
    generate.add_argument("-o", "--output", required=True, type=Path, help="x.wav, x.flac, x.mp3 or x.ogg")
    generate.add_argument("--model", required=True, help=_ANY_MODEL)
    generate.add_argument("--seconds", type=float, default=10.0)
    generate.add_argument("--seed", type=int, default=0)
    generate.add_argument("--temperature", type=float, default=Submit.temperature)
    generate.add_argument("--top-k", type=int, default=Submit.top_k)
    generate.add_argument("--top-p", type=float, default=Submit.top_p)
    generate.add_argument("--guidance", type=float, default=Submit.guidance_scale)
    generate.add_argument("--fade-out", type=float, default=0.0, help="seconds of fade at the end")
    generate.set_defaults(run=_generate)

    told = "measure how fast this machine makes clips"
    bench = commands.add_parser("bench", help=told, parents=[on_device, in_dtype, as_json])
    bench.add_argument("--model", required=True, help=_ANY_MODEL)
    bench.add_argument("--seconds", type=float, nargs="+", default=[10.0, 30.0], help="lengths of the clips")
    bench.set_defaults(run=_bench)

    told = "does it work on this machine, is it exact, how fast is it"
    check = commands.add_parser("check", help=told, parents=[on_device, as_json])
    check.add_argument("--model", help="a folder or a hub id to try besides the tiny random checkpoint")
    check.set_defaults(run=_check)

    words = commands.add_parser("words", help="which words of prompts the model takes: JSON texts on stdin")
    words.add_argument("--model", required=True, type=Path, help="a folder")
    words.set_defaults(run=_words)
    return parser


# What a command alone needs is imported in it: `words` answers well before torch is there.
def _serve(options: argparse.Namespace) -> int:
    from mgb_engine.io.channel import claim_stdout

    channel = claim_stdout()
    from mgb_engine.io.serve import EngineOptions, serve

    return serve(channel, EngineOptions(options.model, options.out, options.device, options.dtype))


def _tiny_random(options: argparse.Namespace) -> None:
    from mgb_engine.model.tiny_random import make_tiny_random

    options.out.parent.mkdir(parents=True, exist_ok=True)
    make_tiny_random(options.out)
    sys.stderr.write(f"wrote {options.out}\n")


def _convert(options: argparse.Namespace) -> None:
    from mgb_engine.model.convert import convert
    from mgb_engine.model.model_folder import open_model

    written = convert(open_model(options.model, options.out), options.out)
    sys.stderr.write(f"wrote {written}\n")


def _generate(options: argparse.Namespace) -> None:
    from mgb_engine.model.files import write_whole

    output = Output(options.output.suffix.removeprefix("."), "loudness", options.fade_out)
    asked = Submit(
        "generate", options.prompt, options.seconds, options.seed, options.temperature, options.top_k,
        options.top_p, options.guidance, output,
    )  # fmt: skip
    request = parse_command(Submit, asdict(asked))
    with LocalEngine(options.model, options.device) as local:
        [answer] = local.make([request], _tell_progress)
        write_whole(options.output, Path(answer["path"]).read_bytes())
    made, worked = answer["duration_seconds"], answer["gpu_seconds"]
    sys.stderr.write(f"\r{options.output}: {made:g} s of audio, {worked:g} s of work\n")


def _tell_progress(event: dict[str, Any]) -> None:
    if event["type"] == "progress":
        sys.stderr.write(f"\r{event['step']}/{event['steps']} steps")


def _bench(options: argparse.Namespace) -> None:
    from mgb_engine.io.bench import bench, table

    result = bench(options.model, options.device, options.dtype, options.seconds)
    sys.stdout.write(json.dumps(result) + "\n" if options.json else table(result))


def _check(options: argparse.Namespace) -> int:
    from mgb_engine.check.suite import check
    from mgb_engine.kernels.devices import pick_device

    def tell(result: Result) -> None:
        if not options.json:
            print(result.line(), flush=True)

    result = check(options.model, pick_device(options.device), tell)
    if options.json:
        print(json.dumps(result))
    return 0 if result["ok"] else 1


def _words(options: argparse.Namespace) -> None:
    from mgb_engine.model.words import Vocabulary

    vocabulary = Vocabulary(options.model)
    for line in sys.stdin:
        try:
            prompt = read_json(line)
        except ValueError as error:
            raise BadLine(str(error)) from error
        if not isinstance(prompt, str):
            raise BadLine(f"expected a JSON text a line, got {line[:60].strip()}")
        sys.stdout.write(json.dumps(vars(vocabulary.read(prompt))) + "\n")
