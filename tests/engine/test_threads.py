"""A clip's bits do not depend on how many threads compute it."""

import threading

import pytest
import torch
from mgb_engine.kernels.convolution import Convolution
from mgb_engine.kernels.threads import one_thread, use_threads
from mgb_engine.model.codec import Codec

COUNTS = (1, 2, 3)


@pytest.fixture(autouse=True)
def one_thread_afterwards():
    yield
    torch.set_num_threads(1)


def on_each_count(work):
    made = []
    for count in COUNTS:
        torch.set_num_threads(count)
        made.append(work())
        assert torch.get_num_threads() == count
    return made


def test_a_clip_s_samples_are_the_same_to_the_last_bit_on_any_number_of_threads(parts):
    codes = torch.randint(0, 64, (4, 130), generator=torch.Generator().manual_seed(0))
    one, *others = on_each_count(lambda: parts.codec.decode([codes])[0])
    assert all(torch.equal(one, other) for other in others)


def test_clips_whose_pieces_are_convolved_at_once_have_the_samples_of_one_after_another(parts):
    several = Codec(parts.codec_sizes, 4, parts.weights, "cpu", threads=3)
    generator = torch.Generator().manual_seed(0)
    codes = [torch.randint(0, 64, (4, frames), generator=generator) for frames in (1, 99, 310, 100)]
    made = several.decode(codes)
    assert [len(one) for one in made] == [640, 63_360, 198_400, 64_000]
    for own, samples in zip(codes, made, strict=True):
        assert torch.equal(samples, parts.codec.decode([own])[0])


def test_a_prompt_s_states_are_the_same_to_the_last_bit_on_any_number_of_threads(parts):
    def encode():
        parts.text._known.clear()
        return parts.text.encode("slow blues")

    one, *others = on_each_count(encode)
    assert all(torch.equal(one, other) for other in others)


def test_audio_is_encoded_on_one_thread_whatever_the_calling_one_may_use(parts, monkeypatch):
    seen, convolve = set(), Convolution.__call__

    def spy(*arguments, **options):
        seen.add(torch.get_num_threads())
        return convolve(*arguments, **options)

    monkeypatch.setattr(Convolution, "__call__", spy)
    samples = torch.randn(1, 16_000, generator=torch.Generator().manual_seed(0))
    one, *others = on_each_count(lambda: parts.encoder().encode(samples))
    assert seen == {1} and all(torch.equal(one, other) for other in others)


def in_a_new_thread(work):
    got = []
    thread = threading.Thread(target=lambda: got.append(work()))
    thread.start()
    thread.join()
    return got[0]


def test_a_thread_keeps_its_number_when_another_sets_its_own_before_its_first_operation():
    def set_while_another_sets():
        use_threads(3)
        in_a_new_thread(lambda: torch.set_num_threads(2))
        return torch.get_num_threads()

    assert in_a_new_thread(set_while_another_sets) == 3


def test_the_number_is_as_before_when_what_needs_one_thread_fails():
    torch.set_num_threads(2)
    with pytest.raises(RuntimeError), one_thread():
        raise RuntimeError
    assert torch.get_num_threads() == 2
