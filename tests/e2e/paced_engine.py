"""The engine with a pace: no step takes less than the first argument's milliseconds.

At 20 ms a clip takes as long to make as it plays, at least. What a test does in the middle of a clip then
comes in the middle of one, however fast the machine is.
"""

import functools
import os
import sys
import time

# torch reads it when it is loaded. Idle threads sleep: by polling they would take processors from others.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from mgb_engine import cli
from mgb_engine.engine.batch import Batch


def paced(step, seconds):
    """Wrap a step so that it takes so long."""

    @functools.wraps(step)
    def paced_step(*args):
        began = time.monotonic()
        step(*args)
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))

    return paced_step


Batch.step = paced(Batch.step, float(sys.argv.pop(1)) / 1000)
raise SystemExit(cli.main())
