"""Steps that are recorded once and replayed, as on CUDA, by a stand-in on this CPU."""

import pytest
import torch
from bench_of_parts import broken_of, frames_of, request, run_out
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mgb_engine.engine.batch import Batch, Recording, RunningBatch
from mgb_engine.engine.lane import Lane
from mgb_engine.kernels.cache import PageCache
from mgb_engine.model.decoder import Decoder
from recorded_steps import Log, RecordingRecorder

SAMPLED = {"top_k": 40, "temperature": 1.1, "top_p": 0.95}
COLUMNS = 140  # room for clips of 2.7 s
POOL = [
    request("a", duration_seconds=0.06),
    request("b", prompt="slow blues", duration_seconds=0.5, guidance_scale=1),
    request("c", prompt="x" * 150, duration_seconds=1.3, seed=3, **SAMPLED),
    request("d", prompt="techno", duration_seconds=1.28, seed=4, top_k=0),
    request("e", duration_seconds=0.9, guidance_scale=1, seed=5, top_k=0, top_p=0.5),
    request("f", duration_seconds=2.6, guidance_scale=7, seed=6, top_k=20),
    # More than the vocabulary's 64 codes: no limit.
    request("g", duration_seconds=0.3, seed=7, top_k=64),
    request("h", duration_seconds=0.4, seed=8, top_k=2048, top_p=0.9),
]
SCHEDULES = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(POOL)), min_size=1, max_size=6, unique_by=lambda x: x[1].id
)


def fixed_lane(parts, places=4, *, cache=None, recorder=None):
    cache = cache or parts.cache(60)
    recording = Recording(recorder or RecordingRecorder(), places, COLUMNS)
    return Lane(parts.decoder, cache, places, RunningBatch(parts.decoder, cache, recording))


@pytest.fixture(scope="module")
def recorded(parts):
    """A lane whose steps were recorded before any clip came."""
    return fixed_lane(parts)


@pytest.fixture(scope="module")
def unrecorded(parts):
    """What each clip of the pool is by steps that are not recorded."""
    return {asked.id: parts.alone(asked) for asked in POOL}


def run(parts, lane, schedule):
    left = []
    waiting, begun = sorted(schedule, key=lambda entry: entry[0]), lane.steps
    while waiting or lane.sequences:
        while waiting and lane.has_room() and (waiting[0][0] <= lane.steps - begun or not lane.sequences):
            asked = waiting.pop(0)[1]
            assert lane.admit(parts.clip(asked), parts.text.encode(asked.prompt))
        left += lane.step()
    assert broken_of(left) == []
    return frames_of(left)


@pytest.mark.slow
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SCHEDULES)
def test_replayed_steps_make_every_clip_as_unrecorded_ones_do(parts, recorded, unrecorded, schedule):
    made = run(parts, recorded, schedule)
    for _, asked in schedule:
        assert torch.equal(made[asked.id], unrecorded[asked.id]), asked.id


def test_replayed_steps_have_the_reference_s_codes(parts, recorded):
    asked = [request("g", duration_seconds=1.2), request("h", prompt="techno", duration_seconds=0.7)]
    made = run(parts, recorded, [(0, asked[0]), (13, asked[1])])
    for one in asked:
        assert torch.equal(made[one.id], parts.reference_codes(one))


@pytest.mark.parametrize("top_k", [64, 65, 250, 2048])
def test_a_top_k_of_the_whole_vocabulary_or_more_limits_nothing(parts, recorded, top_k):
    asked = request("me", duration_seconds=0.4, seed=7, top_k=top_k)
    unlimited = parts.alone(request("me", duration_seconds=0.4, seed=7, top_k=0))
    assert torch.equal(run(parts, recorded, [(0, asked)])["me"], unlimited)
    assert torch.equal(parts.alone(asked), unlimited)


def test_a_clip_without_guidance_takes_the_pages_of_one_row_there_too(parts):
    lane = fixed_lane(parts, cache=parts.cache(3))
    asked = request("one", duration_seconds=1, guidance_scale=1)
    assert lane.admit(parts.clip(asked), parts.text.encode("x"))  # 1 page for its row, 1 for its prompt
    assert lane._cache.free() == 1


def test_a_longer_prompt_widens_the_tables_and_changes_no_other_clip(parts, monkeypatch):
    monkeypatch.setattr(RunningBatch, "_PROMPT_PAGES", 1)
    lane = fixed_lane(parts)
    early, late = (
        request("early", duration_seconds=1, **SAMPLED),
        request("late", prompt="y" * 300, duration_seconds=0.5, **SAMPLED),
    )
    lane.admit(parts.clip(early), parts.text.encode(early.prompt))
    for _ in range(20):
        lane.step()
    lane.admit(parts.clip(late), parts.text.encode(late.prompt))
    made = frames_of(run_out(lane))
    assert torch.equal(made["early"], parts.alone(early))
    assert torch.equal(made["late"], parts.alone(late))


def test_a_clip_that_is_not_finite_is_told_and_its_place_is_clean_again(parts):
    cache = parts.cache(60)
    lane = fixed_lane(parts, cache=cache)
    good, bad = (request(id, duration_seconds=1, **SAMPLED) for id in ("good", "bad"))
    for asked in (good, bad):
        lane.admit(parts.clip(asked), parts.text.encode(asked.prompt))
    for _ in range(20):
        lane.step()
    cache.values[1][lane.sequences[1].rows[0][0], 0, 5, 3] = float("nan")
    left = run_out(lane)
    assert broken_of(left) == ["bad"]
    lane.admit(parts.clip(bad), parts.text.encode(bad.prompt))
    made = frames_of(left + run_out(lane))
    assert torch.equal(made["good"], parts.alone(good))
    assert torch.equal(made["bad"], parts.alone(bad))


def test_a_clip_taken_out_in_the_middle_goes_on_later_with_the_same_codes(parts):
    asked = request("me", duration_seconds=2, **SAMPLED)
    lane = fixed_lane(parts)
    clip = parts.clip(asked)
    lane.admit(clip, parts.text.encode(asked.prompt))
    for _ in range(33):
        lane.step()
    lane.remove(lane.sequences[0])
    assert clip.steps_done() == 33
    lane.admit(parts.clip(asked, clip.known_frames()), parts.text.encode(asked.prompt))
    assert torch.equal(frames_of(run_out(lane))["me"], parts.alone(asked))


def test_each_step_adds_one_measurement_of_the_pace(parts):
    recorder = RecordingRecorder()
    lane = fixed_lane(parts, recorder=recorder)
    lane.admit(parts.clip(request(duration_seconds=1)), parts.text.encode("x"))
    assert recorder.paces == 0
    for _ in range(7):
        lane.step()
    assert recorder.paces == 7


@torch.inference_mode()
def test_a_step_reads_nothing_on_the_host_and_takes_no_tensor_from_it(parts):
    """On the meta device no tensor has values, and none of a CPU's may join them."""
    sizes = parts.sizes
    decoder = Decoder(sizes, parts.weights, torch.float16, "meta")
    cache = PageCache(sizes.cache_shape(torch.float16), 20, "meta")
    batch = Batch(decoder, cache, 3, [0, 1, 2], 100, 2)
    for nucleus in (False, True):
        with Log():
            batch.step(20, nucleus)


def test_the_stand_in_for_cuda_graphs_refuses_what_a_recording_forbids():
    x = torch.arange(4)
    for work in (lambda: x[0].item(), lambda: x[x > 1], lambda: x.nonzero(), lambda: torch.tensor([1, 2])):
        with Log(), pytest.raises(AssertionError, match="recorded step"):
            work()
