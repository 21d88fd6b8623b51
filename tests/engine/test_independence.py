"""A clip depends on model, prompt, parameters and seed: not on sequence, company, or interruptions."""

import pytest
import torch
from bench_of_parts import Parts, broken_of, frames_of, request, run_out
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.sampler import uniforms
from mgb_engine.io import checkpoint
from mgb_engine.io.source import write_codes
from mgb_engine.kernels.linear import packs


@pytest.fixture(scope="module", params=[torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def parts(tiny, request):
    """In each precision that this processor has kernels for: they give a row its bits in any company."""
    if not packs(request.param):
        pytest.skip(f"this processor has no kernels for {request.param}")
    return Parts(tiny, request.param)


SAMPLED = {"top_k": 40, "temperature": 1.1, "top_p": 0.95}


def neighbours(count, **changes):
    return [
        (
            i * 7,
            request(f"n{i}", prompt=f"other {i}", seed=100 + i, duration_seconds=0.4 + 0.2 * i, **changes),
        )
        for i in range(count)
    ]


@pytest.mark.parametrize("sampling", [SAMPLED, {"top_k": 0}, {"top_k": 0, "top_p": 0.5}])
@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_a_sampled_clip_is_the_same_alone_and_in_any_company(parts, sampling, guidance):
    asked = request("me", duration_seconds=2, guidance_scale=guidance, **sampling)
    alone = parts.alone(asked)
    early = parts.run([(0, asked), *neighbours(5, top_k=5)])["me"]
    late = parts.run([*neighbours(5, top_k=0, guidance_scale=1), (31, asked)], slots=4)["me"]
    assert torch.equal(alone, early)
    assert torch.equal(alone, late)


def test_another_seed_makes_another_clip(parts):
    assert not torch.equal(parts.alone(request(**SAMPLED)), parts.alone(request(**{**SAMPLED, "seed": 8})))


def test_a_slot_used_before_leaves_nothing_to_the_next_clip(parts):
    cache = parts.cache(14)  # one clip's pages, so that the second takes the first one's
    first, second = (
        request("a", duration_seconds=2, seed=1, **SAMPLED),
        request("b", duration_seconds=1.4, **SAMPLED),
    )
    made = parts.run([(0, first), (0, second)], slots=1, cache=cache)
    assert cache.free() == 14
    assert torch.equal(made["b"], parts.alone(second))


def interrupted(parts, asked, steps):
    """Run `steps` steps beside another clip, and take the clip out."""
    lane = Lane(parts.decoder, parts.cache(), 4)
    lane.admit(parts.clip(request("beside", seed=5)), parts.text.encode("beside"))
    clip = parts.clip(asked)
    lane.admit(clip, parts.text.encode(asked.prompt))
    for _ in range(steps):
        lane.step()
    (sequence,) = [s for s in lane.sequences if s.clip is clip]
    lane.remove(sequence)
    return clip


@pytest.mark.parametrize("steps", [1, 2, 3, 64, 100, 152])
def test_a_clip_goes_on_from_its_checkpoint_with_the_same_codes(parts, tmp_path, steps):
    asked = request("me", duration_seconds=3, **SAMPLED)
    stopped = interrupted(parts, asked, steps)
    assert stopped.steps_done() == steps
    write_codes(tmp_path / "c", stopped.known_frames(), checkpoint.identity(asked, "rev"))
    known = checkpoint.read_checkpoint(tmp_path / "c", checkpoint.identity(asked, "rev"))
    resumed = parts.clip(asked, known)
    assert resumed.resumed_at == steps
    lane = Lane(parts.decoder, parts.cache(), 4)
    lane.admit(resumed, parts.text.encode(asked.prompt))
    assert torch.equal(frames_of(run_out(lane))["me"], parts.alone(asked))
    assert resumed.steps_made == 153 - steps


def test_a_long_clip_resumes_in_its_second_window(parts, monkeypatch, tmp_path):
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 0.6)
    asked = request("long", duration_seconds=1.1, extend_stride=0.36, **SAMPLED)
    whole = parts.alone(asked)
    clip = parts.clip(asked, whole[:, :40])
    lane = Lane(parts.decoder, parts.cache(), 1)
    while (window := clip.next_window()) is not None:
        assert window.start in (18, 36)
        lane.admit(clip, parts.text.encode(asked.prompt))
        run_out(lane)
    assert torch.equal(clip.frames, whole)


@pytest.mark.parametrize("change", [{"seed": 8}, {"prompt": "fast blues"}, {"temperature": 0.9}])
def test_a_checkpoint_of_another_request_is_not_taken_up(tmp_path, change):
    write_codes(tmp_path / "c", torch.zeros(4, 5), checkpoint.identity(request(), "rev"))
    assert checkpoint.read_checkpoint(tmp_path / "c", checkpoint.identity(request(), "rev")).shape == (4, 5)
    assert checkpoint.read_checkpoint(tmp_path / "c", checkpoint.identity(request(**change), "rev")) is None
    assert checkpoint.read_checkpoint(tmp_path / "c", checkpoint.identity(request(), "other")) is None


def test_a_damaged_or_missing_checkpoint_is_not_taken_up(tmp_path):
    (tmp_path / "c").write_bytes(b"\x08\0\0\0\0\0\0\0{}garbage")
    assert checkpoint.read_checkpoint(tmp_path / "c", checkpoint.identity(request(), "rev")) is None
    assert checkpoint.read_checkpoint(tmp_path / "none", checkpoint.identity(request(), "rev")) is None


def test_a_clip_that_is_not_finite_is_told_and_its_neighbours_do_not_notice(parts, monkeypatch):
    cache = parts.cache(10)  # both clips together take every page
    lane = Lane(parts.decoder, cache, 4)
    good, bad = request("good", duration_seconds=2, **SAMPLED), request("bad", duration_seconds=2, **SAMPLED)
    for asked in (good, bad):
        lane.admit(parts.clip(asked), parts.text.encode(asked.prompt))
    for _ in range(20):
        lane.step()
    cache.values[1][lane.sequences[1].rows[0][0], 0, 5, 3] = float("nan")
    left = run_out(lane)
    assert broken_of(left) == ["bad"]
    assert torch.equal(frames_of(left)["good"], parts.alone(good))
    assert cache.free() == 10
    assert cache.values[1].isfinite().all()
    again = parts.run([(0, good), (0, bad)], cache=cache)  # on all pages, those that held the NaN among them
    assert torch.equal(again["bad"], parts.alone(bad)) and torch.equal(again["good"], parts.alone(good))


def test_a_clip_waits_for_pages_and_is_never_half_admitted(parts):
    cache = parts.cache(5)
    lane = Lane(parts.decoder, cache, 4)
    assert lane.admit(
        parts.clip(request("a", duration_seconds=0.2)), parts.text.encode("a")
    )  # 2 rows + prompt
    assert cache.free() == 2
    assert not lane.admit(parts.clip(request("b", duration_seconds=0.2)), parts.text.encode("b"))
    assert cache.free() == 2
    assert lane.admit(
        parts.clip(request("c", duration_seconds=0.2, guidance_scale=1)), parts.text.encode("c")
    )


def test_a_long_clip_s_frames_are_drawn_with_their_own_numbers_in_every_window(parts):
    clip = parts.clip(request("long", duration_seconds=50, **SAMPLED))
    clip.frames[:, :1500] = 0  # the first 30 s are made
    window = clip.next_window()
    assert window.start == 900
    own = uniforms(7, 2500, 4)
    for book in range(4):
        drawn = window.uniform[book, book + 1 : book + 1 + window.length]
        assert torch.equal(drawn, own[book, 900 : 900 + window.length])


def test_the_steps_of_a_long_clip_are_those_it_takes(parts, monkeypatch):
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 0.6)
    clip = parts.clip(request("long", duration_seconds=1.1, extend_stride=0.36))
    foretold = clip.steps
    lane = Lane(parts.decoder, parts.cache(), 1)
    while clip.next_window() is not None:
        lane.admit(clip, parts.text.encode("x"))
        run_out(lane)
    assert (foretold, clip.steps_made) == (30 + 3 + 18 + 3 + 7 + 3, foretold)
