"""Compile CUDA's attention kernels for GPUs that are not here, and say what their machine code needs.

    machine_code.py < [["_attend_chunks", 75, 16, 64], …]   kernel, compute capability, heads, width of a head

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
    "sums": "*fp32", "tops": "*fp32", "totals": "*fp32", "width": "i32", "chunks": "i32", "scale": "fp32",
}  # fmt: skip
CUOBJDUMP = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"


def compiled(name: str, capability: int, heads: int, size: int):
    kernel = getattr(attention_cuda, name)
    sizes = {"ROW": 3 * heads * size, "H": heads, "D": size, "PAGE": PAGE, "CHUNK": attention_cuda.CHUNK}
    types = {name: TYPES.get(name, "constexpr") for name in kernel.arg_names}
    # As a launch has it: torch's tensors begin at multiples of 16 bytes. `width` is told nothing of.
    aligned = {(i,): [["tt.divisibility", 16]] for i, kind in enumerate(types.values()) if kind[0] == "*"}
    sizes = {name: value for name, value in sizes.items() if name in types}
    source = ASTSource(fn=kernel, signature=types, constexprs=sizes, attrs=aligned)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32))


def needs(name: str, capability: int, heads: int, size: int) -> dict:
    kernel = compiled(name, capability, heads, size)
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
