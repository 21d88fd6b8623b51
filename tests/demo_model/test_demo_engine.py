"""The checkpoint of the repository, played by the engine."""

from pathlib import Path

import numpy as np
import pytest
import torch
from bench_of_parts import Parts, request
from demo_model.evaluation.reading import read
from demo_model.evaluation.scores import in_key_share
from demo_model.music.harmony import Key
from mgb_engine.kernels.linear import packs

FOLDER = Path(__file__).resolve().parents[2] / "models" / "musicgen-demo"
USUAL = {"top_k": 250, "temperature": 1.0, "guidance_scale": 3.0}
BAR_FRAMES = 80  # four beats at 150 bpm
PROMPT = "techno with synth bass, organ and drums in A minor at 150 bpm"


@pytest.fixture(scope="module", params=[torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def parts(request):
    return Parts(FOLDER, request.param)


def test_a_clip_is_the_same_alone_and_in_company_and_another_seed_makes_another(parts):
    if not packs(parts.decoder.dtype):
        pytest.skip(f"this processor has no kernels for {parts.decoder.dtype}")
    asked = request("me", prompt=PROMPT, seed=5, duration_seconds=3, **USUAL)
    others = [
        request("waltz", prompt="a slow waltz for violin", seed=6, duration_seconds=2, **USUAL),
        request("seed", prompt=PROMPT, seed=8, duration_seconds=3, **USUAL),
    ]
    alone = parts.alone(asked)
    together = parts.run([(0, others[0]), (20, asked), (30, others[1])])
    assert torch.equal(together["me"], alone)
    assert not torch.equal(together["seed"], alone)


def test_beat_key_and_chords_hold_on_where_a_window_follows_another(parts, monkeypatch):
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 8.0)
    codes = parts.alone(request(prompt=PROMPT, seed=5, duration_seconds=16, extend_stride=4.0, **USUAL))
    reading = read(codes.numpy())
    assert reading.beat_frames == 20
    assert reading.steady_share >= 0.95
    assert in_key_share(reading, Key(9, True)) > 0.97
    assert reading.chord_change_share >= 0.5
    # One that is told in two frames beside each other, as the rounding of a processor has it, is one.
    starts = np.array(reading.bar_starts)
    assert 1 + np.count_nonzero(np.diff(starts) > BAR_FRAMES / 2) == 10


def test_words_it_does_not_know_still_make_music(parts):
    for prompt in ("", "🎸", "ein Lied vom Meer", "qwrtz"):
        codes = parts.alone(request(prompt=prompt, duration_seconds=4, **USUAL)).numpy()
        reading = read(codes)
        assert reading.steady_share == 1.0
        assert len(reading.notes) >= 2
        keys = [in_key_share(reading, Key(root, minor)) for root in range(12) for minor in (False, True)]
        assert np.max([share for share in keys if share is not None]) > 0.97
