"""Where a checkpoint lies, how it is shown, and which revision of it this is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mgb_engine.model.files import write_whole
from mgb_engine.model.tiny_random import NAME_FIELD, make_tiny_random

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BESIDES = ["*.json", "*.model"]
_DIGEST = "weights.digest.json"
# Repositories also hold the authors' own pickles and weights for other libraries: named exactly,
# the one kind is not downloaded for the other.
_KINDS = (("model", ".safetensors"), ("pytorch_model", ".bin"))


class ModelError(RuntimeError):
    """The checkpoint is missing, damaged, or of a kind this engine does not run."""


class ModelNotFoundError(ModelError):
    """There is no such folder, and no such model on the hub, or the hub cannot be reached."""


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
    """The files that hold the weights: one, or the shards that an index names; safetensors first.

    Raises ModelError when there are none, or when a shard is missing.
    """
    for stem, ending in _KINDS:
        if (whole := folder / f"{stem}{ending}").exists():
            return [whole]
        if (index := folder / f"{stem}{ending}.index.json").exists():
            return _shards(index)
    names = " or ".join(stem + ending for stem, ending in _KINDS)
    raise ModelError(f"expected weights ({names}, or their index and shards) in {folder}, found none")


def read_tokenizer(folder: Path) -> Tokenizer:
    """Of whole prompts. Raises ModelError when the folder has no tokenizer.json, or a damaged one."""
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exceptions
        raise ModelError(f"expected a tokenizer in {file}: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _shards(index: Path) -> list[Path]:
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(f"expected a weight_map in {index}: {error!r}") from error
    if missing := [name for name in names if not (index.parent / name).exists()]:
        raise ModelError(f"expected {', '.join(missing)} beside {index.name} in {index.parent}")
    return [index.parent / name for name in names]


def _download(model: str) -> Path:
    """The repository's folder in the local cache; without a network what is there already."""
    from huggingface_hub import snapshot_download

    try:
        for stem, ending in _KINDS:
            path = Path(snapshot_download(model, allow_patterns=[*_BESIDES, f"{stem}*{ending}"]))
            if any(path.glob(f"{stem}*{ending}")):
                break
        return path
    except Exception as error:  # the hub client raises many unrelated types; all mean "not here"
        raise ModelNotFoundError(f"expected {model} to be a folder or a model on the hub: {error}") from error


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"expected a config.json in {path}: {error}") from error
    if not isinstance(config, dict):
        raise ModelError(f"expected a JSON object in {path}/config.json")
    if config.get("model_type") != "musicgen":
        raise ModelError(f"expected a musicgen checkpoint, got model_type {config.get('model_type')!r}")
    return config


def store_digest(folder: Path) -> None:
    """Beside the weights, so that opening the folder need not read them. Raises OSError, ModelError."""
    text = json.dumps({"sha256": _digest(folder), "bytes": _sizes(folder)}, indent=1)
    write_whole(folder / _DIGEST, text + "\n")


def _revision(path: Path) -> str:
    return (_stored_digest(path) or _digest(path))[:12]


def _stored_digest(path: Path) -> str | None:
    """None where there is none, or one of other files or of files that were written to after it."""
    try:
        stored = json.loads((path / _DIGEST).read_text(encoding="utf-8"))
        newest = max(file.stat().st_mtime_ns for file in weight_files(path))
        is_of_these = stored["bytes"] == _sizes(path) and newest <= (path / _DIGEST).stat().st_mtime_ns
        return str(stored["sha256"]) if is_of_these else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sizes(path: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in weight_files(path)}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in weight_files(path):
        with file.open("rb") as stream:
            while piece := stream.read(1 << 22):
                digest.update(piece)
    return digest.hexdigest()
