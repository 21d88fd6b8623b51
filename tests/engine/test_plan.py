"""How a machine's memory becomes lanes, slots and pages."""

import pytest
import torch
from mgb_engine.engine import plan as plan_module
from mgb_engine.engine.plan import make_plan
from mgb_engine.model.architecture import DecoderSizes

SMALL = DecoderSizes(layers=24, width=1024, heads=16, ffn=4096, codebooks=4, codes=2048, channels=1)
# Two rows of 1,503 positions and a usual prompt are 24 + 24 + 1 pages of 64; the longest prompt has 16.
PAGES_A_CLIP = 49
LONGEST = 64
PAGE_FP16 = 2 * 24 * 64 * 1024 * 2  # bytes: keys and values, layers, positions, width


def planned(monkeypatch, device, free, dtype=torch.float16, threads=4):
    monkeypatch.setattr(plan_module, "_cache_bytes", lambda device: free)
    return make_plan(SMALL, 50, device, dtype, threads)


@pytest.mark.parametrize(
    ("pages", "slots"),
    # Clips that began one after another hold 26 pages on the average, not the 49 of their ends.
    [(64, 1), (75, 2), (448, 16), (1904, 64), (100_000, 64)],
)
def test_on_cuda_one_lane_has_a_slot_for_every_longest_clip_that_memory_bears(monkeypatch, pages, slots):
    made = planned(monkeypatch, "cuda", pages * PAGE_FP16)
    assert (made.lanes, made.slots, made.clips) == (1, slots, slots)
    assert made.pages == max(LONGEST, min(pages, slots * PAGES_A_CLIP))


def test_float32_leaves_room_for_half_as_many_clips_as_fp16(monkeypatch):
    free = 1904 * PAGE_FP16
    assert planned(monkeypatch, "cuda", free, torch.float32).clips == 36


@pytest.mark.parametrize(("threads", "lanes"), [(1, 1), (2, 2), (64, 8)])
def test_a_cpu_has_a_lane_a_core_up_to_eight(monkeypatch, threads, lanes):
    made = planned(monkeypatch, "cpu", 1 << 40, torch.float32, threads)
    assert (made.lanes, made.slots) == (lanes, 16)
    assert made.clips == 16 * lanes


def test_a_cpu_s_slots_share_the_pages_that_there_are(monkeypatch):
    made = planned(monkeypatch, "cpu", 10 * PAGES_A_CLIP * 2 * PAGE_FP16, torch.float32, threads=2)
    assert (made.lanes, made.slots, made.pages) == (2, 16, 10 * PAGES_A_CLIP)
    assert made.clips == 18  # of the 32 places


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_however_small_the_memory_one_longest_clip_has_its_pages(monkeypatch, device):
    made = planned(monkeypatch, device, 0)
    assert made.pages == LONGEST and made.clips == 1
