"""Where a checkpoint lies, how it is shown, and which revision of it this is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mgb_engine.tiny_random import NAME_FIELD, make_tiny_random

_WANTED = ["*.json", "*.safetensors", "*.bin", "*.model"]


class ModelError(RuntimeError):
    """The checkpoint is missing, damaged, or of a kind this engine does not run."""


@dataclass(frozen=True)
class ModelFolder:
    path: Path
    name: str
    revision: str  # first 12 hex digits of the SHA-256 over its weights
    config: dict[str, Any]


def open_model(model: str, scratch: Path) -> ModelFolder:
    """Find `model`: a folder, the word `tiny-random`, or a repository on the hub.

    A folder never touches the network. `scratch` is where tiny-random is made. Raises ModelError.
    """
    if model == "tiny-random":
        path, name = make_tiny_random(scratch / "tiny-random"), model
    elif Path(model).is_dir():
        path, name = Path(model), Path(model).resolve().name
    else:
        path, name = _download(model), model
    os.environ["HF_HUB_OFFLINE"] = "1"  # everything is here: no library asks the hub from now on
    config = _read_config(path)
    return ModelFolder(path, str(config.get(NAME_FIELD, name)), _revision(path), config)


def weight_files(folder: Path) -> list[Path]:
    """The files that hold the weights, safetensors before the older pickles, in a fixed order."""
    for pattern in ("*.safetensors", "pytorch_model*.bin"):
        if found := sorted(folder.glob(pattern)):
            return found
    raise ModelError(f"expected weights (*.safetensors or pytorch_model*.bin) in {folder}, found none")


def _download(model: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, allow_patterns=_WANTED))
    except Exception as error:  # the hub client raises many unrelated types; all mean "not here"
        raise ModelError(f"expected {model} to be a folder or a model on the hub: {error}") from error


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"expected a config.json in {path}: {error}") from error
    if config.get("model_type") != "musicgen":
        raise ModelError(f"expected a musicgen checkpoint, got model_type {config.get('model_type')!r}")
    return config


def _revision(path: Path) -> str:
    digest = hashlib.sha256()
    for file in weight_files(path):
        with file.open("rb") as stream:
            while piece := stream.read(1 << 22):
                digest.update(piece)
    return digest.hexdigest()[:12]
