"""For a server whose parent holds the other end of its stdin: it never outlives that parent."""

import os
import signal
import sys
import threading


def end_with_parent():
    """From now on the whole process group ends as soon as stdin closes, whatever ended the parent."""
    if os.getpgrp() != os.getpid():
        sys.exit("expected to lead a process group of its own: it ends the whole group")
    threading.Thread(target=_wait_and_end, daemon=True).start()


def _wait_and_end():
    while sys.stdin.buffer.read(1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)
