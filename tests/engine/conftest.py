import os
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
# CUDA's kernels are tested on the CPU, where there is a Triton; it looks for this once, on import.
os.environ.setdefault("TRITON_INTERPRET", "1")
sys.path.insert(0, str(ROOT / "worker" / "engine"))
# Matrices this small gain nothing from a second thread, and the other processor runs other tests.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny random checkpoint, made once a run."""
    from mgb_engine.model.tiny_random import make_tiny_random

    return make_tiny_random(tmp_path_factory.mktemp("models") / "tiny-random")


@pytest.fixture(scope="session")
def parts(tiny: Path):
    from bench_of_parts import Parts

    return Parts(tiny)


@pytest.fixture(scope="session")
def stereo(tmp_path_factory: pytest.TempPathFactory):
    from bench_of_parts import Parts
    from mgb_engine.model.tiny_random import make_tiny_random

    return Parts(make_tiny_random(tmp_path_factory.mktemp("models") / "tiny-stereo", audio_channels=2))
