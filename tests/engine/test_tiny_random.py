import json

from mgb_engine.model.model_folder import open_model
from mgb_engine.model.tiny_random import make_tiny_random


def test_the_same_checkpoint_is_made_every_time(tiny, tmp_path):
    again = make_tiny_random(tmp_path / "again")
    assert (again / "model.safetensors").read_bytes() == (tiny / "model.safetensors").read_bytes()
    assert open_model(str(again), tmp_path).revision == open_model(str(tiny), tmp_path).revision


def test_it_is_small_and_says_that_it_is_noise(tiny, tmp_path):
    assert sum(file.stat().st_size for file in tiny.iterdir()) < 2_000_000
    assert open_model(str(tiny), tmp_path).name == "tiny-random (noise)"
    assert json.loads((tiny / "config.json").read_text())["model_type"] == "musicgen"
