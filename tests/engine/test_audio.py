import contextlib
import errno
import json
import os
import pathlib
import resource

import numpy as np
import pytest
import soundfile
from mgb_engine.engine.request import Output
from mgb_engine.io.audio import file_name, finished, write_clip
from mgb_engine.io.loudness import integrated_lufs, true_peak_dbtp
from mgb_engine.io.ogg import renumbered

RATE = 48_000


def sine(hertz: float, dbfs: float, seconds: float, rate: int = RATE, phase: float = 0.0) -> np.ndarray:
    """[1, N] float32 with the given peak level."""
    t = np.arange(round(seconds * rate)) / rate
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * t + phase)).astype(np.float32)[None]


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000])
def test_a_stereo_sine_of_1_khz_at_minus_23_dbfs_has_minus_23_lufs(rate):
    # EBU Tech 3341, case 1: its tolerance is 0.1 LU.
    both = np.repeat(sine(1000, -23, 5, rate), 2, axis=0)
    assert integrated_lufs(both, rate) == pytest.approx(-23.0, abs=0.1)


def test_quiet_passages_are_gated_out():
    # EBU Tech 3341, case 3: -36 for 10 s, -23 for 60 s, -36 for 10 s reads -23.
    both = np.repeat(
        np.concatenate([sine(1000, -36, 10), sine(1000, -23, 60), sine(1000, -36, 10)], axis=1), 2, 0
    )
    assert integrated_lufs(both, RATE) == pytest.approx(-23.0, abs=0.1)


def test_a_peak_between_two_samples_is_found():
    # A quarter of the rate, half a sample off: every sample is at 0.707 of the true peak.
    between = sine(RATE / 4, 0, 1, phase=np.pi / 4) * np.float32(0.5)
    assert np.abs(between).max() == pytest.approx(0.3536, abs=1e-3)
    assert true_peak_dbtp(between) == pytest.approx(-6.0, abs=0.3)


def test_silence_has_no_loudness_and_no_peak_and_stays_silent():
    out, checks = finished(np.zeros((1, RATE), np.float32), RATE, Output("wav", "loudness"))
    assert not out.any()
    assert (checks.lufs, checks.true_peak_dbtp, checks.silence_ratio) == (None, None, 1.0)


def test_loudness_aims_at_minus_14_lufs():
    _, checks = finished(sine(1000, -40, 3), RATE, Output("wav", "loudness"))
    assert checks.lufs == -14.0


def test_loudness_stops_at_the_ceiling_of_a_peaky_clip():
    clicks = np.zeros((1, 3 * RATE), np.float32)
    clicks[0, ::4800] = 0.1
    out, checks = finished(clicks, RATE, Output("wav", "loudness"))
    assert checks.true_peak_dbtp == -1.0
    assert checks.lufs < -14
    assert np.abs(out).max() <= 10 ** (-1 / 20) + 1e-6


def test_a_clip_too_short_for_a_loudness_is_brought_to_the_ceiling():
    _, checks = finished(sine(1000, -30, 0.1), RATE, Output("wav", "loudness"))
    assert (checks.lufs, checks.true_peak_dbtp) == (None, -1.0)


def test_none_leaves_the_samples_alone_and_counts_what_will_clip():
    loud = np.array([[0.5, 1.5, -1.25, 1.0]], np.float32)
    out, checks = finished(loud, RATE, Output("wav", "none"))
    assert np.array_equal(out, loud)
    assert checks.clipped_samples == 2


def noise(dbfs: float, seconds: float = 3, channels: int = 1, rate: int = RATE) -> np.ndarray:
    """[channels, N] float32 of white noise with the given level (RMS)."""
    drawn = np.random.default_rng(1).standard_normal((channels, round(seconds * rate)))
    return (10 ** (dbfs / 20) * drawn).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.1, 3])
@pytest.mark.parametrize("dbfs", [-150, -120, -90, -72, -64])
@pytest.mark.parametrize("normalize", ["loudness", "peak"])
def test_noise_that_nobody_hears_is_silence_and_is_not_raised(normalize, dbfs, seconds):
    given = noise(dbfs, seconds, channels=2)
    out, checks = finished(given, RATE, Output("wav", normalize))
    assert np.abs(out).max() <= np.abs(given).max()
    assert checks.silence_ratio == 1
    assert checks.true_peak_dbtp is None or checks.true_peak_dbtp < -45


def test_a_faint_click_in_silence_is_not_raised_to_a_loud_one():
    click = noise(-120)
    click[0, RATE : RATE + 48] += 0.002
    out, checks = finished(click, RATE, Output("wav", "loudness"))
    assert np.abs(out).max() < 0.003 and checks.lufs is None


def test_quiet_music_is_still_raised():
    _, checks = finished(sine(440, -50, 3), RATE, Output("wav", "loudness"))
    assert checks.lufs == -14.0 and checks.silence_ratio < 0.02


@pytest.mark.parametrize("normalize", ["loudness", "peak"])
@pytest.mark.parametrize("fade", [0, 1])
def test_a_clip_that_goes_on_falls_to_zero_in_its_last_20_ms(normalize, fade):
    out, _ = finished(sine(441, -20, 2, phase=1.3), RATE, Output("wav", normalize, fade_out_seconds=fade))
    assert out[0, -1] == 0
    last = np.abs(out[0, -960:])
    assert last[-96:].max() < 0.05 * np.abs(out).max()
    if not fade:
        assert np.abs(out[0, -1920:-960]).max() == pytest.approx(np.abs(out[0, :RATE]).max(), rel=0.01)


def test_an_end_that_is_cut_off_is_left_where_the_raw_samples_are_asked_for():
    tone = sine(441, -20, 2, phase=1.3)
    assert np.array_equal(finished(tone, RATE, Output("wav", "none"))[0], tone)


def test_half_a_silent_clip_has_half_its_windows_silent():
    half = np.concatenate([sine(500, -10, 1), np.zeros((1, RATE), np.float32)], axis=1)
    assert finished(half, RATE, Output("wav", "none"))[1].silence_ratio == 0.5


def test_a_fade_falls_along_a_raised_cosine_to_nothing_and_leaves_the_rest_alone():
    steady = np.full((2, RATE), 0.5, np.float32)
    out, _ = finished(steady, RATE, Output("wav", "none", fade_out_seconds=0.5))
    assert np.array_equal(out[:, : RATE // 2], steady[:, : RATE // 2])
    fade = out[0, RATE // 2 :]
    assert (np.diff(fade) <= 0).all() and fade[-1] == 0
    assert fade[[RATE // 8 - 1, RATE // 4 - 1, 3 * RATE // 8 - 1]] == pytest.approx(
        [0.5 * 0.853553, 0.25, 0.5 * 0.146447], abs=1e-5
    )
    assert np.array_equal(out[0], out[1])


def test_a_fade_does_not_make_the_rest_of_the_clip_louder():
    tone = sine(1000, -40, 4)
    plain, _ = finished(tone, RATE, Output("wav", "loudness"))
    faded, _ = finished(tone, RATE, Output("wav", "loudness", fade_out_seconds=2))
    assert np.array_equal(faded[:, : 2 * RATE], plain[:, : 2 * RATE])


def test_the_checks_are_of_the_faded_clip():
    tone = sine(1000, -20, 4)
    _, checks = finished(tone, RATE, Output("wav", "peak", fade_out_seconds=4))
    assert checks.lufs < finished(tone, RATE, Output("wav", "peak"))[1].lufs - 2
    assert 0 < checks.silence_ratio < 0.05


def test_a_fade_as_long_as_the_clip_begins_at_its_beginning():
    out, _ = finished(np.ones((1, 100), np.float32), 100, Output("wav", "none", fade_out_seconds=1))
    assert out[0, 0] > 0.999 and out[0, -1] == 0


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg"])
def test_the_file_carries_its_provenance_in_every_format(tmp_path, format):
    stereo = np.repeat(sine(440, -6, 1, 32_000), 2, axis=0)
    made_from = {"prompt": "café 🎷", "seed": 5}
    clip = write_clip(stereo, 32_000, Output(format, "none"), tmp_path, "x", made_from)
    with soundfile.SoundFile(clip.path) as file:
        assert file.channels == 2
        assert json.loads(file.comment) == made_from
    sidecar = json.loads(clip.path.with_suffix(".json").read_text())
    assert sidecar["prompt"] == "café 🎷" and sidecar["sha256"] == clip.sha256
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([f"x.{format}", "x.json"])


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg"])
def test_the_same_clip_is_the_same_file_at_any_time(tmp_path, format):
    noise = np.random.default_rng(1).standard_normal((2, 40_000)).astype(np.float32) * np.float32(0.1)
    written = set()
    for again in range(2):  # libsndfile draws a number for each Ogg stream: it once was in the file
        clip = write_clip(noise, 32_000, Output(format, "loudness"), tmp_path, f"x{again}", {"seed": 1})
        written.add(clip.sha256)
    assert len(written) == 1


def test_an_ogg_file_under_another_number_is_whole_and_sounds_the_same(tmp_path):
    noise = np.random.default_rng(1).standard_normal((1, 40_000)).astype(np.float32) * np.float32(0.1)
    clip = write_clip(noise, 32_000, Output("ogg", "loudness"), tmp_path, "x", {})
    before, _ = soundfile.read(clip.path)
    other = renumbered(clip.path.read_bytes(), serial=0xFEDCBA98)
    assert renumbered(other, serial=1) == clip.path.read_bytes()
    clip.path.write_bytes(other)
    after, _ = soundfile.read(clip.path)  # the reader checks every page's sum
    assert np.array_equal(before, after)


def test_what_is_no_whole_ogg_file_is_refused():
    for damaged in (b"RIFF" + bytes(40), b"OggS", b"OggS" + bytes(22) + b"\x02\x09\x09"):
        with pytest.raises(ValueError, match="Ogg page"):
            renumbered(damaged, serial=1)


@contextlib.contextmanager
def largest_file(size):
    """The system refuses to make a file longer than `size` bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("part", [0, 0.001, 0.5, 0.99, 0.9999], ids=lambda part: f"after {part}")
@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg"])
def test_a_disk_that_is_full_is_told_and_nothing_stays(tmp_path, format, part):
    clip = noise(-20, 2, rate=32_000)
    size = write_clip(clip, 32_000, Output(format, "none"), tmp_path, "whole", {"seed": 1}).bytes
    (tmp_path / "other").mkdir()
    with largest_file(int(size * part)), pytest.raises(OSError, match="File too large"):
        write_clip(clip, 32_000, Output(format, "none"), tmp_path / "other", "x", {"seed": 1})
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.parametrize("refused", range(1, 5))
@pytest.mark.parametrize("operation", ["fsync", "replace"])
def test_a_disk_that_refuses_at_any_point_leaves_nothing(tmp_path, monkeypatch, operation, refused):
    owner, calls = (os, 0) if operation == "fsync" else (pathlib.Path, 0)
    real = getattr(owner, operation)

    def sometimes(*arguments):
        nonlocal calls
        calls += 1
        if calls == refused:
            raise OSError(errno.EIO, "the disk refused")
        return real(*arguments)

    monkeypatch.setattr(owner, operation, sometimes)
    clip = noise(-20, 0.5)
    if refused <= 2:  # the sidecar and the audio
        with pytest.raises(OSError, match="the disk refused"):
            write_clip(clip, RATE, Output("flac", "none"), tmp_path, "x", {})
        assert list(tmp_path.iterdir()) == []
    else:
        written = write_clip(clip, RATE, Output("flac", "none"), tmp_path, "x", {})
        assert written.path.stat().st_size == written.bytes


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_clip(noise(-20, 0.5), RATE, Output("mp3", "none"), tmp_path / "gone", "x", {})


def test_a_file_name_stays_in_its_folder_and_is_unique_for_its_id():
    names = {file_name(id) for id in ("../../etc/passwd", "a/b", "a-b", "", "é", "a" * 500)}
    assert len(names) == 6
    assert not any("/" in name or "." in name or len(name) > 100 for name in names)
