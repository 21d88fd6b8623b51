"""Which lane a clip is made in, and that its codes do not tell."""

import queue
import time
from dataclasses import replace

import pytest
import torch
from bench_of_parts import Parts, request
from mgb_engine.engine.plan import make_plan
from mgb_engine.engine.request import Orders
from mgb_engine.engine.scheduler import Request, Scheduler

PATIENCE_SECONDS = 120
LANES = 3


class Whole:
    """In the codec's place: keeps clips as they become whole."""

    def __init__(self):
        self.clips, self.lasts = queue.Queue(), []

    def add(self, clips, *, last=False):
        for clip in clips:
            self.lasts.append(last)
            self.clips.put(clip)

    def next(self):
        return self.clips.get(timeout=PATIENCE_SECONDS)


class Staged:
    def __init__(self, parts: Parts, pages: int = 400):
        self.parts, self.codec, self.cache = parts, Whole(), parts.cache(pages)
        plan = make_plan(parts.sizes, parts.codec_sizes.frame_rate, "cpu", torch.float32, LANES)
        self.scheduler = Scheduler(
            parts.decoder, self.cache, replace(plan, lanes=LANES, slots=16), Orders(frozenset), self.codec,
            queue.SimpleQueue(),
        )  # fmt: skip

    def add(self, *asked):
        for one in asked:
            self.scheduler.add(Request(self.parts.clip(one), self.parts.text.encode(one.prompt)))

    def steps(self):
        return [lane.steps for lane in self.scheduler.lanes]


@pytest.fixture
def staged(parts):
    made = []

    def start(*asked, **options):
        made.append(Staged(parts, **options))
        made[-1].add(*asked)
        made[-1].scheduler.start()
        return made[-1]

    yield start
    for one in made:
        one.scheduler.stop()


def wait_until(condition):
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


def clips(count, seconds=0.6, each=0.0):
    return [request(f"c{i}", seed=i, top_k=20, duration_seconds=seconds + each * i) for i in range(count)]


def test_few_clips_are_made_in_one_lane(staged):
    one = staged(*clips(4))
    for _ in range(4):
        one.codec.next()
    assert sorted(steps > 0 for steps in one.steps()) == [False, False, True]


def test_more_clips_are_shared_among_all_lanes(staged):
    one = staged(*clips(9))
    for _ in range(9):
        one.codec.next()
    assert all(one.steps())


def test_when_few_are_left_they_go_on_in_one_lane_and_a_clip_that_moved_has_the_codes_of_one_that_did_not(
    staged, parts
):
    asked = clips(9, seconds=0.4, each=0.3)
    one = staged(*asked)
    made = {}
    while len(made) < 9:
        clip = one.codec.next()
        made[clip.request.id] = clip.frames
    # The four longest are at work alone for 50 steps and more: all lanes' steps would be as many otherwise.
    assert max(one.steps()) >= min(one.steps()) + 40
    assert all(torch.equal(made[it.id], parts.alone(it)) for it in asked)
    assert one.cache.free() == one.cache.pages


def test_clips_that_came_one_by_one_are_shared_out_when_there_are_many(staged):
    one = staged(*clips(4, seconds=20))
    wait_until(lambda: any(one.steps()))
    one.add(*clips(6, seconds=20)[4:])
    wait_until(lambda: sorted(len(lane.sequences) for lane in one.scheduler.lanes) == [2, 2, 2])


def test_where_memory_does_not_bear_two_reservations_a_clip_stays_in_its_lane_and_all_are_made(staged, parts):
    asked = clips(9, seconds=0.4, each=0.3)
    one = staged(*asked, pages=26)
    made = [one.codec.next() for _ in asked]
    assert all(torch.equal(clip.frames, parts.alone(clip.request)) for clip in made)
    assert one.cache.free() == one.cache.pages


def test_only_the_last_clips_at_work_are_told_to_be_the_last(staged):
    one = staged(*clips(3, seconds=0.4, each=0.2))
    for _ in range(3):
        one.codec.next()
    assert one.codec.lasts == [False, False, True]
