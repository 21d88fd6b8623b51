"""The engine of a machine without an image: it loads its first argument, whatever model it is told to."""

import os
import sys

# torch reads it when it is loaded. Idle threads sleep: by polling they would take processors from others.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from mgb_engine import cli

model = sys.argv.pop(1)
sys.argv[sys.argv.index("--model") + 1] = model
raise SystemExit(cli.main())
