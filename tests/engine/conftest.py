import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "worker" / "engine"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny random checkpoint, made once a run."""
    from mgb_engine.tiny_random import make_tiny_random

    return make_tiny_random(tmp_path_factory.mktemp("models") / "tiny-random")
