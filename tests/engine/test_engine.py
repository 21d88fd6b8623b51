"""The whole engine in this process: threads, lanes, codec and files."""

import queue
import shutil
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from bench_of_parts import request
from mgb_engine.engine.request import Orders, Output, Resume, Source
from mgb_engine.engine.scheduler import Scheduler
from mgb_engine.io.answers import Answers
from mgb_engine.io.checkpoint import identity, read_checkpoint
from mgb_engine.io.serve import EngineOptions, load_engine
from mgb_engine.io.source import write_codes
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.model_folder import ModelError

PATIENCE_SECONDS = 120


class Driven:
    """An engine whose answers are collected."""

    def __init__(self, model, out, **options):
        self.events = queue.Queue()
        self.answers = Answers(self.events.put)
        chosen = {"dtype": "float32", "threads": 2, **options}  # the machine decides nothing here
        self.engine = load_engine(EngineOptions(str(model), out, "cpu", **chosen), self.answers)

    def submit(self, *asked):
        for one in asked:
            assert self.answers.open(one.id)
            self.engine.submit(one)

    def collect(self, count):
        """The next `count` answers, by id."""
        got = {}
        while len(got) < count:
            event = self.events.get(timeout=PATIENCE_SECONDS)
            if event["type"] not in ("progress", "stats"):
                assert event["id"] not in got
                got[event["id"]] = event
        return got


def wait_for_steps(driven, steps):
    """Until a lane has made so many steps since the engine's own test of itself."""
    lanes = driven.engine._scheduler.lanes
    before = [lane.steps for lane in lanes]
    while max(lane.steps - start for lane, start in zip(lanes, before, strict=True)) < steps:
        time.sleep(0.01)


@pytest.fixture
def driven(tiny, tmp_path):
    made = []

    def start(name="out", **options):
        made.append(Driven(tiny, tmp_path / name, **options))
        return made[-1]

    yield start
    for one in made:
        one.engine.stop()


@pytest.mark.slow
def test_more_clips_than_slots_all_come_out_with_their_own_lengths(driven):
    one = driven()
    asked = [request(f"c{i}", duration_seconds=0.1 + 0.05 * i, seed=i, top_k=20) for i in range(45)]
    one.submit(*asked)
    answers = one.collect(45)
    assert {a["type"] for a in answers.values()} == {"done"}
    for clip in asked:
        assert answers[clip.id]["duration_seconds"] == pytest.approx(clip.duration_seconds, abs=1e-4)
        assert answers[clip.id]["steps"] == round(clip.duration_seconds * 50 + 0.499) + 3


@pytest.mark.slow
def test_an_interrupted_clip_ends_as_the_same_file_in_another_engine(driven):
    asked = request("me", duration_seconds=6, top_k=30, output=Output("wav", "none"))
    one = driven("whole")
    one.submit(asked)
    whole = one.collect(1)["me"]
    two = driven("first")
    two.submit(asked)
    wait_for_steps(two, 80)
    two.engine.drain(0)
    left = two.collect(1)["me"]
    assert left["type"] == "checkpoint" and 0 < left["step"] < 303
    assert left["steps"] == left["step"] and left["gpu_seconds"] > 0
    three = driven("second")
    three.submit(
        request("me", duration_seconds=6, top_k=30, output=Output("wav", "none"), resume=Resume(left["path"]))
    )
    resumed = three.collect(1)["me"]
    assert (resumed["resumed_at_step"], resumed["steps"]) == (left["step"], 303 - left["step"])
    assert resumed["sha256"] == whole["sha256"]


@pytest.mark.slow
@pytest.mark.parametrize("format", ["wav", "ogg"])
def test_a_clip_is_the_same_file_alone_and_among_others(driven, format):
    one = driven()
    asked = {"duration_seconds": 1.5, "top_k": 30, "output": Output(format, "loudness")}
    one.submit(request("alone", **asked))
    alone = one.collect(1)["alone"]
    others = [request(f"o{i}", duration_seconds=0.3 + 0.2 * i, seed=i, top_k=20) for i in range(9)]
    one.submit(*others[:4], request("among", **asked), *others[4:])
    assert one.collect(10)["among"]["sha256"] == alone["sha256"]


@pytest.mark.slow
def test_a_clip_is_the_same_however_many_threads_and_lanes_there_are(driven):
    made = []
    for threads in (1, 2, 5):
        one = driven(f"{threads} threads", threads=threads)
        one.submit(*(request(f"c{i}", seed=i, top_k=20, output=Output("wav", "none")) for i in range(7)))
        made.append({id: answer["sha256"] for id, answer in one.collect(7).items()})
        assert one.engine.plan.lanes == threads
    assert made[0] == made[1] == made[2]


def test_a_drain_interrupts_only_what_will_not_end_in_time(driven, monkeypatch):
    monkeypatch.setattr(
        Scheduler, "_is_too_late", lambda self, lane, sequence: sequence.clip.request.id == "long"
    )
    one = driven()
    one.submit(request("short", duration_seconds=2), request("long", duration_seconds=60))
    wait_for_steps(one, 5)
    one.engine.drain(1000)
    answers = one.collect(2)
    assert answers["short"]["type"] == "done"
    assert answers["long"]["type"] == "checkpoint"


@pytest.mark.parametrize(
    ("steps", "step_seconds", "late"), [(70, 0.1, True), (69, 0.1, False), (0, 9.0, False), (1, 7.5, True)]
)
def test_a_clip_is_too_late_when_its_steps_its_codec_and_a_second_pass_the_deadline(
    monkeypatch, steps, step_seconds, late
):
    monkeypatch.setattr("mgb_engine.engine.request.time.monotonic", lambda: 50.0)
    orders = Orders(frozenset)
    scheduler = SimpleNamespace(_orders=orders, _codec=SimpleNamespace(seconds_for=lambda clip: 2.05))
    lane = SimpleNamespace(step_seconds=step_seconds)
    sequence = SimpleNamespace(steps_left=steps, clip=None)
    assert not Scheduler._is_too_late(scheduler, lane, sequence)  # while nobody drains
    orders.drain(10)
    assert Scheduler._is_too_late(scheduler, lane, sequence) is late


@pytest.mark.parametrize(("dtype", "retryable"), [("bfloat16", True), ("float16", True), ("float32", False)])
def test_a_clip_that_is_not_finite_fails_and_only_half_precision_is_worth_another_try(
    driven, monkeypatch, dtype, retryable
):
    one = driven(dtype=dtype)
    honest = Decoder.logits
    monkeypatch.setattr(Decoder, "logits", lambda self, *arguments: honest(self, *arguments) * float("nan"))
    one.submit(request("a"))
    failed = one.collect(1)["a"]
    assert (failed["type"], failed["code"], failed["retryable"]) == ("failed", "numeric", retryable)
    assert failed["detail"] == f"the model's output is not finite in {dtype}"
    monkeypatch.setattr(Decoder, "logits", honest)
    one.submit(request("b"))
    assert one.collect(1)["b"]["type"] == "done"


def test_a_fault_in_a_step_fails_its_clips_and_the_next_ones_are_made(driven, monkeypatch):
    one = driven()
    honest = Decoder.logits
    monkeypatch.setattr(
        Decoder, "logits", lambda *_: (_ for _ in ()).throw(RuntimeError("no memory for this"))
    )
    one.submit(request("a"))
    failed = one.collect(1)["a"]
    assert (failed["code"], failed["retryable"]) == ("internal", True)
    monkeypatch.setattr(Decoder, "logits", honest)
    one.submit(request("b"))
    assert one.collect(1)["b"]["type"] == "done"


@pytest.mark.slow
def test_cancels_take_out_the_running_and_the_waiting_and_nothing_else(driven):
    one = driven()
    asked = [request(f"c{i}", duration_seconds=3, seed=i, top_k=20) for i in range(36)]
    one.submit(*asked)
    for id in ("c0", "c35"):
        one.engine.cancel(id)
    answers = one.collect(36)
    assert {id for id, a in answers.items() if a["type"] == "failed"} == {"c0", "c35"}
    one.submit(request("c0"))  # a canceled id may come again
    assert one.collect(1)["c0"]["type"] == "done"


def test_a_clip_canceled_during_a_step_makes_no_other(driven, monkeypatch):
    one, honest, steps = driven(), Decoder.logits, []

    def counted(self, *arguments):
        steps.append(None)
        if len(steps) == 5:
            one.engine.cancel("gone")
        return honest(self, *arguments)

    monkeypatch.setattr(Decoder, "logits", counted)
    one.submit(request("gone", duration_seconds=30))
    assert one.collect(1)["gone"]["code"] == "canceled"
    assert len(steps) == 5


def test_a_checkpoint_is_left_though_the_file_that_the_clip_continues_is_gone(driven, tmp_path):
    one, file = driven(), tmp_path / "codes"
    write_codes(file, torch.full((4, 20), 3))
    asked = request("me", duration_seconds=30, continue_from=Source(str(file), "item_1", None))
    one.submit(asked)
    wait_for_steps(one, 5)
    kept = file.read_bytes()
    file.unlink()
    one.engine.drain(0)
    left = one.collect(1)["me"]
    assert (left["type"], left["path"] is None) == ("checkpoint", False)
    file.write_bytes(kept)
    named = identity(asked, one.engine.description.revision)
    assert read_checkpoint(Path(left["path"]), named).shape[1] > 20


def test_a_checkpoint_of_all_codes_needs_the_codec_alone(driven, parts, tmp_path):
    one, asked = driven(), request("me", output=Output("wav", "none"))
    one.submit(asked)
    whole = one.collect(1)["me"]
    path = tmp_path / "c"
    write_codes(path, parts.alone(asked), identity(asked, one.engine.description.revision))
    one.submit(replace(asked, resume=Resume(str(path))))
    again = one.collect(1)["me"]
    assert (again["steps"], again["resumed_at_step"]) == (0, whole["steps"])
    assert again["sha256"] == whole["sha256"]


@pytest.mark.parametrize(
    "codes",
    [
        torch.full((4, 10), 64),  # the padding code is none of the clip's
        torch.full((4, 10), -2),
        torch.full((4, 1000), 3),
        torch.full((3, 10), 3),
        torch.zeros(40),
        torch.full((4, 10), float("nan")),
    ],
    ids=["a code too large", "a code too small", "too long", "a codebook missing", "flat", "no number"],
)
def test_a_checkpoint_with_impossible_codes_is_not_taken_up(driven, tmp_path, codes):
    from safetensors.torch import save_file

    one, asked, path = driven(), request("me", output=Output("wav", "none")), tmp_path / "c"
    one.submit(asked)
    whole = one.collect(1)["me"]
    named = identity(asked, one.engine.description.revision)
    save_file({"codes": codes}, path, {"identity": named})
    one.submit(replace(asked, resume=Resume(str(path))))
    again = one.collect(1)["me"]
    assert (again["resumed_at_step"], again["sha256"]) == (0, whole["sha256"])


def test_the_pace_is_told_from_the_eighth_finished_clip_on_and_a_guess_before(driven):
    one = driven()
    assert one.engine.description.ready()["guessed_audio_seconds_per_second"] > 0
    one.submit(*(request(f"c{i}", seed=i) for i in range(8)))
    one.collect(8)
    stats = one.events.get(timeout=PATIENCE_SECONDS)
    assert (stats["type"], stats["measured_clips"]) == ("stats", 8)
    assert stats["audio_seconds_per_second"] > 0


def test_failed_clips_measure_no_pace(driven):
    one = driven()
    one.submit(*(request(f"c{i}", duration_seconds=30, seed=i) for i in range(9)))
    for i in range(9):
        one.engine.cancel(f"c{i}")
    one.collect(9)
    assert one.engine.pace.finished_clips == 0


@pytest.mark.parametrize("path", ["/nowhere", "\0", "/", "x" * 4096])
def test_a_checkpoint_that_cannot_be_opened_is_not_taken_up(driven, path):
    one = driven()
    one.submit(request("me", resume=Resume(path)))
    assert one.collect(1)["me"]["type"] == "done"


def test_a_drain_whose_checkpoints_cannot_be_written_still_answers_every_clip(driven, tmp_path):
    one = driven()
    one.submit(*(request(f"c{i}", duration_seconds=30, seed=i) for i in range(40)))
    wait_for_steps(one, 5)
    shutil.rmtree(tmp_path / "out")
    one.engine.drain(0)
    answers = one.collect(40).values()
    assert {(a["type"], a["path"], a["step"]) for a in answers} == {("checkpoint", None, 0)}
    assert sum(a["steps"] for a in answers) > 0


def test_what_has_not_begun_leaves_no_file_in_a_drain(driven, tmp_path):
    one = driven()
    one.engine.drain(0)
    one.submit(request("c"))
    left = one.collect(1)["c"]
    assert (left["type"], left["path"], left["step"]) == ("checkpoint", None, 0)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_clip_that_cannot_be_written_fails_and_the_next_one_is_made(driven, tmp_path):
    one = driven()
    shutil.rmtree(tmp_path / "out")
    one.submit(request("lost"))
    lost = one.collect(1)["lost"]
    assert (lost["type"], lost["code"], lost["retryable"]) == ("failed", "internal", True)
    assert "No such file" in lost["detail"]
    (tmp_path / "out").mkdir()
    one.submit(request("made"))
    assert one.collect(1)["made"]["type"] == "done"


def test_what_a_killed_process_left_half_written_is_gone_when_the_next_one_is_ready(driven, tmp_path):
    (tmp_path / "out").mkdir()
    for name in (".a-1.flac.99.partial", ".a.checkpoint.99.partial", "kept.flac"):
        (tmp_path / "out" / name).write_bytes(b"x")
    driven()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept.flac"]


def test_weights_that_give_no_finite_output_are_refused_at_the_start(tiny, tmp_path, monkeypatch):
    honest = Decoder.logits
    monkeypatch.setattr(Decoder, "logits", lambda self, *arguments: honest(self, *arguments) * float("nan"))
    with pytest.raises(ModelError, match="finite"):
        Driven(tiny, tmp_path)


def test_stereo_clips_have_two_different_channels(stereo, tmp_path):
    import soundfile

    one = Driven(stereo.path, tmp_path)
    one.submit(request("s", top_k=30))
    audio, _ = soundfile.read(one.collect(1)["s"]["path"])
    one.engine.stop()
    assert audio.shape == (16_000, 2)
    assert abs(audio[:, 0] - audio[:, 1]).max() > 0.001
