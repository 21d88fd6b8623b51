import struct
import zlib

import numpy as np
from demo_model.card import model_card
from demo_model.evaluate import Drawing
from demo_model.spectrogram_sheet import GAP, HEIGHT, WIDTH, png, sheet, strip


def test_a_tone_is_a_bright_line_at_its_own_height():
    time = np.arange(64_000) / 32_000
    picture = strip(np.sin(2 * np.pi * 707 * time).astype(np.float32), 32_000).astype(int)
    brightness = picture[:, WIDTH // 4].sum(axis=1)
    # 707 Hz is half way between 50 Hz and 10 kHz on a scale of octaves.
    assert abs(int(np.argmax(brightness)) - HEIGHT // 2) <= 3
    assert brightness[10] < brightness.max() / 3


def test_a_sheet_has_its_strips_in_two_columns():
    strips = [np.full((HEIGHT, WIDTH, 3), value, np.uint8) for value in (10, 20, 30)]
    page = sheet(strips)
    assert page.shape == (2 * HEIGHT + GAP, 2 * WIDTH + GAP, 3)
    assert page[0, 0, 0] == 10
    assert page[0, -1, 0] == 20
    assert page[-1, 0, 0] == 30


def test_the_file_is_a_png_of_these_pixels():
    data = png(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (2, 1)
    start = data.index(b"IDAT") + 4
    assert zlib.decompress(data[start:-16]) == bytes([0, 1, 2, 3, 4, 5, 6])


def test_the_card_calls_it_a_toy_and_shows_every_row():
    rows = {"model": {"clips": 7, "in_key": 0.5}, "model, free prompts": {"clips": 2}}
    card = model_card(
        rows, Drawing(8, 3.0, 250, 1.0, 1), steps=1234, seconds_trained=60, seed=9, sharpness=(3, 2)
    )
    assert "toy trained on synthetic music" in card
    assert "1,234 steps in 1 minutes" in card
    assert "| in_key | 0.500 | - |" in card
