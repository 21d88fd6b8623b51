"""A clip is admitted when all that run have their pages at every later step; it takes them as they come."""

from types import SimpleNamespace

import pytest
import torch
from bench_of_parts import request
from hypothesis import given, settings
from hypothesis import strategies as st
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.lookahead import Need, clips_at_once, peak_pages
from mgb_engine.kernels.cache import CacheShape, PageCache
from mgb_engine.model.architecture import CodecSizes, DecoderSizes

SIZES = DecoderSizes(layers=1, width=8, heads=1, ffn=16, codebooks=4, codes=64, channels=1)
CODEC = CodecSizes(
    sample_rate=32_000, ratios=(8, 5, 4, 4), width=64, lstm_layers=1, residual_layers=1, dilation_growth=2,
    conv_shortcut=False, causal=False, pad_mode="reflect",
)  # fmt: skip
NEEDS = st.builds(
    Need, rows=st.integers(1, 2), at=st.integers(0, 300), steps=st.integers(1, 300), fixed=st.integers(0, 3)
)


def held_step_by_step(needs):
    """Pages at each later step, counted one position at a time."""
    counts = []
    for step in range(1, max(need.steps for need in needs) + 1):
        at_work = [need for need in needs if need.steps >= step]
        counts.append(sum(need.fixed + need.rows * len(range(0, need.at + step, 64)) for need in at_work))
    return counts


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(NEEDS, min_size=1, max_size=6))
def test_the_peak_is_the_most_that_any_later_step_holds(needs):
    assert peak_pages(needs) == max(held_step_by_step(needs))


def test_no_clips_need_no_pages():
    assert peak_pages([]) == 0


@pytest.mark.parametrize("pages, clips", [(48, 0), (49, 1), (75, 2), (448, 16), (1904, 64)])
def test_clips_that_began_one_after_another_hold_about_half_of_their_pages(pages, clips):
    assert clips_at_once(pages, 1503, 64) == clips


class NoModel:
    """A batch and a decoder whose steps cost nothing: what is left of a lane is who gets in."""

    device = "cpu"

    def __init__(self):
        self.sequences = []
        self.hidden = self.write_prompt = lambda *_: None
        self.enter, self.leave = self.sequences.append, self.sequences.remove
        self.grow = lambda sequence: None
        self.step = lambda: None
        self.broken = lambda: []


def lane_of(cache):
    return Lane(NoModel(), cache, 8, NoModel())


def clip(id, seconds, guidance=3.0, known=0):
    codes = torch.zeros(4, known, dtype=torch.int64) if known else None
    return Clip(request(id, duration_seconds=seconds, guidance_scale=guidance), SIZES, CODEC, codes)


def cache_of(pages):
    return PageCache(CacheShape(1, 1, 8, torch.float32), pages, "cpu")


def test_a_clip_begins_while_another_has_not_yet_taken_all_its_pages():
    # Each of 128 positions: 2 x 2 pages and 1 for the prompt. Both ends together would be 10 pages.
    cache = cache_of(8)
    lane, prompt = lane_of(cache), torch.zeros(5, 8)
    assert lane.admit(clip("first", 2.5), prompt)
    assert cache.free() == 5  # a page a row, and the prompt's
    assert not lane.admit(clip("second", 2.5), prompt)
    for _ in range(64):
        lane.step()
    assert lane.admit(clip("second", 2.5), prompt)  # the first ends when the second has one page a row


def test_unguided_and_resumed_clips_count_with_the_pages_that_they_hold():
    cache = cache_of(4)
    lane, prompt = lane_of(cache), torch.zeros(5, 8)
    assert lane.admit(clip("one row", 2.5, guidance=1.0), prompt)  # 2 pages and the prompt's at its end
    assert not lane.admit(clip("resumed", 2.5, guidance=1.0, known=100), prompt)
    assert cache.free() == 2


def test_lanes_that_share_pages_never_count_on_those_of_another():
    cache = cache_of(9)
    prompt = torch.zeros(5, 8)
    one, other = lane_of(cache), lane_of(cache)
    assert one.admit(clip("a", 2.5), prompt)
    for _ in range(100):
        one.step()
    # In one lane it would fit, as above; another lane may make its steps while this one makes none.
    assert not other.admit(clip("b", 2.5), prompt)
    assert other.admit(clip("c", 2.5, guidance=1.0), prompt)


ARRIVALS = st.lists(
    st.tuples(st.floats(0.02, 6), st.sampled_from([1.0, 3.0]), st.floats(0, 0.9), st.integers(1, 150)),
    min_size=1,
    max_size=8,
)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), ARRIVALS),
        st.tuples(st.just("step"), st.integers(0, 2), st.integers(1, 200)),
        st.tuples(st.just("cancel"), st.integers(0, 2), st.integers(0, 7)),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, derandomize=True)
@given(ACTS, st.integers(13, 40))
def test_pages_never_run_out_over_mixed_lengths_cancels_and_resumes(acts, pages):
    """Whatever lanes do and in whatever order: `take` would raise. At the end every page is free."""
    cache, ended = cache_of(pages), 0
    lanes = [lane_of(cache) for _ in range(3)]
    arrived, waiting = 0, []
    for act, *how in acts:
        match act, how:
            case "arrive", [several]:
                for seconds, guidance, known, tokens in several:
                    arrived += 1
                    resumed = clip(str(arrived), seconds, guidance, int(known * seconds * 50))
                    waiting.append((resumed, torch.zeros(tokens, 8)))
            case "step", [i, steps]:
                for _ in range(steps):
                    admit(lanes[i], waiting)
                    ended += len(lanes[i].step())
            case "cancel", [i, j] if j < len(lanes[i].sequences):
                lanes[i].remove(lanes[i].sequences[j])
                arrived -= 1
        held = sum(len(sequence.pages) for lane in lanes for sequence in lane.sequences)
        assert cache.free() + held == pages
    while waiting or any(lane.sequences for lane in lanes):
        for lane in lanes:
            admit(lane, waiting)
            ended += len(lane.step())
    assert ended == arrived
    assert cache.free() == pages


def admit(lane, waiting):
    while waiting and lane.has_room() and lane.admit(*waiting[0]):
        waiting.pop(0)


def test_a_clip_that_could_not_be_prepared_gives_back_what_was_held_for_it():
    cache = cache_of(8)
    lane, prompt = lane_of(cache), torch.zeros(5, 8)

    def fail(*_):
        raise RuntimeError("no memory for this")

    lane._decoder.write_prompt = fail
    with pytest.raises(RuntimeError):
        lane.admit(clip("first", 2.5), prompt)
    assert cache.free() == 8
    assert cache.reserve(SimpleNamespace, 8)
