"""Why an engine could not start, as the line that it says of it before it ends."""

from __future__ import annotations

import errno
from typing import Any, Literal

from mgb_engine.kernels.devices import DeviceError, is_out_of_memory
from mgb_engine.model.model_folder import ModelError, ModelNotFoundError

StartFailureCode = Literal["model_not_found", "bad_model", "out_of_memory", "no_device", "disk", "internal"]

_LONGEST_DETAIL = 1000
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
# What a checkpoint with other shapes, types or files than its config says makes of the code that reads it.
_OF_THE_MODEL = (ModelError, RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, OSError)


class OutFolderError(OSError):
    """The folder for the audio files cannot be written."""


def failed_to_start(error: Exception) -> dict[str, Any]:
    told = isinstance(error, (ModelError, DeviceError, OutFolderError))
    detail = str(error) if told else f"{type(error).__name__}: {error}"
    return {"type": "failed_to_start", "code": _code(error), "detail": detail[:_LONGEST_DETAIL]}


def _code(error: Exception) -> StartFailureCode:
    if is_out_of_memory(error):
        return "out_of_memory"
    if isinstance(error, DeviceError) or (type(error) is not ModelError and "CUDA" in str(error)):
        return "no_device"
    if isinstance(error, OutFolderError) or (isinstance(error, OSError) and error.errno in _OF_THE_DISK):
        return "disk"
    if isinstance(error, ModelNotFoundError):
        return "model_not_found"
    return "bad_model" if isinstance(error, _OF_THE_MODEL) else "internal"
