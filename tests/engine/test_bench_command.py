"""`mgb-engine bench`, on the tiny checkpoint."""

import json

import pytest
import torch
from mgb_engine.cli import main
from mgb_engine.io import bench as bench_module
from mgb_engine.io.bench import bench, group_sizes
from mgb_engine.model.text_encoder import TextEncoder


@pytest.fixture
def small_groups(monkeypatch):
    """Every slot would be some dozens of clips, which show nothing that three do not."""
    monkeypatch.setattr(bench_module, "group_sizes", lambda slots: [1, 3])


def test_the_benchmark_runs_one_clip_eight_clips_and_all_slots():
    assert group_sizes(41) == [1, 8, 41]
    assert group_sizes(8) == [1, 8]
    assert group_sizes(6) == [1, 6]
    assert group_sizes(1) == [1]


def test_the_benchmark_measures_every_length_with_every_number_of_clips(tiny, small_groups, capfd):
    assert main(["bench", "--model", str(tiny), "--seconds", "0.3", "0.6", "--json"]) == 0
    result = json.loads(capfd.readouterr().out)
    assert [(row["seconds"], row["clips"]) for row in result["rows"]] == [
        (0.3, 1),
        (0.3, 3),
        (0.6, 1),
        (0.6, 3),
    ]
    for row in result["rows"]:
        audio = row["seconds"] * row["clips"]
        assert row["audio_seconds_per_second"] * row["wall_seconds"] == pytest.approx(audio, rel=0.05)
        assert 0 < row["step_ms"] < 1e3 * row["wall_seconds"]
    assert (result["device"], result["dtype"]) == ("cpu", "float32")
    assert result["slots"] >= 1 and result["peak_memory_mb"] > 50 and result["device_name"]


def test_the_table_shows_a_line_a_measurement_and_what_it_was_taken_on(tiny, small_groups, capfd):
    assert main(["bench", "--model", str(tiny), "--seconds", "0.3"]) == 0
    head, slots, guess, empty, names, *rows = capfd.readouterr().out.splitlines()
    assert head.startswith("tiny-random (noise) (") and " in float32 on " in head
    assert " slots, " in slots and guess.startswith("guessed at the start: ") and empty == ""
    assert names.split() == ["seconds", "clips", "audio-s/s", "told", "step,", "ms", "wall,", "s"]
    assert [row.split()[:2] for row in rows] == [["0.3", "1"], ["0.3", "3"]]


def test_no_measured_prompt_is_one_that_the_text_encoder_remembers(tiny, small_groups, monkeypatch):
    read, honest = [], TextEncoder._encode
    monkeypatch.setattr(
        TextEncoder, "_encode", lambda self, tokens: read.append(tokens) or honest(self, tokens)
    )
    bench(str(tiny), "cpu", "float32", [0.1, 0.2])
    assert len(read) == 3 + 2 * (1 + 3)  # the start's own two, the warm-up, and every measured clip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--seconds", "301"], "expected duration_seconds to be a number from 0.02 to 300, got 301.0"),
        (["--device", "cuda"], "expected a CUDA device, found none"),
        (["--model", "nowhere/at all"], "expected nowhere/at all to be a folder or a model on the hub"),
    ],
)
def test_what_cannot_be_measured_is_named(tiny, capfd, monkeypatch, asked, told):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(["bench", "--model", str(tiny), *asked]) == 2
    out, err = capfd.readouterr()
    assert told in err and out == ""


def test_a_clip_that_fails_ends_the_measurement(tiny, monkeypatch, capfd):
    def fail(*_):
        raise OSError("no room on the disk")

    monkeypatch.setattr("mgb_engine.io.finisher.write_clip", fail)
    assert main(["bench", "--model", str(tiny), "--seconds", "0.3"]) == 1
    out, err = capfd.readouterr()
    assert "warm-up: could not write the clip: OSError: no room on the disk" in err and out == ""
