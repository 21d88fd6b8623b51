"""What an engine tells of its pace, on machines of arithmetic: no clock is read here."""

from dataclasses import dataclass, replace

import pytest
from mgb_engine.engine.costs import Costs, Times
from mgb_engine.engine.pace import FEWEST_CLIPS, Pace

FRAME_RATE = 50


@dataclass(frozen=True)
class Machine:
    """A step reads the weights once, or multiplies for as long as its clips take, whichever is longer:
    no straight line in clips, unlike what the engine reckons with. Seconds with every lane at work.
    """

    lanes: int
    slots: int
    overhead: float
    weights: float
    product: float  # a clip
    position: float
    prompt: float
    audio_second: float
    idle_lanes: float = 1.0

    def step(self, clips, context, lanes):
        """Of one lane, by the clock, with so many lanes at work."""
        whole = self.overhead + max(self.weights, clips * self.product) + context * self.position
        share = lanes / self.lanes  # of what it takes with every lane at work
        return whole * share * (self.idle_lanes if lanes < self.lanes else 1)

    def trial(self, wrong_by=1.0):
        """What a trial at start finds, on a machine that was then so many times slower than it is."""
        context = 250
        times = Times(
            alone=wrong_by * self.step(1, 0, 1),
            shallow=tuple(
                (clips, wrong_by * self.step(clips, 0, self.lanes))
                for clips in (1, -(-self.slots // 4), self.slots)
            ),
            deep=(1, wrong_by * self.step(1, context, self.lanes)),
            context=context,
        )
        return Costs.of(
            times, lanes=self.lanes, frame_rate=FRAME_RATE,
            prompt=wrong_by * self.prompt, audio_second=wrong_by * self.audio_second,
        )  # fmt: skip

    def full_pace(self, seconds):
        """Every slot taken, clips at every stage of their way."""
        step = self.step(self.slots, self.slots * seconds * FRAME_RATE / 2, self.lanes)
        made = self.lanes * self.slots / FRAME_RATE  # audio of one step of all lanes
        return made / (step + made * (self.audio_second + self.prompt / seconds))

    def told(self, costs, *, at_once, clips, seconds):
        """Make groups of clips, one after the other, and say what the engine last told."""
        busy, told = 0.0, []
        pace = Pace(costs, lambda: busy)
        for start in range(0, clips, at_once):
            group = min(at_once, clips - start)
            lanes = [group // self.lanes + (i < group % self.lanes) for i in range(self.lanes)]
            at_work = [count for count in lanes if count]
            busy += group * self.prompt
            for frame in range(0, round(seconds * FRAME_RATE), 10):  # ten alike, one is told
                busy += 10 * max(self.step(count, count * frame, len(at_work)) for count in at_work)
                for count in at_work * 10:
                    pace.stepped(count, count * frame, len(at_work))
            for _ in range(group):
                busy += seconds * self.audio_second
                told.append(pace.finished(seconds))
        return told


MACHINES = {
    # Of the size of what was found on two cores: musicgen-small's dimensions, and the demo model.
    "small in fp32": Machine(2, 16, 0.005, 0.12, 0.038, 9e-6, 0.05, 0.08),
    "small in bf16": Machine(2, 16, 0.005, 0.06, 0.010, 5e-6, 0.05, 0.08),
    "the demo model": Machine(2, 16, 0.004, 0.0, 0.0004, 2e-7, 0.0005, 0.010, idle_lanes=1.9),
    # As estimated for a T4: bound by memory, whatever the clips.
    "small on a GPU": Machine(1, 41, 0.004, 0.0035, 0.00012, 8e-7, 0.01, 0.003),
    "large on a GPU": Machine(1, 6, 0.008, 0.0225, 0.0003, 3.3e-6, 0.02, 0.003),
    "eight lanes": Machine(8, 16, 0.005, 0.12, 0.038, 9e-6, 0.05, 0.02, idle_lanes=1.3),
}


@pytest.fixture(params=MACHINES)
def machine(request):
    return MACHINES[request.param]


def test_the_guess_at_start_is_for_full_slots_and_includes_codec_and_text(machine):
    assert machine.trial().pace(250, 10) == pytest.approx(machine.full_pace(10), rel=0.05)


@pytest.mark.parametrize("wrong_by", [0.2, 1, 5])
@pytest.mark.parametrize("at_once", [1, 2, 4, 8])
@pytest.mark.parametrize("seconds", [2, 10, 30])
def test_from_the_eighth_clip_on_the_pace_told_is_that_of_full_slots(machine, wrong_by, at_once, seconds):
    told = machine.told(machine.trial(wrong_by), at_once=at_once, clips=24, seconds=seconds)
    assert told[: FEWEST_CLIPS - 1] == [None] * (FEWEST_CLIPS - 1)
    full = machine.full_pace(seconds)
    assert told[FEWEST_CLIPS - 1 :] == pytest.approx([full] * (25 - FEWEST_CLIPS), rel=0.3)


def test_with_every_slot_taken_the_pace_told_is_what_was_made_by_the_clock(machine):
    slots = machine.lanes * machine.slots
    told = machine.told(machine.trial(3), at_once=slots, clips=2 * slots, seconds=10)
    assert told[-1] == pytest.approx(machine.full_pace(10), rel=0.05)


def test_a_machine_that_becomes_slower_is_told_so():
    machine = MACHINES["small in fp32"]
    slow = replace(machine, product=3 * machine.product, weights=3 * machine.weights)
    told = slow.told(machine.trial(), at_once=8, clips=400, seconds=2)
    assert told[-1] == pytest.approx(slow.full_pace(2), rel=0.3)


def test_time_without_work_is_not_counted():
    busy = 0.0
    pace = Pace(MACHINES["small in fp32"].trial(), lambda: busy)
    for _ in range(8):
        busy += 10
        pace.stepped(8, 0, 2)
        told = pace.finished(1)
    for _ in range(8):  # the same again: what passed in between is not in `busy`
        busy += 10
        pace.stepped(8, 0, 2)
        assert pace.finished(1) == pytest.approx(told)


def test_clips_that_need_no_step_measure_no_pace():
    pace = Pace(MACHINES["small in fp32"].trial(), lambda: 1.0)
    assert [pace.finished(10) for _ in range(10)] == [None] * 10
