"""The engine as a process: every request answered once, nothing else on stdout."""

import json
from pathlib import Path

import pytest
import soundfile
from engine_process import PATIENCE_SECONDS, EngineProcess, output, start, submit_line


@pytest.fixture(scope="module")
def shared(tiny, tmp_path_factory):
    """One process for the tests that leave it running: starting one costs seconds."""
    engine = EngineProcess(tiny, tmp_path_factory.mktemp("out"))
    engine.until_type("ready")
    yield engine
    assert engine.end() == 0
    answered = [e["id"] for e in engine.events if e["type"] in ("done", "failed", "checkpoint") and e["id"]]
    assert len(answered) == len(set(answered))


def test_ready_says_which_model_and_that_it_is_noise(shared):
    ready = shared.events[0]
    assert ready["model"] == "tiny-random (noise)"
    assert len(ready["revision"]) == 12
    assert (ready["device"], ready["sample_rate"]) == ("cpu", 32_000)


def test_ready_says_how_long_the_parts_of_the_start_took(shared):
    start = shared.events[0]["start"]
    assert set(start) == {"weights_seconds", "trial_seconds"}
    assert all(0 < seconds < 600 for seconds in start.values())


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg"])
def test_each_format_can_be_read_back_at_its_length(shared, format):
    shared.send(
        submit_line(f"f-{format}", output=output(format=format, normalize="peak"), duration_seconds=0.5)
    )
    done = shared.until_type("done", f"f-{format}")
    audio, rate = soundfile.read(done["path"])
    assert rate == 32_000
    assert abs(len(audio) - 16_000) <= (0 if format != "mp3" else 2400)  # mp3 pads to whole frames
    assert done["duration_seconds"] == 0.5
    assert abs(audio).max() > 0.3


def test_a_bad_line_is_answered_and_the_next_request_still_runs(shared):
    shared.send("this is no json", submit_line("bad", seed="x"), submit_line("good"))
    assert shared.until_type("failed")["id"] is None
    bad = shared.until_type("failed")
    assert (bad["id"], bad["code"], bad["retryable"]) == ("bad", "bad_request", False)
    assert shared.until_type("done", "good")["steps"] == 18


def test_an_id_that_is_still_open_is_refused_without_answering_the_first(shared):
    shared.send(submit_line("twice"), submit_line("twice"))
    assert shared.until_type("failed")["id"] is None
    assert shared.until_type("done")["id"] == "twice"


def test_a_canceled_request_is_answered_so_and_its_neighbour_is_made(shared):
    shared.send(
        submit_line("gone", duration_seconds=30), submit_line("stays"), {"type": "cancel", "id": "gone"}
    )
    answers = shared.answers("gone", "stays")
    assert (answers["gone"]["code"], answers["gone"]["retryable"]) == ("canceled", False)
    assert answers["stays"]["type"] == "done"


def test_the_cancel_of_an_unknown_id_is_no_fault(shared):
    shared.send({"type": "cancel", "id": "nobody"}, submit_line("after"))
    assert shared.until_type("done")["id"] == "after"


def test_a_drain_answers_everything_with_a_checkpoint(tiny, tmp_path):
    engine = EngineProcess(tiny, tmp_path)
    engine.until_type("ready")
    engine.send(
        *(submit_line(f"d{i}", duration_seconds=30) for i in range(3)), {"type": "drain", "within_seconds": 0}
    )
    answers = engine.answers("d0", "d1", "d2")
    assert {a["type"] for a in answers.values()} == {"checkpoint"}
    assert all(a["path"] is None or Path(a["path"]).stat().st_size < 20_000 for a in answers.values())
    assert engine.end() == 0


def test_a_shutdown_answers_what_is_open_before_it_ends(tiny, tmp_path):
    engine = EngineProcess(tiny, tmp_path)
    engine.until_type("ready")
    engine.send(submit_line("open", duration_seconds=30))
    assert engine.end() == 0
    assert engine.events[-1]["id"] == "open"
    assert (engine.events[-1]["code"], engine.events[-1]["retryable"]) == ("canceled", True)


def test_the_end_of_stdin_ends_the_process_in_the_middle_of_a_clip(tiny, tmp_path):
    engine = EngineProcess(tiny, tmp_path)
    engine.until_type("ready")
    engine.send(submit_line("open", duration_seconds=30))
    engine.process.stdin.close()
    assert engine.process.wait(timeout=PATIENCE_SECONDS) == 0


def test_a_broken_pipe_ends_the_process(tiny, tmp_path):
    process = start(tiny, tmp_path)
    assert b'"ready"' in process.stdout.readline()
    process.stdout.close()
    process.stdin.write(json.dumps(submit_line("lost", duration_seconds=0.1)).encode() + b"\n")
    process.stdin.flush()
    assert process.wait(timeout=PATIENCE_SECONDS) == 1


def test_a_model_that_is_not_there_is_told_on_stdout_too(tmp_path):
    engine = EngineProcess(tmp_path / "nowhere", tmp_path)
    assert engine.process.wait(timeout=PATIENCE_SECONDS) == 2
    failed = engine.until_type("failed_to_start")
    assert failed["code"] == "model_not_found" and "nowhere" in failed["detail"]
