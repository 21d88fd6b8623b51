import pytest
import torch
from mgb_engine.engine.plan import choose_dtype
from mgb_engine.kernels.linear import Linear, packs
from mgb_engine.model.architecture import DecoderSizes

SHAPES = [(3072, 1024), (4096, 1024), (1024, 4096), (576, 192), (96, 32)]  # of small, the demo, and tiny


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_has_the_same_bits_in_any_company(shape, dtype):
    if not packs(dtype):
        pytest.skip(f"this processor has no kernels for {dtype}")
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    linear = Linear(torch.randn(shape, generator=generator).to(dtype))
    rows = torch.randn(64, shape[1], generator=generator).to(dtype)
    together = linear(rows, "gelu")
    for count in (1, 2, 3, 7, 16, 31, 33, 63):
        for first in {0, 64 - count}:
            alone = linear(rows[first : first + count].contiguous(), "gelu")
            assert torch.equal(alone, together[first : first + count]), (count, first)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_has_the_same_bits_on_any_number_of_threads(shape, dtype):
    if not packs(dtype):
        pytest.skip(f"this processor has no kernels for {dtype}")
    generator = torch.Generator().manual_seed(0)
    linear = Linear(torch.randn(shape, generator=generator).to(dtype))
    rows = torch.randn(33, shape[1], generator=generator).to(dtype)
    torch.set_num_threads(1)
    alone = linear(rows, "gelu")
    for threads in (2, 3, 5):
        torch.set_num_threads(threads)
        for count in (1, 2, 16, 33):
            assert torch.equal(linear(rows[:count].contiguous(), "gelu"), alone[:count]), (threads, count)
    torch.set_num_threads(1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_a_product_in_any_precision_works_on_every_processor(dtype):
    weight, x = torch.randn(64, 32).to(dtype), torch.randn(3, 32).to(dtype)
    torch.testing.assert_close(Linear(weight)(x), x @ weight.T, atol=0.05, rtol=0.02)


@pytest.mark.parametrize(
    ("width", "has_bf16", "times_as_fast", "asked", "chosen"),
    [
        (512, True, 1.4, "auto", torch.bfloat16),
        (512, True, 1.2, "auto", torch.float32),
        (512, False, 1.4, "auto", torch.float32),
        (192, True, 1.4, "auto", torch.float32),
        (192, False, 0.1, "bfloat16", torch.bfloat16),
        (512, True, 1.4, "float32", torch.float32),
    ],
)
def test_a_cpu_computes_in_what_is_asked_for_or_in_bf16_where_that_pays(
    monkeypatch, width, has_bf16, times_as_fast, asked, chosen
):
    rates = {torch.float32: 100.0, torch.bfloat16: 100.0 * times_as_fast}
    monkeypatch.setattr("mgb_engine.engine.plan.packs", lambda dtype: has_bf16 or dtype == torch.float32)
    monkeypatch.setattr("mgb_engine.engine.plan.packed_gflops", rates.get)
    sizes = DecoderSizes(layers=2, width=width, heads=8, ffn=512, codebooks=4, codes=64, channels=1)
    assert choose_dtype(sizes, "cpu", asked) == chosen
