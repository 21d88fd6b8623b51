"""An engine that cannot start says why, in a line that the agent reads."""

import errno
import json
import shutil
import threading

import pytest
import torch
from engine_process import PATIENCE_SECONDS, EngineProcess
from mgb_engine.io import serve as serve_module
from mgb_engine.io.serve import EngineOptions, serve
from mgb_engine.io.start_failure import failed_to_start
from mgb_engine.kernels.devices import DeviceError, is_out_of_memory
from mgb_engine.model.model_folder import ModelError


class Told(list):
    send = list.append


@pytest.fixture
def start(tmp_path, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # serve() sets its own

    def start(model, out=tmp_path / "out", **options):
        told = Told()
        assert serve(told, EngineOptions(str(model), out, **{"device": "cpu", **options})) == 2
        [event] = told
        assert event["type"] == "failed_to_start"
        return event["code"], event["detail"]

    return start


@pytest.fixture
def changed(tiny, tmp_path):
    """The tiny checkpoint with another config."""

    def change(part=None, **fields):
        folder = shutil.copytree(tiny, tmp_path / "model", dirs_exist_ok=True)
        config = json.loads((folder / "config.json").read_text())
        (config[part] if part else config).update(fields)
        (folder / "config.json").write_text(json.dumps(config))
        return folder

    return change


def test_a_folder_that_is_not_there_is_a_model_not_found(start, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    code, detail = start(tmp_path / "nowhere")
    assert code == "model_not_found" and "nowhere" in detail


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (None, {"model_type": "llama"}),
        (None, {"decoder": None}),
        (None, {"decoder": "x"}),
        ("decoder", {"hidden_size": 64}),
        ("decoder", {"ffn_dim": "x"}),
        ("decoder", {"num_attention_heads": 0}),
        ("decoder", {"num_codebooks": 2}),
        ("decoder", {"vocab_size": 65}),
        ("decoder", {"num_hidden_layers": 4}),
        ("text_encoder", {"d_kv": 7}),
        ("text_encoder", {"num_heads": 3}),
        ("text_encoder", {"num_layers": "two"}),
        ("audio_encoder", {"upsampling_ratios": [8, 5, 4]}),
        ("audio_encoder", {"upsampling_ratios": "many"}),
        ("audio_encoder", {"num_lstm_layers": 2}),
    ],
)
def test_a_checkpoint_that_is_not_what_its_config_says_is_a_bad_model(start, changed, part, fields):
    code, detail = start(changed(part, **fields))
    assert code == "bad_model" and detail


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"model_type":"musicgen"}'])
def test_a_config_that_cannot_be_read_is_a_bad_model(start, changed, content):
    folder = changed()
    (folder / "config.json").write_bytes(content)
    assert start(folder)[0] == "bad_model"


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_file_that_is_cut_off_is_a_bad_model(start, changed, file, keep):
    folder = changed()
    (folder / file).write_bytes((folder / file).read_bytes()[:keep])
    assert start(folder)[0] == "bad_model"


def test_weights_that_are_not_finite_are_a_bad_model(start, changed):
    from safetensors.torch import load_file, save_file

    folder = changed()
    state = load_file(folder / "model.safetensors")
    state["decoder.lm_heads.1.weight"][0] = float("nan")
    save_file(state, folder / "model.safetensors")
    code, detail = start(folder)
    assert code == "bad_model" and "finite" in detail


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_loaded(start, tmp_path, place):
    (tmp_path / "a file").write_bytes(b"")
    code, detail = start(tmp_path / "nowhere", out=tmp_path / place)
    assert code == "disk" and "a file" in detail


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_that_is_asked_for_and_missing_is_no_device(start, tiny):
    assert start(tiny, device="cuda") == ("no_device", "expected a CUDA device, found none")


NO_MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        *((error, "out_of_memory") for error in NO_MEMORY),
        (DeviceError("expected a CUDA device"), "no_device"),
        (RuntimeError("CUDA error: no kernel image is available for execution on the device"), "no_device"),
        (ModelError("expected /models/CUDA to hold tensors"), "bad_model"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (KeyError("x"), "bad_model"),
        (ImportError("no module named numba"), "internal"),
        (AssertionError(), "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_whatever_ends_a_start_has_a_code_and_the_process_its_line(start, tmp_path, monkeypatch, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr(serve_module, "load_engine", fail)
    assert start(tmp_path)[0] == code
    assert is_out_of_memory(error) == (code == "out_of_memory")


def test_a_detail_has_a_bound():
    assert len(failed_to_start(ValueError("x" * 10_000))["detail"]) == 1000


def test_failed_to_start_is_the_only_line_of_a_start_that_failed(tiny, tmp_path):
    folder = shutil.copytree(tiny, tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"")
    engine = EngineProcess(folder, tmp_path / "out")
    assert engine.process.wait(timeout=PATIENCE_SECONDS) == 2
    assert engine.until_type("failed_to_start")["code"] == "bad_model"
    assert len(engine.events) == 1
