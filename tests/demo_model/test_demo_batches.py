import numpy as np
import torch
from demo_model.batches import CHOICE_WEIGHT, IGNORED, START, Shape, delayed, draw_batch
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


def test_only_the_six_choices_of_a_beginning_weigh_more():
    batch = draw_batch(Shape(4, 20, anywhere=False), "x")
    assert ((batch.weights == CHOICE_WEIGHT).sum(dim=(1, 2)) == 6).all()
    assert (batch.targets[batch.weights == CHOICE_WEIGHT] > 0).all()
    assert batch.offset == 0


def test_cuts_from_the_middle_have_no_header_and_stand_anywhere_up_to_thirty_seconds():
    batches = [draw_batch(Shape(2, 20, anywhere=True), f"{seed}") for seed in range(30)]
    assert all((batch.weights == 1).all() for batch in batches[:3])
    offsets = {batch.offset for batch in batches}
    assert 0 in offsets
    assert 500 < max(offsets) <= 1_484
