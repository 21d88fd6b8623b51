"""Tensors of a checkpoint, read one at a time from mapped files: never a second whole copy."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from mgb_engine.model.model_folder import ModelError, weight_files


@dataclass(frozen=True)
class _Stored:
    shape: tuple[int, ...]
    read: Callable[[], Tensor]


class Weights:
    """Every tensor of a folder by name: safetensors (one file or shards) or older pickles.

    Raises ModelError when a file cannot be read.
    """

    def __init__(self, folder: Path | None = None):
        self._stored: dict[str, _Stored] = {}
        for file in weight_files(folder) if folder else ():
            try:
                self._map_safetensors(file) if file.suffix == ".safetensors" else self._map_pickle(file)
            except Exception as error:  # each reader has its own words for a damaged file
                raise ModelError(f"expected {file} to hold tensors: {error}") from error

    def add(self, tensors: dict[str, Tensor]) -> None:
        """Tensors that lie in memory already."""
        for name, tensor in tensors.items():
            self._stored[name] = _Stored(tuple(tensor.shape), lambda t=tensor: t)

    def names(self) -> list[str]:
        return list(self._stored)

    def __contains__(self, name: str) -> bool:
        return name in self._stored

    def shape(self, name: str) -> tuple[int, ...]:
        """Nothing of the tensor is read. Raises ModelError as reading it does."""
        return self._find(name).shape

    def __call__(
        self, name: str, dtype: torch.dtype = torch.float32, shape: tuple[int, ...] | None = None
    ) -> Tensor:
        """Raises ModelError when the checkpoint has no such tensor, or one of another shape."""
        stored = self._find(name)
        if shape not in (None, stored.shape):
            raise ModelError(
                f"expected {name} to be {_by(shape)} as config.json has it, got {_by(stored.shape)}"
            )
        return stored.read().to(dtype)

    def normed(self, conv: str) -> Tensor:
        """The kernel of a weight-normalized convolution, folded: g * v / |v|, [out, in, width].

        Both layouts are read: `weight_g`/`weight_v` and torch's later `parametrizations`; a
        kernel stored plain is taken as it is.
        """
        for g, v in (
            ("weight_g", "weight_v"),
            ("parametrizations.weight.original0", "parametrizations.weight.original1"),
        ):
            if f"{conv}.{g}" in self:
                direction = self(f"{conv}.{v}")
                return direction * (self(f"{conv}.{g}") / direction.norm(dim=(1, 2), keepdim=True))
        return self(f"{conv}.weight")

    def _find(self, name: str) -> _Stored:
        if name not in self._stored:
            raise ModelError(f"expected a tensor {name} in the checkpoint, found none")
        return self._stored[name]

    def _map_safetensors(self, file: Path) -> None:
        from safetensors import safe_open

        reader = safe_open(file, "pt")
        for name in reader.keys():  # noqa: SIM118
            shape = tuple(reader.get_slice(name).get_shape())
            self._stored[name] = _Stored(shape, lambda n=name: reader.get_tensor(n))

    def _map_pickle(self, file: Path) -> None:
        # weights_only: tensors, no code. A file from before torch 1.6 is no zip and cannot be mapped.
        state = torch.load(file, map_location="cpu", mmap=zipfile.is_zipfile(file), weights_only=True)
        self.add({name: value for name, value in state.items() if isinstance(value, Tensor)})


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
