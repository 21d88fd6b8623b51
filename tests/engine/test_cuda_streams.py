"""Which stream each recorder's work is rehearsed, recorded and replayed on, by a stand-in for torch.cuda."""

import contextlib
from types import SimpleNamespace

import pytest
from mgb_engine.kernels import cuda


class FakeStream:
    def __init__(self, **options):
        self.options = options
        self.waited_for = []

    def wait_stream(self, other):
        self.waited_for.append(other)


class FakeCuda:
    """As much of torch.cuda as a recorder touches. `ran`: what was asked for, and on which stream."""

    def __init__(self):
        self.current = self.default = FakeStream()
        self.ran = []

    Stream = FakeStream
    Event = SimpleNamespace

    def graph_pool_handle(self):
        return object()

    def synchronize(self):
        pass

    def current_stream(self):
        return self.current

    @contextlib.contextmanager
    def stream(self, stream):
        before, self.current = self.current, stream
        yield
        self.current = before

    def CUDAGraph(self):
        return SimpleNamespace(replay=lambda: self.ran.append(("replay", self.current)))

    def graph(self, graph, *, pool, stream, capture_error_mode):
        return self.stream(stream)


@pytest.fixture
def device(monkeypatch):
    fake = FakeCuda()
    monkeypatch.setattr(cuda, "torch", SimpleNamespace(cuda=fake))
    return fake


def test_a_recorder_rehearses_records_and_replays_on_one_stream_of_its_own(device):
    recorder = cuda.GraphRecorder(cuda.STEPS_FIRST)
    replay = recorder.record(lambda: device.ran.append(("work", device.current)))
    with device.stream(FakeStream()):
        replay()
    streams = [stream for _, stream in device.ran]
    assert [what for what, _ in device.ran] == ["work", "work", "work", "replay"]
    assert len(set(map(id, streams))) == 1 and streams[0] is not device.default


def test_every_recorder_has_a_stream_of_its_own(device):
    for _ in range(2):
        cuda.GraphRecorder(cuda.BESIDE).record(lambda: device.ran.append(("work", device.current)))
    assert device.ran[0][1] is not device.ran[-1][1]


def test_a_replay_comes_after_what_its_thread_asked_for_and_before_what_it_asks_next(device):
    recorder = cuda.GraphRecorder(cuda.BESIDE)
    replay = recorder.record(lambda: device.ran.append(("work", device.current)))
    own, asking = device.ran[0][1], FakeStream()
    with device.stream(asking):
        replay()
    assert own.waited_for == [asking] and asking.waited_for == [own]


def test_steps_have_a_higher_priority_than_codec_and_text(device):
    """CUDA: the lower number is the higher priority, and a recorded step keeps that of its stream."""
    recorder = cuda.recorder_for("cuda", cuda.STEPS_FIRST)
    recorder.record(lambda: device.ran.append(("work", device.current)))
    with cuda.own_stream("cuda", cuda.STEPS_FIRST):
        lane = device.current.options["priority"]
    with cuda.own_stream("cuda", cuda.BESIDE):
        beside = device.current.options["priority"]
    assert (device.ran[0][1].options["priority"], lane, beside) == (-1, -1, 0)
