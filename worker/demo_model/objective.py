"""What training lowers: the cross-entropy of every token, given the text and the tokens before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from demo_model.batches import IGNORED, Batch

LONG_STEPS = 900


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


def logits(model: Any, batch: Batch) -> Tensor:
    """[clips, CODEBOOKS, steps, VOCABULARY]. Where text is not heard it counts as zeros, which is
    what guidance takes for `no text`: attention to zeros adds exactly nothing."""
    clips, books, steps = batch.inputs.shape
    # On a CPU the fused attention pays only for long sequences (a quarter more time at 320 steps).
    model.decoder.set_attn_implementation("sdpa" if steps > LONG_STEPS else "eager")
    text = model.text_encoder(input_ids=batch.text, attention_mask=batch.text_mask).last_hidden_state
    text = model.enc_to_dec_proj(text) * (batch.text_mask * batch.heard[:, None])[..., None]
    with positions_from(model.decoder, batch.offset):
        decoded = model.decoder(
            input_ids=batch.inputs.reshape(clips * books, steps),
            encoder_hidden_states=text,
            encoder_attention_mask=batch.text_mask,
            use_cache=False,
        )
    return decoded.logits.reshape(clips, books, steps, -1)


def guided_logits(model: Any, batch: Batch, guidance: float) -> Tensor:
    """What generation draws from: the scores without the text, and `guidance` times the difference
    that the text makes."""
    both = replace(
        batch,
        text=torch.cat([batch.text, batch.text]),
        text_mask=torch.cat([batch.text_mask, batch.text_mask]),
        inputs=torch.cat([batch.inputs, batch.inputs]),
        heard=torch.cat([torch.ones_like(batch.heard), torch.zeros_like(batch.heard)]),
    )
    with_text, without = logits(model, both).float().chunk(2)
    return without + guidance * (with_text - without)


def token_losses(model: Any, batch: Batch, guidance: float | None = None) -> Tensor:
    """Cross-entropy in nats [clips, CODEBOOKS, steps]; 0 where there is no target. With guidance,
    of the guided scores: then the text's difference is learned at the strength it is used with,
    and guiding doesn't magnify its errors."""
    with torch.autocast("cpu", torch.bfloat16):
        scores = logits(model, batch) if guidance is None else guided_logits(model, batch, guidance)
    return torch.nn.functional.cross_entropy(
        scores.float().flatten(0, 2), batch.targets.flatten(), reduction="none", ignore_index=IGNORED
    ).view(batch.targets.shape)


def mean_loss(losses: Tensor, batch: Batch) -> Tensor:
    weights = batch.weights * (batch.targets != IGNORED)
    return (losses * weights).sum() / weights.sum()


def choice_loss(losses: Tensor, batch: Batch) -> float:
    """Mean over the header's choices alone: what the text decides."""
    chosen = batch.weights > 1
    return float(losses[chosen].mean()) if bool(chosen.any()) else float("nan")
