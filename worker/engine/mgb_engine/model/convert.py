"""`mgb-engine convert`: a checkpoint as one safetensors file in half precision, for a machine image.

What is computed in half precision on CUDA, the matrices of the decoder's layers, is stored so;
everything else is computed in float32 and stays: a clip's codes are those of the original. The
digest of the weights is stored beside them, so that a boot need not read 13 GB twice.
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import BinaryIO

import torch

from mgb_engine.model.architecture import decoder_sizes
from mgb_engine.model.decoder import LAYERS
from mgb_engine.model.files import whole_file
from mgb_engine.model.model_folder import ModelFolder, store_digest
from mgb_engine.model.weights import Weights

_CODES = {torch.float16: "F16", torch.float32: "F32"}


def convert(folder: ModelFolder, out: Path) -> Path:
    """Returns the new weights' path. Raises ModelError for a checkpoint that is not MusicGen's."""
    decoder_sizes(folder.config)
    weights = Weights(folder.path)
    out.mkdir(parents=True, exist_ok=True)
    for file in folder.path.iterdir():
        if file.suffix in (".json", ".model") and ".index." not in file.name:
            shutil.copy2(file, out / file.name)
    path = out / "model.safetensors"
    with whole_file(path) as file:
        _write(file, weights, weights.names())
    store_digest(out)
    return path


def _write(file: BinaryIO, weights: Weights, names: list[str]) -> None:
    """The format's own writer wants every tensor in memory, twice; large has 13 GB of them.

    A safetensors file is the length of its header (8 bytes), the header (JSON), then the tensors.
    """
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name in names:
        shape, dtype = weights.shape(name), _dtype(name, weights)
        start, end = end, end + math.prod(shape) * dtype.itemsize
        header[name] = {"dtype": _CODES[dtype], "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # tensors begin at a multiple of 8
    file.write(len(text).to_bytes(8, "little") + text)
    for name in names:
        tensor = weights(name, _dtype(name, weights)).contiguous()
        file.write(tensor.reshape(-1).view(torch.uint8).numpy())


def _dtype(name: str, weights: Weights) -> torch.dtype:
    matrix = name.startswith(LAYERS) and len(weights.shape(name)) == 2
    return torch.float16 if matrix else torch.float32
