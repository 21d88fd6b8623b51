"""Tensors of a checkpoint, read one at a time from mapped files: never a second whole copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from mgb_engine.model_folder import ModelError, weight_files


class Weights:
    """Every tensor of a folder by name: safetensors (one file or shards) or older pickles."""

    def __init__(self, folder: Path | None = None):
        self._read: dict[str, Callable[[], Tensor]] = {}
        for file in weight_files(folder) if folder else ():
            if file.suffix == ".safetensors":
                self._add_safetensors(file)
            else:
                # mmap: the file is mapped, not read; weights_only: tensors, no code.
                state = torch.load(file, map_location="cpu", mmap=True, weights_only=True)
                self.add(state)

    def add(self, tensors: dict[str, Tensor]) -> None:
        """Tensors that lie in memory already."""
        self._read.update({name: lambda t=tensor: t for name, tensor in tensors.items()})

    def names(self) -> list[str]:
        return list(self._read)

    def __contains__(self, name: str) -> bool:
        return name in self._read

    def __call__(self, name: str, dtype: torch.dtype = torch.float32) -> Tensor:
        """Raises ModelError when the checkpoint has no such tensor."""
        if name not in self._read:
            raise ModelError(f"expected a tensor {name} in the checkpoint, found none")
        return self._read[name]().to(dtype)

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

    def _add_safetensors(self, file: Path) -> None:
        from safetensors import safe_open

        reader = safe_open(file, "pt")
        self._read.update({name: lambda n=name: reader.get_tensor(n) for name in reader.keys()})  # noqa: SIM118
