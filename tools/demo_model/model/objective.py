"""What training lowers: the cross-entropy of every token, given the text and the tokens before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from demo_model.model.batches import CHOICE_WEIGHT, Batch

LONG_STEPS = 900


def quicker_precision() -> torch.dtype:
    """float32, or bfloat16 where this processor multiplies matrices sooner in it: some have instructions
    for it, others take twenty times as long."""
    took: list[float] = []
    for dtype in (torch.float32, torch.bfloat16):
        left, right = torch.ones(512, 192, dtype=dtype), torch.ones(192, 576, dtype=dtype)
        torch.mm(left, right)
        began = time.perf_counter()
        for _ in range(8):
            torch.mm(left, right)
        took.append(time.perf_counter() - began)
    return torch.bfloat16 if took[1] < took[0] / 2 else torch.float32


@contextmanager
def positions_from(decoder: Any, offset: int) -> Iterator[None]:
    """Number the steps from `offset`, as if as many had gone before."""
    table = decoder.model.decoder.embed_positions
    plain = table.forward
    table.forward = lambda ids, past_key_values_length=0: plain(ids, past_key_values_length + offset)
    try:
        yield
    finally:
        table.forward = plain


def hidden_states(model: Any, batch: Batch) -> Tensor:
    """[clips, steps, width], from which the heads tell every codebook's scores. Where text is not heard
    it counts as zeros, which is what guidance takes for `no text`: attention to zeros adds nothing."""
    clips, books, steps = batch.inputs.shape
    # On a CPU the fused attention pays only for long sequences (a quarter more time at 320 steps).
    model.decoder.set_attn_implementation("sdpa" if steps > LONG_STEPS else "eager")
    text = model.text_encoder(input_ids=batch.text, attention_mask=batch.text_mask).last_hidden_state
    text = model.enc_to_dec_proj(text) * (batch.text_mask * batch.heard[:, None])[..., None]
    with positions_from(model.decoder, batch.offset):
        return model.decoder.model(
            input_ids=batch.inputs.reshape(clips * books, steps),
            encoder_hidden_states=text,
            encoder_attention_mask=batch.text_mask,
            use_cache=False,
        ).last_hidden_state


def both_ways(batch: Batch) -> Batch:
    """Every clip twice: with its text, then without."""
    return replace(
        batch,
        text=torch.cat([batch.text, batch.text]),
        text_mask=torch.cat([batch.text_mask, batch.text_mask]),
        inputs=torch.cat([batch.inputs, batch.inputs]),
        heard=torch.cat([torch.ones_like(batch.heard), torch.zeros_like(batch.heard)]),
    )


def token_losses(model: Any, batch: Batch, precision: torch.dtype, guidance: float | None = None) -> Tensor:
    """Cross-entropy in nats [clips, CODEBOOKS, steps]; 0 where nothing is scored. With guidance, of
    what generation draws from: the scores without the text, and `guidance` times the difference that it
    makes. Then that difference is learned at the strength it is used with, and guiding doesn't magnify
    its errors. precision: of the matrix products; the rest is float32."""
    losses = torch.zeros(batch.targets.shape)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
        hidden = hidden_states(model, batch if guidance is None else both_ways(batch))
        for book, head in enumerate(model.decoder.lm_heads):
            scored = batch.weights[:, book] > 0
            if guidance is None:
                scores = head(hidden[scored]).float()
            else:
                with_text, without = (head(part[scored]).float() for part in hidden.chunk(2))
                scores = without + guidance * (with_text - without)
            losses[:, book][scored] = cross_entropy(scores, batch.targets[:, book][scored], reduction="none")
    return losses


def mean_loss(losses: Tensor, batch: Batch) -> Tensor:
    return (losses * batch.weights).sum() / batch.weights.sum()


def choice_loss(losses: Tensor, batch: Batch) -> float:
    """Mean over the header's choices alone: what the text decides."""
    chosen = batch.weights == CHOICE_WEIGHT
    return float(losses[chosen].mean()) if bool(chosen.any()) else float("nan")
