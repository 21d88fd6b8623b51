"""How a machine's memory becomes lanes, slots and pages."""

import pytest
import torch
from mgb_engine.engine import plan as plan_module
from mgb_engine.engine.plan import make_plan
from mgb_engine.model.architecture import DecoderSizes

SMALL = DecoderSizes(layers=24, width=1024, heads=16, ffn=4096, codebooks=4, codes=2048, channels=1)
# Two rows of 1,503 positions and a prompt of 512 are 24 + 24 + 8 pages of 64.
PAGES_A_CLIP = 56
PAGE_FP16 = 2 * 24 * 64 * 1024 * 2  # bytes: keys and values, layers, positions, width


def planned(monkeypatch, device, free, dtype=torch.float16, threads=4):
    monkeypatch.setattr(plan_module, "_cache_bytes", lambda device: free)
    return make_plan(SMALL, 50, device, dtype, threads)


@pytest.mark.parametrize(("clips", "slots"), [(41.9, 41), (64, 64), (500, 64), (1, 1)])
def test_on_cuda_one_lane_has_a_slot_for_every_longest_clip_that_memory_bears(monkeypatch, clips, slots):
    made = planned(monkeypatch, "cuda", int(clips * PAGES_A_CLIP * PAGE_FP16))
    assert (made.lanes, made.slots, made.clips) == (1, slots, slots)
    assert made.pages_a_clip == PAGES_A_CLIP
    assert slots * PAGES_A_CLIP <= made.pages <= max(clips * PAGES_A_CLIP, PAGES_A_CLIP)


def test_float32_leaves_room_for_half_as_many_clips_as_fp16(monkeypatch):
    free = 40 * PAGES_A_CLIP * PAGE_FP16
    assert planned(monkeypatch, "cuda", free, torch.float32).clips == 20


@pytest.mark.parametrize(("threads", "lanes"), [(1, 1), (2, 2), (64, 8)])
def test_a_cpu_has_a_lane_a_core_up_to_eight(monkeypatch, threads, lanes):
    made = planned(monkeypatch, "cpu", 1 << 40, torch.float32, threads)
    assert (made.lanes, made.slots) == (lanes, 16)
    assert made.clips == 16 * lanes


def test_a_cpu_s_slots_share_the_pages_that_there_are(monkeypatch):
    made = planned(monkeypatch, "cpu", 10 * PAGES_A_CLIP * 2 * PAGE_FP16, torch.float32, threads=2)
    assert (made.lanes, made.slots, made.pages) == (2, 16, 10 * PAGES_A_CLIP)
    assert made.clips == 10


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_one_longest_clip_always_has_its_pages(monkeypatch, device):
    made = planned(monkeypatch, device, 0)
    assert made.pages == PAGES_A_CLIP and made.clips == 1
