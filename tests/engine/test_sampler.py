import numpy as np
import pytest
import torch
from mgb_engine.engine.sampler import Sampling, sample, uniforms


def sampling(count, temperature=1.0, top_k=0, top_p=0.0):
    return Sampling(
        torch.full((count,), temperature), torch.full((count,), top_k or 1 << 20),
        torch.full((count,), top_p), most=top_k, nucleus=0 < top_p < 1,
    )  # fmt: skip


def reference_probabilities(logits, temperature, top_k, top_p):
    """What transformers' processors leave of one row of logits."""
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    scores = logits[None]
    if temperature != 1:
        scores = TemperatureLogitsWarper(temperature)(None, scores)
    if top_k:
        scores = TopKLogitsWarper(top_k)(None, scores)
    if 0 < top_p < 1:
        scores = TopPLogitsWarper(top_p)(None, scores)
    return scores.softmax(-1)[0]


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [
        (1.0, 0, 0.0),
        (0.7, 0, 0.0),
        (1.0, 5, 0.0),
        (1.0, 0, 0.8),
        (1.3, 20, 0.9),
        (1.0, 64, 1.0),
        (1.0, 99, 0.0),
    ],
)
def test_draws_are_distributed_as_the_reference_s(temperature, top_k, top_p):
    logits = torch.randn(64, generator=torch.Generator().manual_seed(3)) * 2
    expected = reference_probabilities(logits, temperature, top_k, top_p).double().numpy()
    draws = 40_000
    u = uniforms(11, draws // 4, 4).T  # [draws / 4, 4]
    codes = sample(logits.expand(draws // 4, 4, 64), u, sampling(draws // 4, temperature, top_k, top_p))
    counts = np.bincount(codes.ravel().numpy(), minlength=64)
    assert counts[expected == 0].sum() == 0
    likely = expected * draws > 5
    chi_square = ((counts - expected * draws)[likely] ** 2 / (expected * draws)[likely]).sum()
    freedom = likely.sum() - 1
    # Four standard deviations over the mean of a chi-square distribution; the draws are fixed.
    assert chi_square < freedom + 4 * np.sqrt(2 * max(1, freedom))


def test_codes_that_tie_with_the_last_of_top_k_all_stay():
    logits = torch.tensor([3.0, 1.0, 1.0, 1.0, 0.0]).expand(4000, 1, 5)
    codes = sample(logits, uniforms(1, 4000, 1).T, sampling(4000, top_k=2))
    assert set(codes.ravel().tolist()) == {0, 1, 2, 3}


def test_top_k_of_one_is_greedy():
    logits = torch.randn(50, 4, 64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(sample(logits, uniforms(1, 50, 4).T, sampling(50, top_k=1)), logits.argmax(-1))


def test_each_clip_of_a_batch_keeps_its_own_limits():
    logits = torch.randn(1, 1, 64, generator=torch.Generator().manual_seed(1)).expand(2000, 1, 64)
    mixed = Sampling(
        torch.ones(2000), torch.tensor([2, 1 << 20]).repeat(1000), torch.zeros(2000), most=2, nucleus=False
    )
    codes = sample(logits, uniforms(5, 2000, 1).T, mixed)
    assert set(codes[0::2].ravel().tolist()) == set(logits[0, 0].topk(2).indices.tolist())
    assert codes[1::2].unique().numel() > 20


def test_the_ends_of_the_unit_interval_draw_codes_that_are_possible():
    logits = torch.full((2, 1, 8), float("-inf"))
    logits[:, :, 3:6] = 0.0
    ends = torch.tensor([[2.0**-24], [1 - 2.0**-24]])
    assert sample(logits, ends, sampling(2)).ravel().tolist() == [3, 5]


def test_philox_gives_the_published_words():
    # Known answers of Random123: key 0 and counter 0, and all bits set in both.
    from mgb_engine.engine.sampler import _philox

    zero = [np.zeros(1, np.uint64)] * 4
    ones = [np.full(1, 0xFFFFFFFF, np.uint64)] * 4
    assert [int(w[0]) for w in _philox(zero, 0, 0)] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert [int(w[0]) for w in _philox(ones, 0xFFFFFFFF, 0xFFFFFFFF)] == [
        0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD,
    ]  # fmt: skip


def test_a_frame_s_numbers_do_not_depend_on_the_clip_s_length():
    assert torch.equal(uniforms(9, 10, 4), uniforms(9, 500, 4)[:, :10])
    assert torch.equal(uniforms(9, 10, 4), uniforms(9, 10, 8)[:4])
    assert uniforms(2**53 - 1, 3, 4).shape == (4, 3)
