import importlib.util
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from bench_of_parts import frames_of, request, run_out
from mgb_engine.engine.lane import Lane
from mgb_engine.kernels import attention
from mgb_engine.kernels.cache import BlockTable, CacheShape, PageCache

needs_numba = pytest.mark.skipif(not importlib.util.find_spec("numba"), reason="no numba for this Python")


def filled(dtype, lengths, heads=2, size=64):
    """A cache of random pages, one table of shuffled pages, and plain keys and values beside it."""
    torch.manual_seed(0)
    width = max(-(-n // 64) for n in lengths)
    cache = PageCache(CacheShape(1, heads, size, dtype), len(lengths) * width, "cpu")
    for store in (*cache.keys, *cache.values):
        store.copy_(torch.randn(store.shape))
    pages = torch.randperm(len(lengths) * width).view(len(lengths), width).int()
    table = BlockTable(pages, torch.tensor(lengths, dtype=torch.int32))
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


@pytest.fixture(params=[pytest.param("numba", marks=needs_numba), "triton", "plain"])
def kernel(request, monkeypatch):
    if request.param == "triton":
        triton_kernel = interpreted()
    chosen = {
        "numba": lambda cache: attention._cpu_kernel(cache.shape),
        "triton": lambda cache: attention.Kernel("triton", triton_kernel.attend),
        "plain": lambda cache: attention.Kernel("torch", attention.attend_plainly),
    }
    monkeypatch.setattr(attention, "_COMPILED_FROM_WIDTH", 0)
    monkeypatch.setattr(attention, "kernel_for", chosen[request.param])
    return request.param


def interpreted():
    """CUDA's kernels, run by Triton's interpreter on this processor (conftest.py asks for it)."""
    pytest.importorskip("triton", reason="Triton comes with torch's CUDA builds, and this is another")
    from mgb_engine.kernels import attention_cuda

    return attention_cuda


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_each_row_reads_exactly_its_own_length(dtype, kernel):
    if kernel == "triton" and dtype == torch.bfloat16:
        pytest.skip("CUDA computes in fp16; Triton's interpreter cuts bf16 off where a GPU rounds")
    cache, table, q, k, v = filled(dtype, [1, 2, 63, 64, 65, 127, 130])
    wanted = expected(cache, table, q, k, v)
    got = attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table)
    if dtype == torch.float32:
        torch.testing.assert_close(got.double(), wanted, atol=2e-6, rtol=1e-5)
    else:  # rounded to the nearest: another rounding would be wrong half of the time
        assert (got == wanted.to(dtype)).float().mean() > 0.99
        torch.testing.assert_close(got.double(), wanted, atol=1e-4, rtol=2**-7)
    torch.testing.assert_close(attention.attend(cache, 0, q[:, None], table), got, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("kernel", [pytest.param("numba", marks=needs_numba), "triton"], indirect=True)
def test_a_compiled_kernel_never_reads_behind_a_row_s_end(kernel):
    cache, table, q, k, v = filled(torch.float32, [70, 5])
    for r, n in ((0, 70), (1, 5)):
        last = table.pages[r, (n - 1) // 64].item()
        cache.values[0][last, :, n % 64 :] = float("nan")
        cache.keys[0][last, :, n % 64 :] = float("inf")
    assert attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table).isfinite().all()


@pytest.mark.parametrize("kernel", [pytest.param("numba", marks=needs_numba), "triton"], indirect=True)
def test_a_row_has_the_same_bits_beside_longer_and_shorter_ones(kernel):
    cache, table, q, k, v = filled(torch.float32, [70, 5, 300])
    together = attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table)
    for r, pages in ((0, 2), (1, 1), (2, 5)):
        alone = BlockTable(table.pages[r : r + 1, :pages].contiguous(), table.lengths[r : r + 1])
        assert torch.equal(attention.attend(cache, 0, q[r : r + 1, None], alone)[0], together[r])


def test_a_long_row_is_the_work_of_many_programs_and_cut_where_its_own_length_says():
    cuda = interpreted()
    cache, table, q, k, v = filled(torch.float32, [255, 256, 257, 600, 1])
    wanted = expected(cache, table, q, k, v)
    got = cuda.attend(cache, 0, torch.stack([q, k, v], dim=1), table)
    torch.testing.assert_close(got.double(), wanted, atol=2e-6, rtol=1e-5)
    for r, pages in enumerate([4, 4, 5, 10, 1]):
        alone = BlockTable(table.pages[r : r + 1, :pages].contiguous(), table.lengths[r : r + 1])
        assert torch.equal(cuda.attend(cache, 0, q[r : r + 1, None], alone)[0], got[r])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("where", ["keys", "values", "query"])
def test_a_number_that_is_not_finite_reaches_the_sum_of_its_row_and_no_other(kernel, dtype, value, where):
    if kernel == "triton" and dtype == torch.bfloat16:
        pytest.skip("CUDA computes in fp16; Triton's interpreter cuts bf16 off where a GPU rounds")
    cache, table, q, k, v = filled(dtype, [130, 70, 5])
    clean = attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table)
    page = table.pages[0, 1].item()
    match where:
        case "keys":
            q[0, 1, 3] = 0.5  # of a key of -inf nothing is left: its weight is exactly 0
            cache.keys[0][page, 1, 9, 3] = abs(value)
        case "values":
            cache.values[0][page, 1, 9, 3] = value
        case "query":
            q[0, 1, 3] = value
    got = attention.attend(cache, 0, torch.stack([q, k, v], dim=1), table).view(3, 2, 64)
    assert not got[0, 1].isfinite().all()
    assert torch.equal(got[1:], clean.view(3, 2, 64)[1:])
    assert got[0, 0].isfinite().all()


def test_no_kernel_is_compiled_anew_for_a_longer_clip():
    pytest.importorskip("triton", reason="Triton comes with torch's CUDA builds, and this is another")
    # In a process of its own: here Triton's interpreter has taken the compiler's place.
    program = (
        "from mgb_engine.kernels import attention_cuda as cuda\n"
        "for kernel in cuda.KERNELS:\n"
        "    [width] = [p for p in kernel.params if p.name in ('width', 'chunks')]\n"
        "    assert width.do_not_specialize\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


@needs_numba
def test_a_processor_without_products_of_bfloat16_has_the_same_scores_but_for_their_rounding(tmp_path):
    # In a process of its own: what is compiled here has them where the processor does.
    program = (
        "import torch\n"
        "from test_attention import expected, filled\n"
        "from mgb_engine.kernels import attention_cpu\n"
        "attention_cpu._HAS_DOTS = False\n"
        "cache, table, q, k, v = filled(torch.bfloat16, [1, 63, 65, 130])\n"
        "wanted = expected(cache, table, q, k, v)\n"
        "got = attention_cpu.attend(cache, 0, torch.stack([q, k, v], dim=1), table)\n"
        "torch.testing.assert_close(got.double(), wanted, atol=1e-4, rtol=2**-7)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


@needs_numba
def test_the_compiler_is_given_no_leave_to_assume_finite_numbers():
    from mgb_engine.kernels import attention_cpu

    kernels = [it for it in vars(attention_cpu).values() if hasattr(it, "targetoptions")]
    assert len(kernels) >= 6
    for kernel in kernels:
        assert not {"fast", "nnan", "ninf"} & set(kernel.targetoptions["fastmath"] or ())


def test_the_trial_of_cuda_s_kernels_finds_them_right_and_a_wrong_one_out():
    cuda = interpreted()
    shape = CacheShape(3, 2, 64, torch.float16)
    assert cuda.agrees_with(attention.attend_plainly, "cpu", shape)
    assert not cuda.agrees_with(lambda *arguments: attention.attend_plainly(*arguments) + 0.1, "cpu", shape)


@pytest.mark.parametrize(
    "size, reason",
    [
        (48, "a head of 48 is no power of 2 up to 128"),
        (64, None),
        (256, "a head of 256 is no power of 2 up to 128"),
    ],
)
def test_a_width_that_cuda_s_kernels_cannot_do_is_refused_by_name(size, reason):
    assert interpreted().refusal(CacheShape(1, 2, size, torch.float16)) == reason


@pytest.mark.parametrize("fault", [ImportError("no triton"), RuntimeError("no such instruction")])
def test_where_cuda_s_kernels_do_not_run_pages_are_gathered(monkeypatch, capsys, fault):
    def broken(*_):
        raise fault

    stub = SimpleNamespace(refusal=lambda shape: None, agrees_with=broken, attend=broken)
    monkeypatch.setitem(sys.modules, "mgb_engine.kernels.attention_cuda", stub)
    monkeypatch.setattr("mgb_engine.kernels.attention_cuda", stub, raising=False)
    attention._cuda_kernel.cache_clear()
    kernel = attention._cuda_kernel(CacheShape(1, 2, 64, torch.float16))
    attention._cuda_kernel.cache_clear()
    assert kernel.attend is attention.attend_plainly
    assert kernel.name == f"torch: {type(fault).__name__}: {fault}"  # as `ready` says it
    assert "gathering pages" in capsys.readouterr().err


_UNFIT = "torch: expected float32 or bfloat16 and heads of a multiple of 8"


@pytest.mark.parametrize(
    "shape, name",
    [
        (CacheShape(3, 4, 8, torch.float32), "torch: a model narrower than 128"),
        (CacheShape(3, 16, 12, torch.float32), _UNFIT),
        (CacheShape(3, 16, 64, torch.float16), _UNFIT),
        pytest.param(CacheShape(3, 16, 64, torch.bfloat16), "numba", marks=needs_numba),
    ],
)
def test_a_processor_s_kernel_says_its_name_or_why_it_is_not_used(shape, name):
    assert attention._cpu_kernel(shape).name == name


@pytest.mark.parametrize("kernel", ["triton"], indirect=True)
def test_clips_that_cuda_s_kernels_attend_for_have_the_reference_s_codes(parts, kernel):
    asked = [request("a", duration_seconds=0.3), request("b", prompt="techno", duration_seconds=0.2)]
    made = parts.run([(0, asked[0]), (5, asked[1])])
    for one in asked:
        assert torch.equal(made[one.id], parts.reference_codes(one))
    assert torch.equal(resumed(parts, asked[0], made["a"][:, :7]), made["a"])  # many rows of one clip


def resumed(parts, asked, known):
    lane = Lane(parts.decoder, parts.cache(), 1)
    lane.admit(parts.clip(asked, known), parts.text.encode(asked.prompt))
    return frames_of(run_out(lane))["a"]
