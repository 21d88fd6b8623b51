"""Checkpoints in every form that MusicGen's come in, and those that are damaged or of another kind."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import hollow_checkpoint
import pytest
import torch
from bench_of_parts import Parts, request
from mgb_engine.cli import main
from mgb_engine.model.architecture import codec_sizes, decoder_sizes, text_sizes
from mgb_engine.model.model_folder import ModelError, open_model
from mgb_engine.model.weights import Weights

CONV = "audio_encoder.decoder.layers.0.conv"


def state_of(folder, *, old_norms=False):
    """Every tensor of a checkpoint by the name it has in memory."""
    weights, state = Weights(folder), {}
    for name in weights.names():
        if old_norms:
            name = name.replace("parametrizations.weight.original0", "weight_g")
            name = name.replace("parametrizations.weight.original1", "weight_v")
        state[name] = name
    return {new: weights(old).clone() for new, old in zip(state, weights.names(), strict=True)}


def beside(tiny, folder):
    """A folder with everything of a checkpoint but its weights."""
    folder.mkdir(exist_ok=True)
    for file in tiny.iterdir():
        if file.suffix == ".json":
            shutil.copy2(file, folder / file.name)
    return folder


def write_shards(folder, state, stem, ending, save):
    names = sorted(state)
    parts = {f"{stem}-0000{i + 1}-of-00002{ending}": names[i::2] for i in range(2)}
    for file, part in parts.items():
        save({name: state[name] for name in part}, folder / file)
    weight_map = {name: file for file, part in parts.items() for name in part}
    index = folder / f"{stem}{ending}.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return folder


def safetensors_shards(folder, state):
    from safetensors.torch import save_file

    return write_shards(folder, state, "model", ".safetensors", save_file)


FORMS = {
    "one pickle": lambda folder, state: torch.save(state, folder / "pytorch_model.bin"),
    "a pickle of the time before zip": lambda folder, state: torch.save(
        state, folder / "pytorch_model.bin", _use_new_zipfile_serialization=False
    ),
    "pickles in shards": lambda folder, state: write_shards(
        folder, state, "pytorch_model", ".bin", torch.save
    ),
    "safetensors in shards": safetensors_shards,
}


@pytest.mark.parametrize("old_norms", [False, True], ids=["new weight_norm", "old weight_norm"])
@pytest.mark.parametrize("form", FORMS)
def test_a_checkpoint_in_any_form_makes_the_same_clip(tiny, parts, tmp_path, form, old_norms):
    folder = beside(tiny, tmp_path / "model")
    FORMS[form](folder, state_of(tiny, old_norms=old_norms))
    codes = Parts(folder).alone(request())
    assert torch.equal(codes, parts.alone(request()))
    other = Parts(folder).codec.decode([codes])[0]
    assert torch.equal(other, parts.codec.decode([codes])[0])


def test_safetensors_are_read_before_pickles_and_files_of_others_not_at_all(tiny, tmp_path):
    folder = beside(tiny, tmp_path / "model")
    shutil.copy2(tiny / "model.safetensors", folder)
    for name in ("pytorch_model.bin", "state_dict.bin", "compression_state_dict.bin", "adapter.safetensors"):
        (folder / name).write_bytes(b"not for us")
    assert Weights(folder).names() == Weights(tiny).names()
    assert open_model(str(folder), tmp_path).revision == open_model(str(tiny), tmp_path).revision


def test_a_missing_shard_is_named_before_anything_is_loaded(tiny, tmp_path):
    folder = safetensors_shards(beside(tiny, tmp_path / "model"), state_of(tiny))
    (folder / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelError, match="model-00002-of-00002"):
        open_model(str(folder), tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_damaged_file_is_named(tiny, tmp_path, name):
    folder = beside(tiny, tmp_path / "model")
    (folder / name).write_bytes((tiny / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(ModelError, match=name):
        Weights(folder)


def test_a_folder_without_weights_is_refused(tiny, tmp_path):
    with pytest.raises(ModelError, match=r"model\.safetensors or pytorch_model\.bin"):
        open_model(str(beside(tiny, tmp_path / "model")), tmp_path)


def test_a_tensor_that_is_missing_is_named(tiny, tmp_path):
    folder = beside(tiny, tmp_path / "model")
    state = state_of(tiny)
    del state["decoder.lm_heads.2.weight"]
    torch.save(state, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"decoder\.lm_heads\.2\.weight"):
        Parts(folder)


def changed(tiny, part, **fields):
    config = json.loads((tiny / "config.json").read_text())
    config[part].update(fields)
    return config


@pytest.mark.parametrize(
    ("read", "part", "fields", "told"),
    [
        (decoder_sizes, "decoder", {"activation_function": "relu"}, "gelu"),
        (decoder_sizes, "decoder", {"pad_token_id": 3}, "padding code"),
        (decoder_sizes, "decoder", {"scale_embedding": True}, "not scaled"),
        (codec_sizes, "audio_encoder", {"model_type": "dac"}, "EnCodec"),
        (codec_sizes, "audio_encoder", {"norm_type": "time_group_norm"}, "weight_norm"),
        (codec_sizes, "audio_encoder", {"normalize": True}, "in one piece"),
        (text_sizes, "text_encoder", {"model_type": "bert"}, "T5"),
    ],
)
def test_a_checkpoint_that_differs_from_musicgen_is_refused_with_the_reason(tiny, read, part, fields, told):
    with pytest.raises(ModelError, match=told):
        read(changed(tiny, part, **fields))


def test_a_field_that_config_lacks_is_named(tiny):
    config = changed(tiny, "decoder")
    del config["decoder"]["ffn_dim"]
    with pytest.raises(ModelError, match=r"decoder\.ffn_dim"):
        decoder_sizes(config)
    with pytest.raises(ModelError, match=r"text_encoder\.num_layers"):
        text_sizes({"text_encoder": {"model_type": "t5"}})


def test_a_melody_checkpoint_is_refused_by_name(tiny, tmp_path):
    config = json.loads((tiny / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "musicgen_melody"}))
    with pytest.raises(ModelError, match="musicgen_melody"):
        open_model(str(tmp_path), tmp_path)


@pytest.fixture(scope="module")
def half(tiny, tmp_path_factory):
    """The tiny checkpoint, converted."""
    folder = tmp_path_factory.mktemp("half") / "model"
    assert main(["convert", "--model", str(tiny), "--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("sampling", [{}, {"top_k": 40, "temperature": 1.1}])
def test_a_converted_checkpoint_makes_the_original_s_codes_in_half_precision(tiny, half, sampling):
    asked = request(duration_seconds=2, **sampling)
    converted, original = (Parts(folder, torch.float16).alone(asked) for folder in (half, tiny))
    assert torch.equal(converted, original)


def test_a_converted_checkpoint_is_smaller_and_has_everything_of_the_original(tiny, half):
    assert Weights(half).names() == Weights(tiny).names()
    before, after = ((folder / "model.safetensors").stat().st_size for folder in (tiny, half))
    assert after < 0.95 * before


def test_opening_a_converted_checkpoint_does_not_read_its_weights(half, tmp_path, monkeypatch):
    revision = open_model(str(half), tmp_path).revision
    assert revision == hashlib.sha256((half / "model.safetensors").read_bytes()).hexdigest()[:12]
    monkeypatch.setattr("mgb_engine.model.model_folder._digest", None)
    assert open_model(str(half), tmp_path).revision == revision


@pytest.mark.parametrize("change", ["another size", "a later write", "no digest", "nonsense"])
def test_a_digest_is_made_again_when_the_weights_have_changed(half, tmp_path, change):
    folder = shutil.copytree(half, tmp_path / "changed")
    weights, digest = folder / "model.safetensors", folder / "weights.digest.json"
    data = bytearray(weights.read_bytes())
    match change:
        case "another size":
            weights.write_bytes(data + b"x")
        case "a later write":
            data[-1] ^= 1
            weights.write_bytes(data)
            os.utime(weights, ns=(2**62, 2**62))
        case "no digest":
            digest.unlink()
        case "nonsense":
            digest.write_text("[]")
    wanted = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    assert open_model(str(folder), tmp_path).revision == wanted


def test_a_converted_file_is_what_the_format_s_own_reader_expects(tiny, half):
    from safetensors.torch import load_file

    read, before = load_file(half / "model.safetensors"), Weights(tiny)
    for name, tensor in read.items():
        matrix = ".layers." in name and name.startswith("decoder.") and tensor.dim() == 2
        assert tensor.dtype == (torch.float16 if matrix else torch.float32)
        assert torch.equal(tensor, before(name, tensor.dtype))


@pytest.fixture
def hollow(tmp_path):
    """Its folder and the bytes of its weights."""
    yield tmp_path, hollow_checkpoint.write_hollow(tmp_path)
    shutil.rmtree(tmp_path)


def peak_bytes(what, folder):
    program = [sys.executable, hollow_checkpoint.__file__, what, str(folder)]
    return int(subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout)


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from Linux's /proc")


@pytest.mark.slow
@needs_proc
def test_loading_a_decoder_takes_its_own_size_and_a_layer_s_not_twice_its_size(hollow):
    folder, size = hollow
    assert size < peak_bytes("load", folder) < size * 1.3


@pytest.mark.slow
@needs_proc
def test_converting_a_checkpoint_takes_a_tensor_s_memory_not_the_checkpoint_s(hollow):
    folder, size = hollow
    assert peak_bytes("convert", folder) < size * 0.2
