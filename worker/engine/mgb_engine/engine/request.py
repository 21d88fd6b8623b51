"""What is asked for: one clip, and how a request for it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureCode = Literal["bad_request", "canceled", "numeric", "internal", "out_of_memory"]


@dataclass(frozen=True)
class Output:
    """`fade_out_seconds`: how long the clip takes to fall silent at its end; 0 is no fade."""

    format: str
    normalize: str
    fade_out_seconds: float = 0.0


@dataclass(frozen=True)
class Submit:
    """One clip to make. `top_k` 0 and `top_p` 0 are off; `guidance_scale` 1 is no guidance."""

    id: str
    prompt: str
    duration_seconds: float
    seed: int
    temperature: float
    top_k: int
    top_p: float
    guidance_scale: float
    output: Output
    resume: str | None = None
