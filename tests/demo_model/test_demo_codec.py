import random

import numpy as np
import pytest
import torch
from demo_model.codec.reference import FRAME_SAMPLES, LOOKAHEAD, codebook_rows, render
from demo_model.codec.weights import KNEE, build_codec, decode
from demo_model.music.drums import SOUNDS
from demo_model.music.harmony import Key
from demo_model.music.plan import Plan, draw_plan
from demo_model.music.song import write_song
from demo_model.music.timbres import PARTIALS
from demo_model.music.tokens import CODEBOOKS, CONDUCTOR_TOKEN, Grid


@pytest.fixture(scope="module")
def codec():
    return build_codec()


def audio(codec, codes):
    return decode(codec, torch.from_numpy(codes)[None])[0].numpy()


def fidelity(wanted, heard):
    """Signal over error in dB, short of the mirrored end and of what the limiter bends."""
    end = len(wanted) - 4 * FRAME_SAMPLES
    straight = np.abs(wanted[:end]) < KNEE
    wanted, heard = wanted[:end][straight], heard[:end][straight]
    return 10 * np.log10(np.sum(wanted**2) / np.sum((wanted - heard) ** 2))


def test_songs_sound_as_they_are_defined(codec):
    for seed in range(4):
        codes = write_song(draw_plan(random.Random(seed), usual_band=True), 150, seed)
        assert fidelity(render(codes), audio(codec, codes)) > 38


def test_the_codec_keeps_its_phases_after_many_seconds(codec):
    plan = Plan("pad", 50, Key(2, False), "pad", "flute", "sub", False)
    codes = write_song(plan, 400, 3)
    late = slice(350 * FRAME_SAMPLES, 395 * FRAME_SAMPLES)
    assert fidelity(render(codes)[late], audio(codec, codes)[late]) > 35


def test_silence_tokens_make_no_sound(codec):
    assert np.abs(audio(codec, np.zeros((CODEBOOKS, 100), np.int64))).max() < 1e-4


def test_one_token_plays_a_whole_strike_at_its_own_frame(codec):
    codes = np.zeros((CODEBOOKS, 40), np.int64)
    codes[0, 20] = CONDUCTOR_TOKEN[Grid(False, 0, 1)]
    loud = np.flatnonzero(np.abs(audio(codec, codes)) > 0.01) / FRAME_SAMPLES
    start = 20 - LOOKAHEAD
    assert start - 0.6 < loud.min() < start + 0.1
    assert start + 4 < loud.max() < start + 8


def test_what_is_too_loud_is_rounded_off_below_full_scale(codec):
    plan = Plan("rock", 20, Key(4, True), "power", "brass", "electric", True)
    quiet = build_codec()
    for layer in quiet.quantizer.layers:
        layer.codebook.embed.mul_(4)
    codes = write_song(plan, 200, 1)
    assert np.abs(audio(quiet, codes)).max() <= 1.0
    assert np.abs(render(codes) * 4).max() > 2


def test_header_and_clock_tokens_are_silent_and_every_drum_sounds():
    rows = codebook_rows()
    assert not rows[1, 1:32].any()
    assert not rows[0, CONDUCTOR_TOKEN[Grid(False, 5, 0)]].any()
    for index, _ in enumerate(SOUNDS):
        assert rows[0, :, PARTIALS + index].max() > 0.1


def test_full_bands_peak_near_full_scale_but_not_beyond():
    for seed in range(12):
        codes = write_song(draw_plan(random.Random(100 + seed), usual_band=True), 120, seed)
        assert 0.05 < np.abs(render(codes)).max() < 1.2
