"""The process an agent drives: commands from stdin to the engine, events to stdout."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mgb_engine.engine.request import Submit
from mgb_engine.io.answers import Answers
from mgb_engine.io.channel import LONGEST_LINE, Channel, command_lines
from mgb_engine.io.protocol import BadLine, Cancel, Command, Drain, Shutdown, parse_line
from mgb_engine.io.start_failure import OutFolderError, failed_to_start
from mgb_engine.model.files import remove, remove_partial, write_whole

if TYPE_CHECKING:
    from mgb_engine.io.batch_engine import BatchEngine


@dataclass(frozen=True)
class EngineOptions:
    model: str  # a folder, a hub id, or tiny-random
    out: Path
    device: str = "auto"
    dtype: str = "auto"
    threads: int | None = None  # None: as many as are worth using here


def die_with_threads() -> None:
    """A thread that died would leave its clips without an answer: the process goes with it, and
    whoever started it hears of that.
    """

    def end(died: threading.ExceptHookArgs) -> None:
        sys.stderr.write(f"mgb-engine: the thread {died.thread and died.thread.name} died\n")
        traceback.print_exception(died.exc_type, died.exc_value, died.exc_traceback)
        sys.stderr.flush()
        os._exit(1)

    threading.excepthook = end


def serve(channel: Channel, options: EngineOptions) -> int:
    """Run until `shutdown` or the end of stdin. Returns the exit status: 2 when it could not start."""
    die_with_threads()
    answers = Answers(channel.send)
    try:
        engine = load_engine(options, answers)
    except Exception as error:  # whatever it is, whoever started the engine hears why there is none
        traceback.print_exc()
        channel.send(failed_to_start(error))
        return 2
    channel.send({**engine.description.ready(), "start": engine.start})
    for line in command_lines(sys.stdin.buffer):
        if line is None:
            answers.bad_line(None, f"expected lines of at most {LONGEST_LINE} bytes")
            continue
        try:
            command = parse_line(line)
        except BadLine as fault:
            answers.bad_line(fault.id, str(fault))
            continue
        if isinstance(command, Shutdown):
            engine.stop()
            return 0
        _obey(command, engine, answers)
    # The agent is gone: nobody waits for an answer, so nothing is worth an orderly end.
    sys.stderr.write("mgb-engine: stdin ended\n")
    sys.stderr.flush()
    os._exit(0)


def _obey(command: Command, engine: BatchEngine, answers: Answers) -> None:
    match command:
        case Submit():
            if answers.open(command.id):
                engine.submit(command)
            else:
                answers.bad_line(command.id, f"a request with id {command.id} is still open")
        case Cancel():
            engine.cancel(command.id)
        case Drain():
            engine.drain(command.within_seconds)


def load_engine(options: EngineOptions, answers: Answers) -> BatchEngine:
    """Raises ModelError, DeviceError or OutFolderError when one of them is not to be had."""
    _claim(options.out)
    import torch

    from mgb_engine.io.batch_engine import BatchEngine
    from mgb_engine.kernels.cuda import prefer_exact
    from mgb_engine.kernels.devices import pick_device, thread_count, use_large_pages
    from mgb_engine.model.model_folder import open_model

    use_large_pages()
    threads = options.threads or thread_count()
    torch.set_num_threads(threads)
    prefer_exact()
    folder, device = open_model(options.model, options.out), pick_device(options.device)
    return BatchEngine(folder, device, options.out, answers, options.dtype, threads)


def _claim(out: Path) -> None:
    """Nothing is loaded for a folder that cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        remove_partial(out)
        write_whole(probe := out / ".probe", b"x" * 4096)
        remove(probe)
    except OSError as error:
        raise OutFolderError(f"expected to write into {out}: {error}") from error
