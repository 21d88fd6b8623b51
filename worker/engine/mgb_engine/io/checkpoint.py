"""What an interrupted clip leaves behind: the codes so far, and what they were made from.

A safetensors file: one tensor `codes` and the clip's identity as metadata. A checkpoint is only
taken up by the same request on the same model; anything else starts over.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from mgb_engine.engine.request import Submit
from mgb_engine.io.source import digest, stored_codes

if TYPE_CHECKING:
    from torch import Tensor


def identity(request: Submit, revision: str) -> str:
    """A hash of everything that decides a clip's codes: model, prompt, parameters, seed, source. Reads the
    whole file that the clip continues.
    """
    decisive = [
        revision, request.prompt, request.duration_seconds, request.seed,
        request.temperature, request.top_k, request.top_p, request.guidance_scale,
        request.extend_stride, request.continue_from and digest(request.continue_from),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()


def read_checkpoint(path: Path, identity: str) -> Tensor | None:
    """The codes to go on from, [K, frames] int64; None when the file is of another clip."""
    try:
        codes, stored = stored_codes(path)
    except ValueError:
        return None
    return codes if stored == identity else None
