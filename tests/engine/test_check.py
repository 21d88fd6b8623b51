"""`mgb-engine check`: what its lines say, and that each check finds what it is there for."""

import json
from types import SimpleNamespace

import pytest
import torch
from mgb_engine.check import clips, kernels, machine, memory, pace, suite
from mgb_engine.check.report import Check, Fault, run_checks, summary
from mgb_engine.cli import main
from mgb_engine.kernels import attention
from mgb_engine.model.model_folder import open_model


def told(*checks, device="cpu", clock=lambda: 0.0):
    lines = []
    results = run_checks(checks, device, lambda result: lines.append(result.line()), clock)
    return lines, summary(results, device)


def raising(error):
    def run():
        raise error

    return run


def test_a_check_is_a_line_and_one_that_fails_says_what_to_do():
    lines, result = told(
        Check("first", "never shown", lambda: "all is well"),
        Check("second", "do this", raising(Fault("two rows differ"))),
        Check("third", "do that", raising(RuntimeError("no memory"))),
        Check("fourth", "not here", lambda: "", needs_gpu=True),
    )
    assert lines == [
        "ok      first       all is well (0.0 s)",
        "FAILED  second      two rows differ (0.0 s)\n        -> do this",
        "FAILED  third       RuntimeError: no memory (0.0 s)\n        -> do that",
        "skipped fourth      no GPU",
    ]
    assert result["ok"] is False
    assert [check["status"] for check in result["checks"]] == ["ok", "failed", "failed", "skipped"]


def test_a_check_that_a_machine_cannot_run_fails_nothing():
    assert told(Check("a", "", lambda: "", needs_gpu=True))[1]["ok"] is True


def test_checks_that_would_begin_after_ten_minutes_fail_without_being_run():
    times = iter([0.0, 0.0, 0.0, 601.0, 601.0])
    lines, result = told(
        Check("slow", "", lambda: "done"),
        Check("late", "", raising(AssertionError)),
        clock=lambda: next(times),
    )
    assert lines[1].startswith("FAILED  late        not begun: the ten minutes are over")
    assert result["ok"] is False


@pytest.mark.parametrize("works, status", [(True, 0), (False, 1)])
def test_the_command_ends_with_the_status_of_its_checks(monkeypatch, capsys, works, status):
    check = Check("only", "do this", (lambda: "well") if works else raising(Fault("broken")))
    monkeypatch.setattr(suite, "open_model", lambda model, scratch: None)
    monkeypatch.setattr(suite, "_checks", lambda tiny, asked, device: [check])
    assert main(["check", "--device", "cpu", "--json"]) == status
    result = json.loads(capsys.readouterr().out)
    assert (result["ok"], result["device"], result["checks"][0]["name"]) == (works, "cpu", "only")
    assert result["checks"][0]["advice"] == (None if works else "do this")


def test_the_command_refuses_a_model_that_is_not_there(capsys):
    assert main(["check", "--device", "cpu", "--model", "/nowhere/at/all"]) == 2
    assert "/nowhere/at/all" in capsys.readouterr().err


def test_on_a_processor_what_needs_a_gpu_is_skipped_and_all_else_is_not(tiny, tmp_path):
    folder = open_model(str(tiny), tmp_path)
    needs = {check.name: check.needs_gpu for check in suite._checks(folder, folder, "cpu")}
    assert [name for name, gpu in needs.items() if gpu] == ["compiler", "tokens", "memory"]
    assert len(needs) == 13


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(machine, "_version", lambda name: None if name == "numba" else "1")
    with pytest.raises(Fault, match="expected numba to be installed"):
        machine.versions("cpu")


@pytest.mark.parametrize(
    "arch, runs",
    [
        ("sm_75", True),
        ("sm_70", True),
        ("sm_80", False),
        ("compute_70", True),
        ("compute_80", False),
        ("x", False),
    ],
)
def test_a_build_of_torch_runs_where_its_code_does(arch, runs):
    assert machine._runs(arch, (7, 5)) is runs


@pytest.fixture
def one_shape(monkeypatch):
    monkeypatch.setattr(kernels, "SHAPES", ((2, 64),))
    monkeypatch.setattr(kernels, "MEDIUM", (2, 64))
    monkeypatch.setattr(kernels, "LONGEST", 131)


def broken_kernel(monkeypatch, spoil):
    """The definition's kernel, with something wrong about it."""

    def attend(cache, layer, qkv, table):
        return spoil(cache, attention.attend_plainly(cache, layer, qkv, table), table)

    monkeypatch.setattr(kernels, "kernel_for", lambda cache: attention.Kernel("broken", attend))


@pytest.mark.slow
def test_a_kernel_that_computes_right_passes_the_check(one_shape):
    assert "as defined at lengths 1 to 131" in kernels.attention("cpu")
    assert "7 neighbours keep their bits" in kernels.not_finite("cpu", [1, 64, 65, 131, 130, 100, 17, 31])


def test_a_kernel_that_is_wrong_at_one_length_is_found(one_shape, monkeypatch):
    def spoil(cache, out, table):
        out[table.lengths == 64] += 0.1
        return out

    broken_kernel(monkeypatch, spoil)
    with pytest.raises(Fault, match="off its definition"):
        kernels.attention("cpu")


def test_a_kernel_that_writes_where_it_must_not_is_found(one_shape, monkeypatch):
    def spoil(cache, out, table):
        if len(table.lengths) == 5:  # those that bring a key and a value
            cache.values[0][0, 0, 0, 0] = 9.0
        return out

    broken_kernel(monkeypatch, spoil)
    with pytest.raises(Fault, match="written elsewhere"):
        kernels.attention("cpu")


def test_a_kernel_whose_rows_leak_into_one_another_is_found(one_shape, monkeypatch):
    broken_kernel(monkeypatch, lambda cache, out, table: out + out.sum() * 0)
    with pytest.raises(Fault, match="changed its neighbours"):
        kernels.not_finite("cpu")


class StandIn:
    """An engine whose clips are what `answer` says of each request."""

    def __init__(self, answer):
        self.engine = SimpleNamespace(description=SimpleNamespace(dtype="float16"))
        self._answer = answer

    def __call__(self, *_):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def make(self, requests):
        return [{"id": one.id, "type": "done", **self._answer(one)} for one in requests]


@pytest.mark.parametrize("kind, crowd", [("cpu", "8 clips x 2 rounds"), ("cuda", "64 clips x 20 rounds")])
def test_clips_that_are_themselves_in_every_round_and_alone_pass(monkeypatch, kind, crowd):
    monkeypatch.setattr(clips, "LocalEngine", StandIn(lambda one: {"sha256": str(one.seed)}))
    assert clips.company("m", kind) == f"{crowd} in float16: one sha256 a clip, alone too"


def test_a_clip_that_differs_once_in_company_is_found(monkeypatch):
    engine = StandIn(lambda one: {"sha256": "other" if one.id == "1-3" else str(one.seed)})
    monkeypatch.setattr(clips, "LocalEngine", engine)
    with pytest.raises(Fault, match="1 of 16 clips differ from themselves alone: 1-3"):
        clips.company("m", "cpu")


@pytest.mark.slow
def test_a_clip_drained_at_half_is_resumed_to_the_same_bytes(tiny, monkeypatch):
    monkeypatch.setattr(clips, "_HALF_SECONDS", 4.0)
    assert "of 203 and resumed: the same bytes" in clips.resume(str(tiny), "cpu")


@pytest.mark.parametrize("after, found", [(3, None), (4, "1 kernels were compiled in the middle of a clip")])
def test_a_kernel_that_is_compiled_in_mid_run_is_found(monkeypatch, after, found):
    counts = iter([3, after])
    monkeypatch.setattr(clips, "compiled_kernels", lambda device: next(counts))
    made = {"duration_seconds": 45.0, "steps": 2256}
    monkeypatch.setattr(clips, "LocalEngine", StandIn(lambda one: made))
    if found is None:
        assert clips.windows("m", "cuda") == "45 s in 2256 steps, no kernel compiled on the way"
    else:
        with pytest.raises(Fault, match=found):
            clips.windows("m", "cuda")


def test_codes_of_two_devices_are_compared_frame_by_frame(tiny, tmp_path, monkeypatch):
    folder = open_model(str(tiny), tmp_path)
    monkeypatch.setattr(clips, "_TOKEN_SECONDS", 0.3)
    assert "equal to cpu in 15 frames of greedy codes" in clips.tokens(folder, ("cpu", "cpu"))
    other = torch.zeros(4, 15, dtype=torch.int64)
    other[2, 7] = 1
    monkeypatch.setattr(clips, "greedy_codes", lambda folder, device: other * (device == "cuda"))
    with pytest.raises(Fault, match="cuda differs from cpu from frame 7 on"):
        clips.tokens(folder)


def test_the_plan_s_pages_are_as_large_as_it_says():
    assert "small 64 clips in 1927 pages, medium 18 clips in 491 pages" in memory.plan_arithmetic()


def test_a_decoder_of_any_size_can_be_made_without_weights():
    sizes = memory.DecoderSizes(2, 64, 2, 128, 4, 32, 1)
    decoder = memory.Decoder(sizes, memory.HollowWeights(), torch.float16, "cpu")
    assert decoder.sizes is sizes
    # 2 layers of 8 x 64 x 64 + 2 x 64 x 128 in fp16; 4 x (33 + 32) x 64 in float32.
    assert memory.decoder_bytes(sizes, torch.float16) == 2 * 49_152 * 2 + 16_640 * 4


@pytest.mark.parametrize("guess, clips_at_once", [(None, 1), (0.1, 0), (1.0, 6), (100.0, 32)])
def test_a_measurement_takes_as_many_clips_as_fit_into_its_minute(guess, clips_at_once):
    assert pace._clips_in_time(10.0, 32, guess) == clips_at_once


@pytest.mark.slow
def test_pace_and_reference_are_told_as_audio_seconds_a_second(tiny, tmp_path, monkeypatch):
    folder = open_model(str(tiny), tmp_path)
    monkeypatch.setattr(pace, "SECONDS", (0.3,))
    monkeypatch.setattr(pace, "_BUDGET_SECONDS", 0.5)
    monkeypatch.setitem(pace._COPY_BYTES, "cpu", 1 << 20)
    monkeypatch.setitem(pace._REFERENCE, "cpu", (1, 0.2))
    assert "audio-s/s" in pace.pace(folder, str(tiny), "cpu")
    assert "transformers, 1 x 0.2 s in float32" in pace.reference(folder, "cpu")
