"""The tiny random checkpoint: MusicGen's architecture in half a megabyte, made from a fixed seed.

It sounds like noise and says so in its name. Everything that is about shapes, steps and files can
be tried with it in seconds, without a download.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

NAME = "tiny-random (noise)"
NAME_FIELD = "mgb_name"  # in config.json: how a checkpoint wants to be shown
_SEED = 20_261
_CODES = 64
_CODEBOOKS = 4


def make_tiny_random(folder: Path, *, audio_channels: int = 1) -> Path:
    """Write the checkpoint in save_pretrained's layout, whole or not at all. Returns `folder`."""
    import torch

    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        model = _model(audio_channels)
        with torch.no_grad():
            _make_audible(model)
    try:
        model.save_pretrained(partial)
        _tokenizer().save_pretrained(partial)
        config = json.loads((partial / "config.json").read_text())
        (partial / "config.json").write_text(json.dumps({NAME_FIELD: NAME, **config}, indent=1) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        return partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _model(audio_channels: int):
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    codebooks = _CODEBOOKS * audio_channels
    text = T5Config(
        vocab_size=512, d_model=24, d_kv=6, d_ff=48, num_layers=2, num_heads=4, is_encoder_decoder=False
    )
    codec = EncodecConfig(
        sampling_rate=32_000, target_bandwidths=[1.2], codebook_size=_CODES, hidden_size=16,
        num_filters=4, num_lstm_layers=1, upsampling_ratios=[8, 5, 4, 4],
        use_causal_conv=False, use_conv_shortcut=False,
    )  # fmt: skip
    decoder = MusicgenDecoderConfig(
        vocab_size=_CODES, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, ffn_dim=64,
        num_codebooks=codebooks, audio_channels=audio_channels, initializer_factor=0.2,
        max_position_embeddings=2048, pad_token_id=_CODES, bos_token_id=_CODES,
    )  # fmt: skip
    config = MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder)
    model = MusicgenForConditionalGeneration(config)
    model.generation_config.update(
        do_sample=True, guidance_scale=3.0, max_length=1500,
        pad_token_id=_CODES, bos_token_id=_CODES, decoder_start_token_id=_CODES,
    )  # fmt: skip
    return model.eval()


def _make_audible(model) -> None:
    """Fill the codebooks, which start as zeros, and spread the logits so that codes differ."""
    for layer in model.audio_encoder.quantizer.layers:
        layer.codebook.embed.normal_()
        layer.codebook.embed_avg.copy_(layer.codebook.embed)
    for name, weight in model.decoder.named_parameters():
        if weight.dim() == 2:
            weight.normal_(std=0.5 if "lm_heads" in name else 0.2)


def _tokenizer():
    """Bytes as tokens: any prompt has a reading, and nothing has to be downloaded."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    specials = ["<pad>", "</s>", "<unk>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate([*specials, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", vocabulary["</s>"])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
