"""The two ends of the pipe to the agent.

stdout belongs to the protocol alone. Libraries print there too, so the real descriptor is kept
aside and descriptor 1 is pointed at stderr before anything heavy is imported.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO


class Channel:
    """Writes events, one line each, from any thread. A reader that went away ends the process."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, event: dict[str, Any]) -> None:
        line = json.dumps(event, ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"
        data = line.encode("ascii")
        try:
            with self._lock:
                while data:
                    data = data[os.write(self._descriptor, data) :]
        except BrokenPipeError:
            # Nobody can be told anything any more, and work that nobody hears of is only cost.
            # os._exit: the threads at work hold no state worth an orderly end.
            sys.stderr.write("mgb-engine: the reader of stdout went away\n")
            os._exit(1)


def claim_stdout() -> Channel:
    """Take stdout for the protocol; from now on whatever prints, prints to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return Channel(kept)


LONGEST_LINE = 1 << 20  # bytes


def command_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of stdin until its end; None for one that is longer than LONGEST_LINE."""
    while line := stream.readline(LONGEST_LINE):
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line
