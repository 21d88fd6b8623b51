"""Plain generation through Hugging Face's modules, for evaluation: codes instead of audio.

The engine is what serves clips; this keeps the evaluation independent of it.
"""

from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, EncoderDecoderCache

from demo_model.model.batches import START
from demo_model.music.tokens import CODEBOOKS, VOCABULARY


def _text_states(model: Any, text: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """[2 * clips, words, width]: heard, then zeros, for guidance."""
    states = model.text_encoder(input_ids=text, attention_mask=mask).last_hidden_state
    states = model.enc_to_dec_proj(states) * mask[..., None]
    return torch.cat([states, torch.zeros_like(states)]), torch.cat([mask, mask])


def _draw(scores: Tensor, top_k: int, temperature: float, generator: torch.Generator) -> Tensor:
    """scores: [..., VOCABULARY] after guidance. Returns codes [...]."""
    kept = scores.topk(min(top_k, VOCABULARY), dim=-1)
    shares = (kept.values / temperature).softmax(dim=-1)
    chosen = torch.multinomial(shares.flatten(0, -2), 1, generator=generator)
    return kept.indices.flatten(0, -2).gather(1, chosen).view(scores.shape[:-1])


@torch.no_grad()
def sample_codes(
    model: Any,
    text: Tensor,
    mask: Tensor,
    frames: int,
    *,
    guidance: float,
    top_k: int,
    temperature: float,
    seed: int,
) -> Tensor:
    """Codes [clips, CODEBOOKS, frames] for text [clips, words]; guidance 0 ignores the text."""
    clips = text.shape[0]
    generator = torch.Generator().manual_seed(seed)
    states, states_mask = _text_states(model, text, mask)
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    codes = torch.full((clips, CODEBOOKS, frames + CODEBOOKS - 1), START)
    last = torch.full((clips, CODEBOOKS), START)
    for step in range(frames + CODEBOOKS - 1):
        out = model.decoder(
            input_ids=last.repeat(2, 1).reshape(-1, 1),
            encoder_hidden_states=states,
            encoder_attention_mask=states_mask,
            past_key_values=cache,
            use_cache=True,
        )
        with_text, without = out.logits.view(2, clips, CODEBOOKS, VOCABULARY)
        last = _draw(without + guidance * (with_text - without), top_k, temperature, generator)
        for book in range(CODEBOOKS):
            # Before its first frame and after its last a codebook has nothing to say.
            if not 0 <= step - book < frames:
                last[:, book] = START
        codes[:, :, step] = last
    return torch.stack([codes[:, book, book : book + frames] for book in range(CODEBOOKS)], dim=1)
