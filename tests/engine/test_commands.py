import json

import pytest
import soundfile
import torch
from bench_of_parts import Parts, request
from mgb_engine.cli import main
from mgb_engine.model_folder import ModelError, open_model
from mgb_engine.weights import Weights


def test_generate_writes_the_clip_where_it_was_asked_to(tiny, tmp_path):
    target = tmp_path / "x.flac"
    assert main(["generate", "a drum 🥁", "-o", str(target), "--model", str(tiny), "--seconds", "0.4"]) == 0
    audio, rate = soundfile.read(target)
    assert (len(audio), rate) == (12_800, 32_000)
    assert abs(audio[-320:]).max() > 0.01


def test_generate_fades_the_end_where_it_is_asked_to(tiny, tmp_path):
    target = tmp_path / "x.wav"
    asked = ["generate", "a drum", "-o", str(target), "--model", str(tiny), "--seconds", "0.4"]
    assert main([*asked, "--fade-out", "0.2"]) == 0
    audio, _ = soundfile.read(target)
    assert abs(audio[-320:]).max() < 0.01 < abs(audio[:6400]).max()


def test_generate_names_what_is_wrong(tiny, tmp_path, capfd):
    assert main(["generate", "x", "-o", str(tmp_path / "x.aac"), "--model", str(tiny)]) == 2
    assert "format" in capfd.readouterr().err


def test_a_converted_checkpoint_is_smaller_and_makes_nearly_the_same_codes(tiny, parts, tmp_path):
    assert main(["convert", "--model", str(tiny), "--out", str(tmp_path / "half")]) == 0
    half = Parts(tmp_path / "half")
    assert half.weights("decoder.lm_heads.0.weight").dtype == torch.float32
    assert (tmp_path / "half/model.safetensors").stat().st_size < (
        tiny / "model.safetensors"
    ).stat().st_size / 1.5
    same = (half.alone(request()) == parts.alone(request())).float().mean()
    assert same > 0.5


def test_older_pickles_shards_and_both_weight_norms_give_the_same_tensors(tiny, tmp_path):
    new = Weights(tiny)
    state = {}
    for name in new.names():
        old = name.replace("parametrizations.weight.original0", "weight_g")
        state[old.replace("parametrizations.weight.original1", "weight_v")] = new(name)
    names = sorted(state)
    (tmp_path / "config.json").write_text((tiny / "config.json").read_text())
    for i, part in enumerate((names[::2], names[1::2])):
        torch.save({name: state[name] for name in part}, tmp_path / f"pytorch_model-0000{i + 1}-of-00002.bin")
    conv = "audio_encoder.decoder.layers.0.conv"
    torch.testing.assert_close(Weights(tmp_path).normed(conv), new.normed(conv), atol=0, rtol=0)


def test_a_melody_checkpoint_is_refused_by_name(tiny, tmp_path):
    config = json.loads((tiny / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "musicgen_melody"}))
    with pytest.raises(ModelError, match="musicgen_melody"):
        open_model(str(tmp_path), tmp_path)
