"""CUDA's attention kernels as machine code for every GPU it may meet, without one of them here.

Triton is no dependency of the tests (190 MB to fetch, 690 on the disk, for one file): where it is not
installed they are skipped. docs/engine.md has the command that runs them.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("triton"),
    reason="Triton comes with torch's CUDA builds, and this is another",
)
# T4; A100; A10G; L4; H100.
CAPABILITIES = [75, 80, 86, 89, 90]
# (heads, width of a head) of small, medium, large, the demo model and tiny-random.
SHAPES = [(16, 64), (24, 64), (32, 64), (6, 32), (4, 8)]
NAMES = ["_write_last", "_attend_chunks", "_add_chunks"]
KINDS = [(name, capability, *shape) for name in NAMES for capability in CAPABILITIES for shape in SHAPES]


def named(kind):
    return f"{kind[0]}-sm_{kind[1]}-{kind[2]}x{kind[3]}"


@pytest.fixture(scope="module")
def needs(tmp_path_factory):
    """What each kernel needs for each GPU and model, compiled in a process without the interpreter."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    environment["TRITON_CACHE_DIR"] = str(tmp_path_factory.mktemp("triton"))
    program = Path(__file__).parent / "machine_code.py"
    run = subprocess.run(
        [sys.executable, program], input=json.dumps(KINDS), env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return dict(zip(KINDS, json.loads(run.stdout), strict=True))


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_kernel_keeps_its_numbers_in_registers(needs, kind):
    assert needs[kind]["local_bytes"] == 0
    assert needs[kind]["registers"] <= 128


@pytest.mark.parametrize(
    "kind",
    # A page of tiny-random is 4 numbers a thread: 64 bits are all there is to load.
    [kind for kind in KINDS if kind[0] == "_attend_chunks" and kind[3] > 8],
    ids=named,
)
def test_keys_and_values_are_loaded_by_128_bits(needs, kind):
    assert needs[kind]["loads"].count(128) >= 2  # of keys, of values
