"""A clip's samples, to the last bit, and its file do not depend on what is decoded beside it."""

import pytest
import torch
from mgb_engine.kernels.lstm import Lstm, LstmLayer, RecordedLstm
from recorded_steps import RecordingRecorder

WIDTH = 512  # products of this size take other kernels for other numbers of rows


@pytest.fixture(scope="module")
def torch_lstm():
    torch.manual_seed(2)
    return torch.nn.LSTM(WIDTH, WIDTH, 2).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def layers(torch_lstm):
    def of(part, i):
        return getattr(torch_lstm, f"{part}_l{i}")

    return [
        LstmLayer.from_torch(of("weight_ih", i), of("weight_hh", i), of("bias_ih", i) + of("bias_hh", i))
        for i in range(2)
    ]


def sequences(count, length):
    return torch.randn(length, count, WIDTH, generator=torch.Generator().manual_seed(count * length))


@pytest.mark.parametrize(("count", "length"), [(1, 1), (1, 50), (3, 51), (8, 130)])
@torch.inference_mode()
def test_the_lstm_computes_what_torch_s_does(torch_lstm, layers, count, length):
    x = sequences(count, length)
    torch.testing.assert_close(Lstm(layers)(x), torch_lstm(x)[0], atol=1e-6, rtol=0)


@torch.inference_mode()
def test_a_sequence_has_the_same_bits_alone_and_in_any_company(layers):
    lstm, x = Lstm(layers), sequences(8, 120)
    together = lstm(x)
    for i in range(8):
        assert torch.equal(lstm(x[:, i : i + 1].contiguous())[:, 0], together[:, i])
    assert torch.equal(lstm(x[:70, 2:5].contiguous()), together[:70, 2:5])


@torch.inference_mode()
def test_the_number_of_threads_changes_no_bit(layers):
    lstm, x = Lstm(layers), sequences(4, 60)
    made = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        made.append(lstm(x))
    torch.set_num_threads(1)
    assert torch.equal(*made)


@torch.inference_mode()
def test_recorded_pieces_give_every_sequence_what_it_gets_unrecorded(layers):
    recorded = RecordedLstm(layers, 8, RecordingRecorder())
    for count, length in ((1, 30), (8, 120), (3, 50), (1, 30)):
        x = sequences(count, length)
        assert torch.equal(recorded(x), Lstm(layers)(x))


def test_a_clip_s_samples_are_the_same_to_the_last_bit_alone_and_in_company(parts):
    codes = [
        torch.randint(0, 64, (4, 40 + 37 * i), generator=torch.Generator().manual_seed(i)) for i in range(12)
    ]
    together = parts.codec.decode(codes)
    for own, samples in zip(codes, together, strict=True):
        assert torch.equal(parts.codec.decode([own])[0], samples)
