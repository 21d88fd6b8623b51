"""Compile CUDA's attention kernel for GPUs that are not here, and say what their machine code needs.

    machine_code.py < [[75, 16, 64], …]   compute capability, heads, width of a head

Prints a list of {registers, local_bytes, loads}: loads are the widths in bits of what is loaded from
the cache's memory. To be run in a process without Triton's interpreter; no GPU is asked for anything.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import triton
from mgb_engine.kernels import attention_cuda
from mgb_engine.kernels.cache import PAGE
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

TYPES = {
    "qkv": "*fp16", "keys": "*fp16", "values": "*fp16", "pages": "*i32", "lengths": "*i32", "out": "*fp16",
    "width": "i32", "scale": "fp32", "ROW": "constexpr", "H": "constexpr", "D": "constexpr",
    "PAGE": "constexpr",
}  # fmt: skip
CUOBJDUMP = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"


def compiled(capability: int, heads: int, size: int):
    sizes = {"ROW": 3 * heads * size, "H": heads, "D": size, "PAGE": PAGE}
    # As a launch has it: torch's tensors begin at multiples of 16 bytes. `width` is told nothing of.
    aligned = {(i,): [["tt.divisibility", 16]] for i, kind in enumerate(TYPES.values()) if kind[0] == "*"}
    source = ASTSource(fn=attention_cuda._attend_rows, signature=TYPES, constexprs=sizes, attrs=aligned)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32))


def needs(capability: int, heads: int, size: int) -> dict:
    kernel = compiled(capability, heads, size)
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(kernel.asm["cubin"])
        file.flush()
        command = [CUOBJDUMP, "--dump-resource-usage", file.name]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    [registers] = re.findall(r"REG:(\d+)", told)
    loads = re.findall(r"ld\.global(?:\.\w+)*?(?:\.v(\d))?\.b(\d+)", kernel.asm["ptx"])
    return {
        "registers": int(registers),
        "local_bytes": sum(map(int, re.findall(r"(?:STACK|LOCAL):(\d+)", told))),
        "loads": [int(count or 1) * int(bits) for count, bits in loads],
    }


if __name__ == "__main__":
    print(json.dumps([needs(*kind) for kind in json.load(sys.stdin)]))
