import pytest
import torch
from demo_model.model.batches import Shape, draw_batch
from demo_model.model.checkpoint import generation_config, new_model, save_checkpoint
from demo_model.words.text_tokens import build_tokenizer
from model_scores import all_scores
from transformers import AutoProcessor, AutoTokenizer, MusicgenForConditionalGeneration


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    model = new_model(seed=5)
    save_checkpoint(model, folder, generation_config(2.0, 250, 0.8))
    return model, folder


def test_plain_from_pretrained_loads_it_in_full_precision(saved):
    model, folder = saved
    again = MusicgenForConditionalGeneration.from_pretrained(folder)
    assert {parameter.dtype for parameter in again.parameters()} == {torch.float32}
    batch = draw_batch(Shape(2, 10, anywhere=False), "z")
    with torch.no_grad():
        assert torch.allclose(all_scores(model, batch), all_scores(again, batch), atol=2e-2)
    assert again.generation_config.guidance_scale == 2.0


def test_the_synthesizer_loses_nothing_on_disk(saved):
    model, folder = saved
    again = MusicgenForConditionalGeneration.from_pretrained(folder)
    codes = torch.randint(0, 900, (1, 1, 4, 60), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        first, second = (m.audio_encoder.decode(codes, [None])[0] for m in (model, again))
    assert torch.allclose(first, second, atol=1e-5)


def test_it_is_small_enough_for_the_repository(saved):
    assert sum(file.stat().st_size for file in saved[1].iterdir()) < 16_000_000


def test_the_saved_tokenizer_makes_the_same_tokens_as_ours(saved):
    text = "a slow C# minor piano piece at 120 bpm 🎹"
    expected = build_tokenizer().encode(text).ids
    assert AutoTokenizer.from_pretrained(saved[1])(text).input_ids == expected
    assert AutoProcessor.from_pretrained(saved[1])(text=[text])["input_ids"][0] == expected


def test_plain_generate_makes_audio_of_the_asked_length(saved):
    model, folder = saved
    inputs = AutoTokenizer.from_pretrained(folder)(
        ["rock", "a quiet piano"], padding=True, return_tensors="pt"
    )
    audio = model.generate(**inputs, do_sample=True, max_new_tokens=20, guidance_scale=2.0)
    # MusicGen spends as many frames as there are codebooks on its delay pattern, less one.
    assert audio.shape == (2, 1, 17 * 640)
