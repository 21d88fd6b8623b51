"""Greedy codes are the reference's, whatever shares the batch."""

import pytest
import torch
from bench_of_parts import Parts, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Lengths around one and two pages of 64 positions, with the three columns that the delay adds.
POOL = [
    request(f"p{i}", prompt=prompt, duration_seconds=frames / 50, guidance_scale=guidance)
    for i, (prompt, frames, guidance) in enumerate(
        [
            ("a", 3, 3), ("slow blues", 25, 3), ("🎷🥁 jazz", 61, 1), ("x" * 150, 40, 3), ("techno", 33, 2.5),
            ("a choir, far away", 62, 7), ("lo-fi", 125, 1), ("strings\nand brass", 126, 3),
        ]
    )
]  # fmt: skip
SCHEDULES = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(POOL)), min_size=1, max_size=8, unique_by=lambda x: x[1].id
)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SCHEDULES, st.integers(1, 5), st.integers(16, 40))
def test_every_clip_of_any_schedule_has_the_reference_s_codes(parts, schedule, slots, pages):
    made = parts.run(schedule, slots, parts.cache(pages))
    for _, asked in schedule:
        assert torch.equal(made[asked.id], parts.reference_codes(asked)), asked.id


@pytest.mark.slow
def test_the_compiled_kernel_makes_the_reference_s_codes_too(parts, monkeypatch):
    pytest.importorskip("numba", reason="no numba for this Python")
    monkeypatch.setattr("mgb_engine.kernels.attention._COMPILED_FROM_WIDTH", 0)
    schedule = [(5 * i, asked) for i, asked in enumerate(POOL)]
    made = parts.run(schedule, slots=4)
    for _, asked in schedule:
        assert torch.equal(made[asked.id], parts.reference_codes(asked)), asked.id


def test_a_processor_without_kernels_of_its_own_makes_the_reference_s_codes_too(tiny, parts, monkeypatch):
    monkeypatch.setattr("mgb_engine.kernels.linear.packs", lambda dtype: False)
    made = Parts(tiny).run([(5 * i, asked) for i, asked in enumerate(POOL)], slots=4)
    for asked in POOL:
        assert torch.equal(made[asked.id], parts.reference_codes(asked)), asked.id


def test_stereo_clips_have_the_reference_s_codes(stereo):
    asked = [request("a", duration_seconds=0.7), request("b", duration_seconds=1.1, guidance_scale=1)]
    made = stereo.run([(0, asked[0]), (9, asked[1])])
    for one in asked:
        assert torch.equal(made[one.id], stereo.reference_codes(one))


def test_greedy_decoding_makes_many_different_codes(parts):
    assert parts.alone(POOL[7]).unique().numel() > 10


def slow_codes(parts, asked, known=None, frames=None):
    """The delay pattern written out: transformers' decoder over everything so far, at every step."""
    model, k = parts.reference_model().decoder, parts.sizes.codebooks
    states = parts.text.encode(asked.prompt)[None]
    proj = parts.reference_model().enc_to_dec_proj
    states = torch.cat([proj(states), proj(torch.zeros_like(states)) * 0])
    mask = torch.tensor([[1], [0]]).expand(2, states.shape[1])
    pad = parts.sizes.codes
    codes = torch.full((k, frames), -1)
    given_frames = 0 if known is None else known.shape[1]
    if known is not None:
        codes[:, :given_frames] = known
    columns = torch.full((k, 1), pad)
    for at in range(1, frames + k):
        logits = model(
            input_ids=columns.repeat(2, 1),
            encoder_hidden_states=states,
            encoder_attention_mask=mask,
            use_cache=False,
        ).logits.view(2, k, -1, pad)[:, :, -1]
        guided = logits[1] + asked.guidance_scale * (logits[0] - logits[1])
        column = torch.full((k, 1), pad)
        for book in range(k):
            frame = at - 1 - book
            if 0 <= frame < frames:
                if codes[book, frame] < 0:
                    codes[book, frame] = guided[book].argmax()
                column[book] = codes[book, frame]
        columns = torch.cat([columns, column], dim=1)
    return codes


@pytest.mark.parametrize("frames", [1, 2, 9])
@torch.inference_mode()
def test_a_clip_of_a_frame_or_two_follows_the_delay_pattern(parts, frames):
    asked = request("short", duration_seconds=frames / 50)
    made = parts.alone(asked)
    assert made.shape == (4, frames)
    assert torch.equal(made, slow_codes(parts, asked, frames=frames))


@torch.inference_mode()
def test_a_long_clip_continues_by_windows_as_a_slow_loop_does(parts, monkeypatch):
    # Windows of 0.6 s every 0.36 s: the rule of 30 and 18 at a size that the slow loop can bear.
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 0.6)
    asked = request("long", duration_seconds=1.1, extend_stride=0.36)  # 55 frames: windows at 0, 18 and 36
    made = parts.alone(asked)
    slow = slow_codes(parts, asked, frames=30)
    slow = torch.cat([slow[:, :18], slow_codes(parts, asked, slow[:, 18:], 30)], dim=1)
    slow = torch.cat([slow[:, :36], slow_codes(parts, asked, slow[:, 36:], 19)], dim=1)
    assert torch.equal(made, slow)


def test_thirty_seconds_are_one_window_and_more_begin_every_eighteen():
    from mgb_engine.engine.clip import window_spans

    assert window_spans(1500, 50, 18) == [(0, 1500)]
    assert window_spans(1501, 50, 18) == [(0, 1500), (900, 601)]
    assert window_spans(6000, 50, 18)[-2:] == [(3600, 1500), (4500, 1500)]


PROMPTS = ["x", "y" * 1000, "🎻" * 1000, "日本の夏、太鼓"]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_prompts_of_any_letters_are_encoded_as_the_reference_does(parts, prompt):
    from transformers import AutoTokenizer

    text = AutoTokenizer.from_pretrained(parts.path)([prompt], return_tensors="pt")
    with torch.no_grad():
        expected = parts.reference_model().text_encoder(**text).last_hidden_state[0]
    torch.testing.assert_close(parts.text.encode(prompt), expected, atol=1e-5, rtol=1e-5)


def test_clips_of_short_and_very_long_prompts_have_the_reference_s_codes_together(parts):
    asked = [request(str(i), prompt=prompt, duration_seconds=0.2) for i, prompt in enumerate(PROMPTS)]
    made = parts.run([(i, one) for i, one in enumerate(asked)])
    for one in asked:
        assert torch.equal(made[one.id], parts.reference_codes(one)), one.prompt[:5]


def test_a_prompt_that_comes_again_is_not_read_again(parts, monkeypatch):
    first = parts.text.encode("a prompt of this test alone")
    monkeypatch.setattr(parts.text, "_encode", None)
    assert parts.text.encode("a prompt of this test alone") is first


@pytest.mark.parametrize("frames", [1, 2, 3, 50, 333])
def test_the_codec_s_samples_are_the_reference_s(parts, frames):
    codes = torch.randint(0, 64, (4, frames), generator=torch.Generator().manual_seed(frames))
    longer = torch.randint(0, 64, (4, 400), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = parts.reference_model().audio_encoder.decode(codes[None, None], [None]).audio_values[0, 0]
    torch.testing.assert_close(parts.codec.decode([longer, codes])[1], expected, atol=1e-6, rtol=0)
