"""Training on several cores: a process for each, with one thread, that average their gradients.

Matrices as small as these gain nothing from a second thread.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn


def rank() -> int:
    """Number of this process, 0 where there is only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def _join(number: int, processes: int, meeting: str, work: Callable[..., None], arguments: Any) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=meeting, rank=number, world_size=processes)
    try:
        work(*arguments)
    finally:
        dist.destroy_process_group()


def run_on(processes: int, work: Callable[..., None], *arguments: Any) -> None:
    """Run work(*arguments) in each of so many processes at once. Raises what one of them raised."""
    with tempfile.TemporaryDirectory() as folder:
        meeting = (Path(folder) / "meeting").as_uri()
        torch.multiprocessing.spawn(  # pyright: ignore[reportPrivateImportUsage]
            _join, (processes, meeting, work, arguments), nprocs=processes
        )


def average_gradients(model: nn.Module) -> None:
    """Make every process's gradients the mean of all."""
    if size() == 1:
        return
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    together = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(together)
    together /= size()
    for gradient, part in zip(gradients, together.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))
