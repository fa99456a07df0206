"""Servers of a test's own, from their start to their end."""

from __future__ import annotations

import functools
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = "a-token-of-the-test"
_STARTS_WITHIN = 120  # seconds, on a busy machine


def options() -> tuple[str, list[str]]:
    """The address of a free port, and the options that make a Jupyter server listen there alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = ["--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    own += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    return f"http://127.0.0.1:{port}", own


def private(folder: Path) -> dict[str, str]:
    """An environment in which nothing of this user's Jupyter or course settings counts."""
    own = ("COURSE_", "JUPYTER", "PYTEST")
    env = {k: v for k, v in os.environ.items() if k == "COURSE_ROOT" or not k.startswith(own)}
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "COURSE_STATE_DIR": "state",
    }
    return {**env, **{name: str(folder / place) for name, place in places.items()}}


@contextmanager
def running(command: Sequence[str], address: str, folder: Path, env: dict[str, str]) -> Iterator:
    """A server that answers, until the block ends; its kernels and terminals end with it."""
    log = Path(env["JUPYTER_CONFIG_DIR"]).with_name("server.log")
    with log.open("w") as file:
        server = subprocess.Popen(
            command, cwd=folder, env=env, stdout=file, stderr=file, start_new_session=True
        )
    try:
        deadline = time.monotonic() + _STARTS_WITHIN
        while not _answers(address):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a request is no news."""


@contextmanager
def files_of(folder: Path) -> Iterator[str]:
    """The address at which a folder's files are served, without a slash at the end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _answers(address: str) -> bool:
    request = urllib.request.Request(
        f"{address}/api/status", headers={"Authorization": f"token {TOKEN}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
