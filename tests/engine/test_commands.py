import soundfile
from mgb_engine.cli import main


def test_generate_writes_the_clip_where_it_was_asked_to(tiny, tmp_path):
    target = tmp_path / "x.flac"
    assert main(["generate", "a drum 🥁", "-o", str(target), "--model", str(tiny), "--seconds", "0.4"]) == 0
    audio, rate = soundfile.read(target)
    assert (len(audio), rate) == (12_800, 32_000)
    assert abs(audio[-320:]).max() > 0.01


def test_generate_fades_the_end_where_it_is_asked_to(tiny, tmp_path):
    target = tmp_path / "x.wav"
    asked = ["generate", "a drum", "-o", str(target), "--model", str(tiny), "--seconds", "0.4"]
    assert main([*asked, "--fade-out", "0.2"]) == 0
    audio, _ = soundfile.read(target)
    assert abs(audio[-320:]).max() < 0.01 < abs(audio[:6400]).max()


def test_generate_names_what_is_wrong(tiny, tmp_path, capfd):
    assert main(["generate", "x", "-o", str(tmp_path / "x.aac"), "--model", str(tiny)]) == 2
    assert "format" in capfd.readouterr().err
