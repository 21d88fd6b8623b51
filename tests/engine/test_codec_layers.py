"""The codec's convolutions and ELU compute what torch's do."""

import pytest
import torch
from mgb_engine.kernels.convolution import Convolution, Transposed
from mgb_engine.kernels.elu import elu_for
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.codec_layers import CodecLayers
from torch.nn import functional as F

WIDE = 128


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def close(got, expected):
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("size", "stride", "dilation"), [(1, 1, 1), (7, 1, 1), (3, 1, 9), (8, 4, 1), (10, 5, 1)]
)
@pytest.mark.parametrize("channels", [(1, 4), (64, 1), (128, 64)])
@pytest.mark.parametrize("length", [30, 1001])
def test_a_convolution_over_positions_is_torch_s(size, stride, dilation, channels, length):
    into, out = channels
    weight, bias = random(out, into, size) / (into * size) ** 0.5, random(out)
    x = random(length, into, seed=1)
    got = Convolution(weight, bias, stride, dilation)(x)
    close(got, F.conv1d(x.T[None], weight, bias, stride, dilation=dilation)[0].T)


@pytest.mark.parametrize("stride", [4, 5, 8])
def test_a_transposed_convolution_over_positions_is_torch_s(stride):
    weight, bias, x = random(64, 32, 2 * stride) / 16, random(32), random(77, 64, seed=1)
    close(Transposed(weight, bias, stride)(x), F.conv_transpose1d(x.T[None], weight, bias, stride)[0].T)


@torch.inference_mode()
def test_a_convolution_that_is_added_to_something_is_their_sum():
    weight, bias, x, sum = random(64, 32, 1), random(64), random(90, 32, seed=1), random(90, 64, seed=2)
    convolve = Convolution(weight, bias)
    expected = sum + convolve(x)
    assert torch.equal(convolve.add_to(sum.clone(), x), expected)


@pytest.mark.parametrize("width", [WIDE, WIDE - 1])
def test_elu_is_torch_s_at_every_size_of_a_number(width):
    ends = torch.tensor([0.0, 1.0, -1.0, -100.0, 3e38, -3e38, -1e-45, float("inf"), -float("inf")])
    x = torch.cat([ends, -torch.logspace(-38, 2, 5000), torch.linspace(-20, 5, 5000)])
    out = torch.full_like(x, 7.0)
    elu_for(width, "cpu")(out, x)
    torch.testing.assert_close(out, F.elu(x.double()).float(), atol=0, rtol=3e-7)


@pytest.mark.parametrize("width", [WIDE, WIDE - 1])
def test_elu_of_what_is_no_number_is_none(width):
    x = torch.full((40,), float("nan"))
    out = torch.zeros_like(x)
    elu_for(width, "cpu")(out, x)
    assert out.isnan().all()


class _Random:
    """The tensors of a layer of 6 channels."""

    def normed(self, name):
        return random(6, 6, 7)

    def __call__(self, name):
        return random(6)


@pytest.mark.parametrize("pad_mode", ["reflect", "constant"])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("length", [1, 2, 3, 6, 7, 50])
def test_a_layer_pads_as_the_reference_does_also_what_is_shorter_than_its_own_reflection(
    pad_mode, causal, length
):
    from transformers import EncodecConfig
    from transformers.models.encodec.modeling_encodec import EncodecConv1d

    theirs = EncodecConv1d(EncodecConfig(use_causal_conv=causal, pad_mode=pad_mode), 6, 6, 7, stride=2)
    theirs.conv.weight, theirs.conv.bias.data = random(6, 6, 7), random(6)
    sizes = CodecSizes(
        sample_rate=32_000, ratios=(2,), width=6, lstm_layers=1, residual_layers=1, dilation_growth=2,
        conv_shortcut=False, causal=causal, pad_mode=pad_mode,
    )  # fmt: skip
    x = random(length, 6, seed=3)
    layers_of = CodecLayers(sizes, _Random(), "", "cpu")
    with torch.inference_mode():
        close(layers_of.plain(0, stride=2)(x), theirs(x.T[None])[0].T)
        close(layers_of.activated(0, stride=2)(x), theirs(F.elu(x).T[None])[0].T)
