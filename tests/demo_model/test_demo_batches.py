import numpy as np
import pytest
import torch
from demo_model.model.batches import (
    BAR_WEIGHT,
    BLIND_FRAMES,
    CHOICE_WEIGHT,
    IGNORED,
    PLACE_WEIGHTS,
    SCORED_SHARE,
    START,
    Shape,
    delayed,
    draw_batch,
    goes_on,
)
from demo_model.music.tokens import CODEBOOKS, CONDUCTOR
from transformers import MusicgenDecoderConfig, MusicgenForCausalLM


def test_codes_are_delayed_as_musicgen_does():
    codes = np.arange(1, 25).reshape(1, 4, 6)
    inputs, targets = delayed(codes)
    decoder = MusicgenForCausalLM(
        MusicgenDecoderConfig(
            vocab_size=64, hidden_size=8, num_hidden_layers=1, ffn_dim=8, num_attention_heads=1
        )
    )
    start = torch.full((4, 1), START)
    whole = decoder.build_delay_pattern_mask(
        torch.cat([start, torch.from_numpy(codes[0])], dim=1), pad_token_id=START, max_length=10
    )[1].numpy()
    assert np.array_equal(inputs[0], whole[:, :-1])
    assert np.array_equal(np.where(targets[0] == IGNORED, START, targets[0]), whole[:, 1:])


def test_the_same_seed_draws_the_same_batch_and_another_another():
    shape = Shape(3, 40, anywhere=True)
    first, again, other = (draw_batch(shape, seed) for seed in ("a", "a", "b"))
    assert torch.equal(first.inputs, again.inputs)
    assert torch.equal(first.text, again.text)
    assert not torch.equal(first.targets, other.targets)


def test_at_a_song_s_beginning_its_six_choices_have_more_weight():
    batch = draw_batch(Shape(4, 20, anywhere=False), "x")
    assert ((batch.weights == CHOICE_WEIGHT).sum(dim=(1, 2)) == 6).all()
    assert (batch.targets[batch.weights == CHOICE_WEIGHT] > 0).all()
    assert batch.offset == 0


def test_cuts_from_the_middle_have_no_header_and_stand_anywhere_up_to_thirty_seconds():
    batches = [draw_batch(Shape(2, 20, anywhere=True), f"{seed}") for seed in range(30)]
    assert not any((batch.weights == CHOICE_WEIGHT).any() for batch in batches)
    offsets = {batch.offset for batch in batches}
    assert 0 in offsets
    assert 500 < max(offsets) <= 1_484


def test_a_thin_batch_scores_a_sample_of_sustained_frames_with_the_weight_of_all():
    whole, thin = (draw_batch(Shape(20, 200, anywhere=False), "x", thin=it) for it in (False, True))
    assert torch.equal(whole.targets, thin.targets)
    carried = goes_on(whole.targets[:, :, :200].numpy())[:, CONDUCTOR]
    assert (thin.weights[:, CONDUCTOR, :200].numpy() > 0)[carried].mean() == pytest.approx(
        SCORED_SHARE, abs=0.05
    )
    quiet = np.isin(PLACE_WEIGHTS[whole.targets[:, CONDUCTOR, :200]], 1.0)  # nothing begins there
    sums = [float(batch.weights[:, CONDUCTOR, :200][quiet].sum()) for batch in (thin, whole)]
    assert sums[0] == pytest.approx(sums[1], rel=0.05)
    changes = thin.targets[:, 2, 1:] != thin.targets[:, 2, :-1]
    assert (thin.weights[:, 2, 1:][changes & (thin.targets[:, 2, 1:] > 0)] > 0).all()


def test_a_thin_batch_gives_the_frames_that_begin_a_bar_the_most_weight():
    thin = draw_batch(Shape(20, 200, anywhere=False), "x", thin=True)
    bars = PLACE_WEIGHTS[thin.targets[:, CONDUCTOR, :200]] == BAR_WEIGHT
    assert bars.any(axis=1).all()
    for book in range(CODEBOOKS):
        weights = thin.weights[:, book, book : book + 200].numpy()[bars]
        # The conductor's own step is never what the frame before makes sure.
        carried = set() if book == CONDUCTOR else {0.0, BAR_WEIGHT / SCORED_SHARE}
        assert set(weights.tolist()) == {BAR_WEIGHT} | carried


def test_the_first_frames_of_a_cut_that_show_no_past_have_no_weight():
    weights = draw_batch(Shape(2, 300, anywhere=True), "x").weights
    assert (weights[:, :, :BLIND_FRAMES] == 0).all()
    assert (weights[:, :, BLIND_FRAMES:300] == 1).all()
