"""A checkpoint whose file is one large hole: it takes no disk, and is read like a real one.

As a program it loads or converts such a checkpoint and prints by how much the process's own memory
grew at most: mapped pages of the file, which the system drops when it likes, do not count.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "worker" / "engine"))

import torch
from mgb_engine.model import convert
from mgb_engine.model.architecture import decoder_sizes
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.model_folder import ModelFolder
from mgb_engine.model.weights import Weights

LAYERS, WIDTH = 8, 1024  # musicgen-small's layers, a third of them
CONFIG = {
    "decoder": {
        "num_hidden_layers": LAYERS, "hidden_size": WIDTH, "num_attention_heads": 16,
        "ffn_dim": 4 * WIDTH, "num_codebooks": 4, "vocab_size": 2048,
    }
}  # fmt: skip


def write_hollow(folder: Path) -> int:
    """Write model.safetensors with a decoder of zeros in float32. Returns their bytes."""
    header, end = {}, 0
    for name, shape in _shapes().items():
        start, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + end)
    return end


def _shapes() -> dict[str, tuple[int, ...]]:
    at = "decoder.model.decoder."
    shapes: dict[str, tuple[int, ...]] = {}
    for k in range(4):
        shapes[f"{at}embed_tokens.{k}.weight"] = (2049, WIDTH)
        shapes[f"decoder.lm_heads.{k}.weight"] = (2048, WIDTH)
    norms = [f"{at}layer_norm"]
    for layer in (f"{at}layers.{i}." for i in range(LAYERS)):
        for attention in ("self_attn", "encoder_attn"):
            for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                shapes[f"{layer}{attention}.{part}.weight"] = (WIDTH, WIDTH)
        shapes[f"{layer}fc1.weight"], shapes[f"{layer}fc2.weight"] = (4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH)
        norms += [f"{layer}{name}_layer_norm" for name in ("self_attn", "encoder_attn", "final")]
    for norm in norms:
        shapes[f"{norm}.weight"] = shapes[f"{norm}.bias"] = (WIDTH,)
    return shapes


class _Watched(Weights):
    highest = 0

    def __call__(self, *arguments: Any, **named: Any) -> torch.Tensor:
        tensor = super().__call__(*arguments, **named)
        _Watched.highest = max(_Watched.highest, _private_bytes())
        return tensor


def _private_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("RssAnon:"))


def main(what: str, folder: Path) -> None:
    before, kept = _private_bytes(), None
    if what == "load":
        kept: Any = Decoder(decoder_sizes(CONFIG), _Watched(folder), torch.float32, "cpu")
    else:
        convert.Weights = _Watched
        convert.convert(ModelFolder(folder, "hollow", "0", CONFIG), folder / "half")
    print(max(_Watched.highest, _private_bytes()) - before)
    del kept


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
