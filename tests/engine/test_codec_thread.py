"""What becomes of whole clips that come to the codec: decoded, canceled, interrupted, or failed."""

import queue
from types import SimpleNamespace

import pytest
import torch
from bench_of_parts import request
from mgb_engine.engine.codec_thread import CodecThread
from mgb_engine.engine.events import Canceled, Decoded, Failed, Interrupted
from mgb_engine.engine.request import Orders
from mgb_engine.io.answers import Answers

PATIENCE_SECONDS = 60


class Stage:
    """A codec thread whose codec gives every frame's first code back, 640 times."""

    def __init__(self):
        self.answers, self.events, self.faults = Answers(lambda _: None), queue.Queue(), []
        self.together = []  # how many clips each decoding was of
        self.orders = Orders(lambda: self.answers.canceled)
        codec = SimpleNamespace(device="cpu", decode=self._decode)
        self.thread = CodecThread(codec, 2, self.orders, self.events)

    def _decode(self, codes):
        if self.faults:
            raise self.faults.pop()
        self.together.append(len(codes) // 2)
        return [side[0].repeat_interleave(640).float() for side in codes]

    def add(self, id, seconds=0.1, last=True):
        asked = request(id, duration_seconds=seconds)
        self.answers.open(id)
        frames = torch.arange(8)[:, None].expand(8, 100)  # of stereo: the even rows are the left side's
        length = {"first_sample": 0, "samples": round(32_000 * seconds)}
        self.thread.add([SimpleNamespace(request=asked, frames=frames, **length)], last=last)

    def next(self):
        return self.events.get(timeout=PATIENCE_SECONDS)


def assert_next(stage, kind, id):
    event = stage.next()
    assert (type(event), event.clip.request.id) == (kind, id)


@pytest.fixture
def stage():
    made = Stage()
    yield made
    made.thread.stop()


def test_a_clip_s_sides_are_its_even_and_its_odd_codebooks_cut_to_its_length(stage):
    stage.add("a", seconds=0.1)
    made = stage.next()
    assert isinstance(made, Decoded)
    assert (made.clip.request.id, made.samples.shape) == ("a", (2, 3200))
    assert (made.samples[0] == 0).all() and (made.samples[1] == 1).all()


def test_a_whole_clip_that_is_not_wanted_any_more_is_not_decoded(stage):
    stage.answers.open("a")
    stage.answers.cancel("a")
    stage.add("a")
    assert_next(stage, Canceled, "a")


def test_a_whole_clip_for_which_there_is_no_time_is_left_as_a_checkpoint(stage):
    stage.orders.drain(0)
    stage.add("a")
    assert_next(stage, Interrupted, "a")


def test_a_whole_clip_is_decoded_while_a_drain_leaves_time_for_it(stage):
    stage.orders.drain(1000)
    stage.add("a")
    assert_next(stage, Decoded, "a")


def test_a_fault_fails_the_clips_it_met_and_the_next_ones_are_decoded(stage):
    stage.faults.append(RuntimeError("no memory for this"))
    stage.add("a")
    failed = stage.next()
    assert isinstance(failed, Failed)
    assert (failed.clip.request.id, str(failed.error)) == ("a", "no memory for this")
    stage.add("b")
    assert_next(stage, Decoded, "b")


LONG = 1000  # seconds of audio, for which a clip has minutes of patience


def test_a_clip_waits_for_the_company_of_others_at_work_and_is_decoded_with_them(stage):
    for id in "abcd":
        stage.add(id, seconds=LONG, last=False)
    for id in "abcd":
        assert_next(stage, Decoded, id)
    assert stage.together == [4]


def test_the_last_clip_at_work_waits_for_nobody_and_takes_with_it_what_waits(stage):
    stage.add("a", seconds=LONG, last=False)
    stage.add("b", seconds=LONG, last=True)
    for id in "ab":
        assert_next(stage, Decoded, id)
    assert sum(stage.together) == 2


def test_a_clip_is_decoded_alone_when_its_patience_ends(stage):
    stage.add("a", seconds=0.1, last=False)
    assert_next(stage, Decoded, "a")
    assert stage.together == [1]


def test_a_drain_ends_the_wait_for_company(stage):
    stage.add("a", seconds=LONG, last=False)
    stage.orders.drain(10 * LONG)
    assert_next(stage, Decoded, "a")


def test_a_thread_that_is_stopped_decodes_what_waits_for_company(stage):
    stage.add("a", seconds=LONG, last=False)
    stage.thread.stop()
    assert_next(stage, Decoded, "a")


def test_waiting_clips_count_in_the_time_that_a_new_clip_would_take(stage):
    clip = SimpleNamespace(request=request("next", duration_seconds=3))
    assert stage.thread.seconds_for(clip) == pytest.approx(0.3)  # the first guess: a tenth of the audio
    with stage.thread._lock:
        stage.thread._waiting_seconds = 5.0
    assert stage.thread.seconds_for(clip) == pytest.approx(0.8)
