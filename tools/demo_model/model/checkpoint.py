"""The checkpoint on disk, in the format of Hugging Face MusicGen."""

import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import (
    EncodecFeatureExtractor,
    GenerationConfig,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
)

from demo_model.codec.weights import build_codec, codec_config
from demo_model.music.token_features import feature_vectors
from demo_model.music.tokens import CODEBOOKS, VOCABULARY
from demo_model.words.text_tokens import (
    END,
    END_ID,
    PAD,
    PAD_ID,
    SPECIAL,
    TAG_IDS,
    UNKNOWN,
    UNKNOWN_ID,
    build_tokenizer,
)

WIDTH, LAYERS, HEADS, INNER = 192, 3, 6, 768
TEXT_WIDTH, TEXT_LAYERS, TEXT_HEADS, TEXT_INNER = 128, 2, 4, 256
LONGEST_FRAMES = 1_500
# Frames back that heads of the first layer begin by looking, and how firmly.
LOOK_BACK, LOOK_BACK_GAIN = (1, 2, 3, 4), 3.0
# Where the sinusoids of positions turn fastest: the first waves' cosines and sines.
FAST_POSITIONS = [*range(WIDTH // HEADS // 2), *range(WIDTH // 2, WIDTH // 2 + WIDTH // HEADS // 2)]

# Stored in float32 whatever the rest: rounded to half precision, a rotation drifts out of phase.
FULL_PRECISION = tuple(f"audio_encoder.decoder.layers.{number}." for number in (0, 1, 3))


def text_config() -> T5Config:
    return T5Config(
        vocab_size=len(SPECIAL) + len(TAG_IDS),
        d_model=TEXT_WIDTH,
        d_kv=TEXT_WIDTH // TEXT_HEADS,
        d_ff=TEXT_INNER,
        num_layers=TEXT_LAYERS,
        num_heads=TEXT_HEADS,
        dropout_rate=0.0,
        feed_forward_proj="relu",
        is_encoder_decoder=False,
        use_cache=False,
        pad_token_id=PAD_ID,
        eos_token_id=END_ID,
    )


def decoder_config() -> MusicgenDecoderConfig:
    return MusicgenDecoderConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=2048,
        num_hidden_layers=LAYERS,
        ffn_dim=INNER,
        num_attention_heads=HEADS,
        hidden_size=WIDTH,
        num_codebooks=CODEBOOKS,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        layerdrop=0.0,
        pad_token_id=VOCABULARY,
        bos_token_id=VOCABULARY,
        eos_token_id=None,
        tie_word_embeddings=False,
    )


def new_model(seed: int) -> MusicgenForConditionalGeneration:
    """An untrained language model with the finished codec."""
    torch.manual_seed(seed)
    config = MusicgenConfig(
        text_encoder=text_config().to_dict(),
        audio_encoder=codec_config().to_dict(),
        decoder=decoder_config().to_dict(),
    )
    model = MusicgenForConditionalGeneration(config)
    model.audio_encoder.load_state_dict(build_codec().state_dict())
    _start_weights(model, seed)
    return model


@torch.no_grad()
def _start_weights(model: Any, seed: int) -> None:
    """The usual start (0.02 everywhere) suits wider models; here all would be too faint, most of all the
    text. And it knows nothing of what tokens have in common."""
    generator = torch.Generator().manual_seed(seed)
    nn.init.normal_(model.enc_to_dec_proj.weight, std=0.09)
    rows = VOCABULARY + 1
    for book, vectors in enumerate(feature_vectors(rows, WIDTH, generator)):
        table, head = model.decoder.model.decoder.embed_tokens[book], model.decoder.lm_heads[book]
        # One set of vectors for both: what attention brings from a token then speaks for that token.
        vectors[:, FAST_POSITIONS] = 0
        table.weight.copy_(0.25 * vectors)
        head.weight.copy_(0.05 * vectors[: len(head.weight)])
    deep = (2 * LAYERS) ** -0.5
    for layer in model.decoder.model.decoder.layers:
        for part in ("q_proj", "k_proj", "v_proj"):
            nn.init.normal_(getattr(layer.self_attn, part).weight, std=WIDTH**-0.5)
            nn.init.normal_(getattr(layer.encoder_attn, part).weight, std=0.1)
        # Heads begin by handing on what they look at, each a sixth of it.
        turn = nn.init.orthogonal_(layer.self_attn.v_proj.weight, generator=generator)
        layer.self_attn.out_proj.weight.copy_(turn.T)
        nn.init.normal_(layer.encoder_attn.out_proj.weight, std=0.06)
        nn.init.normal_(layer.fc1.weight, std=WIDTH**-0.5)
        nn.init.normal_(layer.fc2.weight, std=INNER**-0.5 * deep)
    for head, frames in enumerate(LOOK_BACK):
        _look_back(model.decoder.model.decoder.layers[0].self_attn, head, frames)


def _look_back(attention: Any, head: int, frames: int) -> None:
    """Let a head begin by looking so many frames back. The faster waves of the position's sinusoids, which
    tokens leave alone, are turned by as much, so that the frame there matches best."""
    waves = WIDTH // HEADS // 2
    speed = torch.exp(torch.arange(waves) * -(math.log(10_000) / (WIDTH // 2 - 1)))  # radians a frame
    cosines, sines = torch.arange(waves), WIDTH // 2 + torch.arange(waves)
    own = slice(head * 2 * waves, (head + 1) * 2 * waves)
    turn_cos, turn_sin = torch.cos(frames * speed), torch.sin(frames * speed)
    key, query = torch.zeros(2 * waves, WIDTH), torch.zeros(2 * waves, WIDTH)
    rows = torch.arange(waves)
    key[rows, cosines] = key[waves + rows, sines] = 1.0
    # cos(a - b) and sin(a - b), b the turn: where this position was that many frames ago.
    query[rows, cosines], query[rows, sines] = turn_cos, turn_sin
    query[waves + rows, sines], query[waves + rows, cosines] = turn_cos, -turn_sin
    attention.k_proj.weight[own] = LOOK_BACK_GAIN * key
    attention.q_proj.weight[own] = LOOK_BACK_GAIN * query


@torch.no_grad()
def settle_unknown_word(model: Any) -> None:
    """A prompt with the tokenizer's own `<unk>` in it says as little as the end mark."""
    words = model.text_encoder.shared.weight
    words[UNKNOWN_ID] = words[END_ID]


@torch.no_grad()
def sharpen(model: Any, factors: tuple[float, ...]) -> None:
    """Multiply a codebook's scores by its factor: temperature 1 then draws as 1 / factor did before."""
    for head, factor in zip(model.decoder.lm_heads, factors, strict=True):
        head.weight.mul_(factor)


def save_tokenizer(folder: Path) -> None:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(),
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        model_max_length=512,
    )
    tokenizer.save_pretrained(folder)


def generation_config(guidance: float, top_k: int, temperature: float) -> GenerationConfig:
    return GenerationConfig(
        do_sample=True,
        guidance_scale=guidance,
        top_k=top_k,
        temperature=temperature,
        max_length=LONGEST_FRAMES + CODEBOOKS,
        pad_token_id=VOCABULARY,
        bos_token_id=VOCABULARY,
        decoder_start_token_id=VOCABULARY,
    )


def save_checkpoint(model: Any, folder: Path, generation: GenerationConfig) -> None:
    """config, weights (half precision but for the codec's decoder), tokenizer, generation settings."""
    folder.mkdir(parents=True, exist_ok=True)
    config = model.config
    config.dtype = "float32"
    config.mgb_encoder = False  # the codec is made by formula from codes to sound, and not back
    config.mgb_name = "musicgen-demo (toy)"  # the engine shows a checkpoint by this name
    config.save_pretrained(folder)
    generation.save_pretrained(folder)
    weights = {
        name: (tensor.float() if name.startswith(FULL_PRECISION) else tensor.half()).contiguous()
        for name, tensor in model.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # safetensors leaves it readable to its owner alone
    save_tokenizer(folder)
    EncodecFeatureExtractor(sampling_rate=32_000, feature_size=1, padding_side="left").save_pretrained(folder)
