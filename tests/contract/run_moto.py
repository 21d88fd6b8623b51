"""Runs moto's server so that it never outlives the tests, not even when they are killed."""

import os
import signal
import sys
import threading

from moto.server import main


def end_with_parent():
    """Block until the parent is gone, then end this process group."""
    while sys.stdin.buffer.read(1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        sys.exit("expected to lead a process group of its own: it ends the whole group")
    threading.Thread(target=end_with_parent, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
