"""`mgb-engine convert`: a checkpoint as one safetensors file in half precision, for a machine image.

The decoder's matrices become fp16, which is what CUDA computes with; the text encoder and the
codec stay float32, which is what they are computed in. What the engine never reads (the codec's
encoder) is left out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch

from mgb_engine.architecture import decoder_sizes
from mgb_engine.model_folder import ModelFolder
from mgb_engine.weights import Weights

_UNUSED = "audio_encoder.encoder."


def convert(folder: ModelFolder, out: Path) -> Path:
    """Returns the new weights' path. Raises ModelError for a checkpoint that is not MusicGen's."""
    from safetensors.torch import save_file

    decoder_sizes(folder.config)
    weights = Weights(folder.path)
    tensors = {
        name: weights(name, _dtype(name, weights)).clone().contiguous()
        for name in weights.names()
        if not name.startswith(_UNUSED)
    }
    out.mkdir(parents=True, exist_ok=True)
    for file in folder.path.iterdir():
        if file.suffix in (".json", ".model") and ".index." not in file.name:
            shutil.copy2(file, out / file.name)
    partial = out / ".model.safetensors.partial"
    save_file(tensors, partial, {"format": "pt"})
    partial.chmod(0o644)
    return partial.replace(out / "model.safetensors")


def _dtype(name: str, weights: Weights) -> torch.dtype:
    matrix = name.startswith("decoder.") and weights(name).dim() == 2
    return torch.float16 if matrix else torch.float32
