"""A clip that continues another, or a file: the reference's codes, and what is refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from bench_of_parts import request
from engine_process import EngineProcess, output, submit_line
from mgb_engine.engine.request import Part, Source
from mgb_engine.io import checkpoint
from mgb_engine.io.protocol import BadLine, parse_line
from mgb_engine.io.source import BadSourceError, digest, read_audio, read_codes, write_codes

RATE = 32_000


def noise(seconds, channels=1, seed=0):
    return torch.randn(channels, round(seconds * RATE), generator=torch.Generator().manual_seed(seed)) * 0.3


@pytest.mark.parametrize("samples", [640, 641, 6_400, 16_001, 40_000])
@torch.inference_mode()
def test_the_encoder_s_codes_are_the_reference_s(parts, samples):
    audio = noise(samples / RATE, seed=samples)
    expected = parts.reference_model().audio_encoder.encode(audio[None]).audio_codes[0, 0]
    assert torch.equal(parts.encoder().encode(audio), expected)
    assert expected.unique().numel() > 3


def test_a_continued_file_has_the_codes_that_transformers_gives_it(parts):
    asked = request("c", duration_seconds=1.4)
    audio = noise(0.6)
    given = parts.encoder().encode(audio)
    made = parts.continued(asked, given)
    assert torch.equal(made, parts.reference_codes(asked, audio))
    assert torch.equal(made[:, :30], given)


def test_a_continued_stereo_file_has_the_codes_that_transformers_gives_it(stereo):
    asked = request("c", duration_seconds=1.2, guidance_scale=1)
    audio = noise(0.5, channels=2)
    given = stereo.encoder().encode(audio)
    made = stereo.continued(asked, given)
    assert torch.equal(made, stereo.reference_codes(asked, audio))


def test_a_greedy_clip_that_is_continued_is_the_longer_clip(parts):
    whole = parts.alone(request("w", duration_seconds=1.2))
    made = parts.continued(request("w", duration_seconds=1.2), whole[:, :25])
    assert torch.equal(made, whole)


def test_a_clip_past_thirty_seconds_is_continued_by_windows(parts, monkeypatch):
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 0.6)
    asked = request("w", duration_seconds=1.4, extend_stride=0.36)
    whole = parts.alone(asked)
    for known in (10, 29, 30, 41):
        assert torch.equal(parts.continued(asked, whole[:, :known]), whole)


@pytest.mark.parametrize("stride", [0.1, 0.36, 0.5])
def test_every_stride_makes_the_steps_that_it_foretold(parts, monkeypatch, stride):
    monkeypatch.setattr("mgb_engine.engine.clip.WINDOW_SECONDS", 0.6)
    asked = request("w", duration_seconds=1.3, extend_stride=stride)
    given = parts.alone(request("g", duration_seconds=0.4))
    clip = parts.clip(asked, given, given.shape[1])
    foretold, done = clip.steps, clip.resumed_at
    assert done == 0
    made = parts.continued(asked, given)
    assert made.shape[1] == 65
    assert (made >= 0).all()
    assert foretold == parts.clip(asked, given, given.shape[1]).steps_left()


def audio_file(path, seconds=1.0, rate=RATE, channels=1, **options):
    time = np.arange(round(seconds * rate)) / rate
    soundfile.write(
        path, np.stack([0.4 * np.sin(2 * np.pi * 330 * time)] * channels, axis=1), rate, **options
    )
    return path


def source(path, start=0.0, end=None):
    return Source(str(path), "upload_1", Part(start, end))


def read(path, channels=1, start=0.0, end=None):
    return read_audio(path, "upload_1", Part(start, end), RATE, channels)


@pytest.mark.parametrize(("rate", "channels", "kind"), [
    (32_000, 1, "wav"), (44_100, 2, "flac"), (48_000, 1, "ogg"), (22_050, 2, "mp3"), (8_000, 1, "aiff"),
])  # fmt: skip
def test_a_file_of_any_rate_is_read_at_the_model_s(tmp_path, rate, channels, kind):
    path = audio_file(tmp_path / f"a.{kind}", 2.0, rate, channels)
    for wanted in (1, 2):
        samples = read(path, wanted, 0.5, 1.5)
        assert samples.shape[0] == wanted
        assert abs(samples.shape[1] - RATE) <= 2
        assert samples.dtype == np.float32
        spectrum = np.abs(np.fft.rfft(samples[0][:RATE]))
        assert abs(int(spectrum.argmax()) - 330) <= 1


def test_both_sides_of_a_stereo_file_are_heard(tmp_path):
    left, right = np.full(RATE, 0.5), np.full(RATE, -0.1)
    soundfile.write(tmp_path / "s.wav", np.stack([left, right], axis=1), RATE, subtype="FLOAT")
    assert np.allclose(read(tmp_path / "s.wav"), 0.2)
    stereo = read(tmp_path / "s.wav", 2)
    assert np.allclose(stereo[0], 0.5)
    assert np.allclose(stereo[1], -0.1)


def wrong(tmp_path, kind):
    path = tmp_path / f"{kind}.wav"
    match kind:
        case "text":
            path.write_text("not audio at all")
        case "empty":
            path.write_bytes(b"")
        case "zero samples":
            soundfile.write(path, np.zeros((0, 1)), RATE)
        case "many channels":
            audio_file(path, 1, RATE, 6)
        case "too long":
            audio_file(path, 31, 8_000)
        case "not finite":
            soundfile.write(path, np.full(RATE, np.nan, dtype=np.float32), RATE, subtype="FLOAT")
        case "slow rate":
            audio_file(path, 10, 500)
        case "a header alone":
            path.write_bytes(audio_file(tmp_path / "x.flac", 5).read_bytes()[:200])
        case "cut off":
            whole = audio_file(tmp_path / "x.flac", 5).read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "is no audio that can be read"),
        ("empty", "is no audio that can be read"),
        ("zero samples", "is 0.00 s long"),
        ("many channels", "6 channels"),
        ("too long", "choose 30 s at most"),
        ("not finite", "no numbers"),
        ("slow rate", "500 samples a second"),
        ("a header alone", "upload_1"),
        ("cut off", "upload_1"),
        ("missing", "is no audio that can be read"),
    ],
)
def test_a_file_that_cannot_be_continued_is_refused_by_name(tmp_path, kind, message):
    with pytest.raises(BadSourceError, match=message):
        read(wrong(tmp_path, kind))


@pytest.mark.parametrize(("start", "end"), [(5, None), (0, 9), (2, 9), (1, 1.01)])
def test_a_part_that_is_not_in_the_file_is_refused(tmp_path, start, end):
    path = audio_file(tmp_path / "a.wav", 4)
    with pytest.raises(BadSourceError, match="upload_1"):
        read(path, 1, start, end)


def test_codes_are_read_as_they_were_kept(tmp_path):
    codes = torch.randint(0, 64, (4, 77), generator=torch.Generator().manual_seed(1))
    write_codes(tmp_path / "c", codes)
    assert torch.equal(read_codes(tmp_path / "c", "item", 4, 64), codes)
    assert (tmp_path / "c").stat().st_size < 4 * 77 * 2 + 200


@pytest.mark.parametrize(
    "codes", [torch.zeros(8, 5), torch.full((4, 5), 64), torch.full((4, 5), -1), torch.zeros(4, 0)]
)
def test_codes_of_another_codec_are_refused(tmp_path, codes):
    write_codes(tmp_path / "c", codes)
    with pytest.raises(BadSourceError, match="another codec"):
        read_codes(tmp_path / "c", "item", 4, 64)
    (tmp_path / "d").write_text("{}")
    with pytest.raises(BadSourceError, match="cannot be read"):
        read_codes(tmp_path / "d", "item", 4, 64)


def test_a_checkpoint_of_a_clip_that_continues_something_else_is_not_taken_up(tmp_path):
    def identity_of(continued):
        return checkpoint.identity(request(continue_from=continued), "rev")

    one, other = audio_file(tmp_path / "a.wav", 1), audio_file(tmp_path / "b.wav", 2)
    write_codes(tmp_path / "c", torch.zeros(4, 5), identity_of(source(one)))
    moved = tmp_path / "moved.wav"
    moved.write_bytes(one.read_bytes())
    assert checkpoint.read_checkpoint(tmp_path / "c", identity_of(source(moved))) is not None
    for another in (source(other), source(one, 0.5), source(one, 0, 0.5), None):
        assert checkpoint.read_checkpoint(tmp_path / "c", identity_of(another)) is None
    assert digest(source(one)) != digest(source(one, 0.5))


@pytest.fixture(scope="module")
def engine(tiny, tmp_path_factory):
    running = EngineProcess(tiny, tmp_path_factory.mktemp("out"))
    running.until_type("ready")
    yield running
    running.kill()


def kept(path):
    return {"path": str(path), "name": "item_1", "part": None}


def part(path, start=0, end=None):
    return {"path": str(path), "name": "upload_1", "part": {"start": start, "end": end}}


def made_by(engine, id, **changes):
    engine.send(submit_line(id, top_k=1, **changes))
    return engine.answers(id)[id]


def samples_of(answer):
    return soundfile.read(answer["path"])[0]


RAW = output(normalize="none")


def test_the_engine_continues_the_codes_that_it_kept(engine):
    first = made_by(engine, "first", duration_seconds=0.5, output=RAW)
    asked = {"duration_seconds": 1, "continue_from": kept(first["codes_path"]), "output": RAW}
    longer, again = made_by(engine, "longer", **asked), made_by(engine, "again", **asked)
    assert (first["frames"], longer["frames"], longer["steps"]) == (25, 50, 28)
    given, codes = (read_codes(Path(answer["codes_path"]), "x", 4, 64) for answer in (first, longer))
    assert torch.equal(codes[:, :25], given)
    assert np.array_equal(samples_of(longer), samples_of(again))


def test_the_new_part_alone_is_the_end_of_the_whole(engine):
    first = made_by(engine, "f2", duration_seconds=0.5, output=RAW)
    asked = {"duration_seconds": 1, "continue_from": kept(first["codes_path"])}
    whole = samples_of(made_by(engine, "w2", output=RAW, **asked))
    new = made_by(engine, "n2", output=output(normalize="none", only_new=True), **asked)
    assert new["duration_seconds"] == 0.5
    assert np.array_equal(samples_of(new), whole[16_000:])
    assert new["frames"] == 50


def test_the_engine_continues_a_file_and_says_so_in_the_clip(engine, tmp_path):
    path = audio_file(tmp_path / "a.wav", 2, 44_100, 2)
    made = made_by(engine, "file", duration_seconds=1, continue_from=part(path, 0.5, 1.1))
    assert made["duration_seconds"] == 1
    tagged = json.loads(soundfile.SoundFile(made["path"]).comment)
    assert tagged["continue_from"] == {"name": "upload_1", "part": {"start": 0.5, "end": 1.1}}
    assert str(tmp_path) not in json.dumps(tagged)


@pytest.mark.parametrize("kind", ["text", "many channels", "too long", "not finite", "a header alone"])
def test_the_engine_refuses_a_bad_file_and_goes_on(engine, tmp_path, kind):
    refused = made_by(engine, f"bad {kind}", duration_seconds=31, continue_from=part(wrong(tmp_path, kind)))
    assert (refused["code"], refused["retryable"]) == ("bad_request", False)
    assert refused["detail"].isprintable()
    assert str(tmp_path) not in refused["detail"]


def test_what_is_continued_is_shorter_than_the_clip(engine, tmp_path):
    path = audio_file(tmp_path / "a.wav", 2)
    refused = made_by(engine, "short", duration_seconds=2, continue_from=part(path))
    assert refused["detail"].startswith(
        "what it continues is 2.00 s long: duration_seconds is the whole clip's"
    )


def test_a_model_without_an_encoder_continues_items_alone(tiny, tmp_path):
    model = shutil.copytree(tiny, tmp_path / "model")
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "mgb_encoder": False}))
    engine = EngineProcess(model, tmp_path / "out")
    try:
        engine.until_type("ready")
        first = made_by(engine, "a", duration_seconds=0.2)
        file = audio_file(tmp_path / "a.wav", 0.2)
        assert made_by(engine, "b", continue_from=kept(first["codes_path"]))["type"] == "done"
        assert "continues its own clips only" in made_by(engine, "c", continue_from=part(file))["detail"]
    finally:
        engine.kill()


@pytest.mark.parametrize("field", [
    {"continue_from": {"path": "x", "name": "y"}}, {"continue_from": {"path": "", "name": "y", "part": None}},
    {"continue_from": {"path": "x", "name": "y", "part": {"start": -1, "end": None}}},
    {"continue_from": {"path": "x", "name": "y", "part": {"start": 1}}}, {"continue_from": 1},
    {"continue_from": []}, {"extend_stride": 0}, {"extend_stride": 30}, {"output": output(only_new=1)},
])  # fmt: skip
def test_a_line_that_continues_wrongly_is_refused_by_its_field(field):
    with pytest.raises(BadLine, match=next(iter(field)) if "output" not in field else "only_new"):
        parse_line(json.dumps(submit_line("x", **field)))
