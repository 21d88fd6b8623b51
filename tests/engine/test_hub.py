"""A model by its hub id, from a hub of our own on loopback."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ROOT

COMMIT = "a" * 40


class Hub(http.server.ThreadingHTTPServer):
    """One repository, some/musicgen, with the given files. Remembers what was fetched."""

    def __init__(self, files: dict[str, bytes]):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.fetched = files, set()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def _answer(self):
        path, files = self.path.partition("?")[0], self.server.files
        if path.startswith("/api/models/some/musicgen/tree/"):
            self._send_json([{"type": "file", "path": name, "size": len(data), "oid": "0" * 40}
                             for name, data in files.items()])  # fmt: skip
        elif path.startswith("/api/models/some/musicgen"):
            siblings = [{"rfilename": name} for name in files]
            self._send_json({"id": "some/musicgen", "sha": COMMIT, "siblings": siblings, "private": False})
        elif (data := files.get(path.removeprefix(f"/some/musicgen/resolve/{COMMIT}/"))) is None:
            self._send(b"{}", 404)
        else:
            if self.command == "GET":
                self.server.fetched.add(path.rsplit("/", 1)[1])
            self._send(data)

    def _send_json(self, body: object):
        self._send(json.dumps(body).encode())

    def _send(self, data: bytes, status: int = 200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def log_message(self, *_):
        pass


def generate(target: Path, hub: str, home: Path, model: str = "some/musicgen"):
    """`mgb-engine generate` in a process of its own: the hub's client reads its settings on import."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
        "PYTHONPATH": str(ROOT / "worker" / "engine"), "HF_ENDPOINT": hub, "HF_HOME": str(home),
        "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    command = [sys.executable, "-m", "mgb_engine", "generate", "a drum", "-o", str(target), "--model", model]
    return subprocess.run(
        [*command, "--seconds", "0.1"], env=environment, stderr=subprocess.PIPE, text=True, check=False
    )


@pytest.fixture
def files(tiny):
    return {file.name: file.read_bytes() for file in tiny.iterdir()}


@pytest.mark.slow
def test_a_hub_id_is_downloaded_once_without_what_is_for_others_and_then_needs_no_hub(files, tmp_path):
    others = ("pytorch_model.bin", "state_dict.bin", "compression_state_dict.bin", "tf_model.h5")
    with Hub({**files, **dict.fromkeys(others, b"x")}) as hub:
        made = generate(tmp_path / "1.wav", hub.url, tmp_path / "home")
        assert made.returncode == 0, made.stderr
        assert {"model.safetensors", "config.json", "tokenizer.json"} <= hub.fetched
        assert not hub.fetched & set(others)
    again = generate(tmp_path / "2.wav", hub.url, tmp_path / "home")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "1.wav").read_bytes() == (tmp_path / "2.wav").read_bytes()


@pytest.mark.slow
def test_a_repository_that_has_only_pickles_gives_those(files, tiny, tmp_path):
    import torch
    from mgb_engine.model.weights import Weights

    weights = Weights(tiny)
    torch.save({name: weights(name).clone() for name in weights.names()}, tmp_path / "pickle")
    del files["model.safetensors"]
    with Hub({**files, "pytorch_model.bin": (tmp_path / "pickle").read_bytes()}) as hub:
        made = generate(tmp_path / "1.wav", hub.url, tmp_path / "home")
    assert made.returncode == 0, made.stderr
    assert "pytorch_model.bin" in hub.fetched


@pytest.mark.slow
def test_an_id_that_the_hub_does_not_have_is_told_by_name(files, tmp_path):
    with Hub(files) as hub:
        made = generate(tmp_path / "1.wav", hub.url, tmp_path / "home", "some/other")
    assert made.returncode == 2
    assert "some/other" in made.stderr and "Traceback" not in made.stderr
