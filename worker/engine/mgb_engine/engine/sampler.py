"""From logits to codes. A clip's draws depend on its seed and on the frame and codebook alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

_ROUNDS = 10


@dataclass(frozen=True)
class Sampling:
    """One value a clip. temperature, top_p: [S] float32; top_k: [S] int64, above `most` it is off."""

    temperature: Tensor
    top_k: Tensor
    top_p: Tensor
    most: int  # the largest top_k at work, 0 when there is none: known on the host
    nucleus: bool  # whether any top_p is at work


def sample(logits: Tensor, uniform: Tensor, sampling: Sampling) -> Tensor:
    """Draw one code per clip and codebook.

    logits: [S, K, V] float32. uniform: [S, K] float32 in (0, 1). Returns [S, K] int64.
    Temperature first, then top_k (all codes that tie with the k-th stay), then top_p. The draw is
    the inverse of the cumulative distribution: one number a code, where a race of all codes
    would take V. Equal in distribution to torch.multinomial, which reads a shared generator.
    """
    scores = logits / sampling.temperature[:, None, None]
    if sampling.most:
        limited = (sampling.top_k <= sampling.most)[:, None, None]
        scores = scores.masked_fill((scores < _kth_largest(scores, sampling)) & limited, float("-inf"))
    probabilities = scores.softmax(dim=-1)
    if sampling.nucleus:
        probabilities = _nucleus(probabilities, sampling.top_p)
    total = probabilities.cumsum(dim=-1)  # [S, K, V]
    point = uniform[:, :, None] * total[:, :, -1:]
    # `<=`: a code of probability 0 has the same sum as the one before it, and is never drawn.
    return (total <= point).sum(dim=-1).clamp(max=logits.shape[-1] - 1)


def _kth_largest(scores: Tensor, sampling: Sampling) -> Tensor:
    """[S, K, 1]: each clip's top_k-th score; anything for a clip without a limit."""
    if scores.device.type == "cpu":
        return _kth_by_partition(scores, sampling)
    return _kth_by_ranking(scores, sampling)


def _kth_by_partition(scores: Tensor, sampling: Sampling) -> Tensor:
    """Nine times as fast as torch's topk, which took a quarter of a small model's step."""
    places = scores.shape[-1] - sampling.top_k.clamp(max=scores.shape[-1])  # [S]
    ordered = torch.from_numpy(np.partition(scores.numpy(), places.unique().tolist(), axis=-1))
    return _gathered(ordered, places)


def _kth_by_ranking(scores: Tensor, sampling: Sampling) -> Tensor:
    """Reads nothing on the host, as a recorded step must not."""
    most = min(sampling.most, scores.shape[-1])
    return _gathered(scores.topk(most, dim=-1).values, sampling.top_k.clamp(max=most) - 1)


def _gathered(ordered: Tensor, places: Tensor) -> Tensor:
    """ordered: [S, K, any]; places: [S], one a clip. Returns [S, K, 1]."""
    return ordered.gather(-1, places[:, None, None].expand(-1, ordered.shape[1], 1))


def _nucleus(probabilities: Tensor, top_p: Tensor) -> Tensor:
    """Keep the likeliest codes whose sum reaches top_p; a clip with top_p 0 or 1 keeps all."""
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)
    before = ranked.cumsum(dim=-1) - ranked
    reach = torch.where((top_p > 0) & (top_p < 1), top_p, 2.0)[:, None, None]
    return torch.zeros_like(ranked).scatter(-1, order, ranked * (before < reach))


def uniforms(seed: int, frames: int, codebooks: int) -> Tensor:
    """The numbers of a whole clip: [K, frames] float32, strictly between 0 and 1.

    Philox-4x32-10 (Salmon et al., SC 2011), keyed by the seed, counted by frame and by block of
    four codebooks: any frame of any clip can be drawn without those before it.
    """
    blocks = -(-codebooks // 4)
    frame, block = np.meshgrid(np.arange(frames, dtype=np.uint64), np.arange(blocks, dtype=np.uint64))
    counter = [frame.ravel(), block.ravel(), np.zeros(frame.size, np.uint64), np.zeros(frame.size, np.uint64)]
    words = np.stack(_philox(counter, seed & 0xFFFFFFFF, seed >> 32))  # [4, blocks * frames]
    words = words.reshape(4, blocks, frames).transpose(1, 0, 2).reshape(blocks * 4, frames)[:codebooks]
    # 23 bits and a half: exact in float32, and neither 0 nor 1.
    return torch.from_numpy(
        (((words >> np.uint64(9)).astype(np.float64) + 0.5) * 2.0**-23).astype(np.float32)
    )


def _philox(counter: list[np.ndarray], low_key: int, high_key: int) -> list[np.ndarray]:
    """Ten rounds over counters of four 32-bit words, each held in a uint64."""
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    c0, c1, c2, c3 = counter
    for _ in range(_ROUNDS):
        first, second = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1 = (second >> half) ^ c1 ^ np.uint64(low_key), second & mask
        c2, c3 = (first >> half) ^ c3 ^ np.uint64(high_key), first & mask
        low_key, high_key = (low_key + 0x9E3779B9) & 0xFFFFFFFF, (high_key + 0xBB67AE85) & 0xFFFFFFFF
    return [c0, c1, c2, c3]
