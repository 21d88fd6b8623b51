"""A list of checks becomes a list of results, one line each, within ten minutes."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

LIMIT_SECONDS = 600.0
_LONGEST_DETAIL = 600


class Fault(Exception):
    """What a check found wrong, as its line says it."""


@dataclass(frozen=True)
class Check:
    """run: returns what it found; raises Fault, or anything else, where something is wrong.

    advice: what to do then. needs_gpu: it says nothing on a machine without one.
    """

    name: str
    advice: str
    run: Callable[[], str]
    needs_gpu: bool = False


@dataclass(frozen=True)
class Result:
    name: str
    status: Literal["ok", "failed", "skipped"]
    detail: str
    advice: str | None  # only where it failed
    seconds: float

    def line(self) -> str:
        told = f"{'FAILED' if self.status == 'failed' else self.status:<8}{self.name:<12}{self.detail}"
        timed = f"{told} ({self.seconds:.1f} s)" if self.status != "skipped" else told
        return f"{timed}\n{'':<8}-> {self.advice}" if self.advice else timed


def run_checks(
    checks: Sequence[Check],
    device: str,
    tell: Callable[[Result], None],
    clock: Callable[[], float] = time.monotonic,
) -> list[Result]:
    """`tell` is called with each result as it is there. A check that would begin too late fails."""
    begun, results = clock(), []
    for check in checks:
        if check.needs_gpu and device != "cuda":
            result = Result(check.name, "skipped", "no GPU", None, 0.0)
        elif clock() - begun >= LIMIT_SECONDS:
            late = "not begun: the ten minutes are over"
            result = Result(check.name, "failed", late, "run it while the machine does nothing else", 0.0)
        else:
            result = _run(check, clock)
        results.append(result)
        tell(result)
    return results


def _run(check: Check, clock: Callable[[], float]) -> Result:
    begun = clock()

    def result(status: Literal["ok", "failed"], detail: str, advice: str | None) -> Result:
        return Result(check.name, status, detail[:_LONGEST_DETAIL], advice, round(clock() - begun, 1))

    try:
        return result("ok", check.run(), None)
    except Fault as fault:
        return result("failed", str(fault), check.advice)
    except Exception as error:  # a check's edge: what it could not do is its result
        traceback.print_exc()
        return result("failed", f"{type(error).__name__}: {error}", check.advice)


def summary(results: Sequence[Result], device: str) -> dict[str, Any]:
    return {
        "ok": all(result.status != "failed" for result in results),
        "device": device,
        "seconds": round(sum(result.seconds for result in results), 1),
        "checks": [asdict(result) for result in results],
    }


@contextmanager
def ended_in_time() -> Iterator[None]:
    """The process ends with status 1 when a check hangs past the limit: a kernel that never returns
    cannot be interrupted.
    """

    def end() -> None:
        sys.stderr.write(f"mgb-engine: a check hangs: ended after {LIMIT_SECONDS:g} s\n")
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(LIMIT_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
