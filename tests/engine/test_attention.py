import importlib.util

import pytest
import torch
from mgb_engine import attention
from mgb_engine.cache import CacheShape, PageCache, PageTable

needs_numba = pytest.mark.skipif(not importlib.util.find_spec("numba"), reason="no numba for this Python")


def filled(dtype, lengths, heads=2, size=64):
    """A cache of random pages, one table of shuffled pages, and plain keys and values beside it."""
    torch.manual_seed(0)
    width = max(-(-n // 64) for n in lengths)
    cache = PageCache(CacheShape(1, heads, size, dtype), len(lengths) * width, "cpu")
    for store in (*cache.keys, *cache.values):
        store.copy_(torch.randn(store.shape))
    pages = torch.randperm(len(lengths) * width).view(len(lengths), width).int()
    table = PageTable(pages, torch.tensor(lengths, dtype=torch.int32))
    q, k, v = (torch.randn(len(lengths), heads, size).to(dtype) for _ in range(3))
    return cache, table, q, k, v


def expected(cache, table, q, k, v):
    rows = []
    for r, n in enumerate(table.lengths.tolist()):
        pages = table.pages[r].long()
        keys, values = (
            store[0][pages].float().transpose(0, 1).flatten(1, 2)[:, :n].clone()
            for store in (cache.keys, cache.values)
        )
        keys[:, -1], values[:, -1] = k[r], v[r]
        weights = (keys.double() @ q[r].double()[..., None] / q.shape[2] ** 0.5).softmax(dim=1)
        rows.append((weights * values.double()).sum(1).flatten())
    return torch.stack(rows)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("compiled", [pytest.param(True, marks=needs_numba), False])
def test_each_row_reads_exactly_its_own_length(dtype, compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(attention, "_cpu_kernel", lambda cache: None)
    else:
        monkeypatch.setattr(attention, "_COMPILED_FROM_WIDTH", 0)
    cache, table, q, k, v = filled(dtype, [1, 2, 63, 64, 65, 127, 130])
    wanted = expected(cache, table, q, k, v)
    got = attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table)
    if dtype == torch.float32:
        torch.testing.assert_close(got.double(), wanted, atol=2e-6, rtol=1e-5)
    else:  # rounded to the nearest: another rounding would be wrong half of the time
        assert (got == wanted.to(dtype)).float().mean() > 0.99
        torch.testing.assert_close(got.double(), wanted, atol=1e-4, rtol=2**-7)
    torch.testing.assert_close(attention.attend(cache, 0, q[:, None], table), got, atol=1e-6, rtol=1e-6)


@needs_numba
def test_the_compiled_kernel_never_reads_behind_a_row_s_end(monkeypatch):
    monkeypatch.setattr(attention, "_COMPILED_FROM_WIDTH", 0)
    cache, table, q, k, v = filled(torch.float32, [70, 5])
    for r, n in ((0, 70), (1, 5)):
        last = table.pages[r, (n - 1) // 64].item()
        cache.values[0][last, :, n % 64 :] = float("nan")
        cache.keys[0][last, :, n % 64 :] = float("inf")
    assert attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table).isfinite().all()
