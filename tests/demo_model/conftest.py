import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tools"), str(ROOT / "worker" / "engine"), str(ROOT / "tests" / "engine")]

import torch  # noqa: E402

# Matrices this small gain nothing from a second thread, and lose much on a busy machine.
torch.set_num_threads(1)
