"""A real Jupyter server, spoken to as a browser does: by REST and by the kernel's web socket."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from autograder.authoring.notebooks import checked_exercise
from autograder.paths import COURSE, notebook_ipynb
from course_lib.course import syllabus

TOKEN = "a-token-of-the-test"
LECTURE = syllabus.load().lecture("02_coins")


class Server:
    """The server's REST interface."""

    def __init__(self, port: int) -> None:
        self.port = port

    def call(self, method: str, path: str, body: object = None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


class Kernel:
    """One kernel of the server, through its web socket."""

    def __init__(self, server: Server, identity: str) -> None:
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{server.port}/api/kernels/{identity}/channels?token={TOKEN}",
            timeout=180,
        )

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *exc: object) -> None:
        self.socket.close()

    def run(self, code: str) -> list[dict]:
        """The contents of the outputs of a cell, each with its `kind`."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "username": "student",
            "session": uuid.uuid4().hex,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
        self.socket.send(json.dumps(message | {"content": content}))
        outputs = []
        while True:
            reply = json.loads(self.socket.recv())
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind = reply["msg_type"]
            if kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append(reply["content"] | {"kind": kind})
            if kind == "status" and reply["content"]["execution_state"] == "idle":
                return outputs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What nbgrader hands out: the notebook, and beside it the student's modules, untouched."""
    handed_out = tmp_path / "course" / "02_coins"
    (handed_out / "course_lib").mkdir(parents=True)
    shutil.copyfile(notebook_ipynb(LECTURE), handed_out / "02_coins.ipynb")
    for name in ("coins.py", "dice.py"):
        shutil.copyfile(COURSE / "course_lib" / name, handed_out / "course_lib" / name)
    return handed_out


@pytest.fixture
def server(folder: Path, student_env: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--allow-root", "--no-browser"]
    command += [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
    ]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder.parent}"]
    log = tmp_path / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=student_env, stdout=file, stderr=file)
    running = Server(port)
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                running.call("GET", "status")
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


def points(outputs: list[dict]) -> float:
    """What a check showed, and nothing else may it show."""
    (output,) = outputs
    assert output["kind"] == "execute_result", output
    return float(output["data"]["text/plain"])


def test_a_student_completes_the_module_and_runs_the_whole_notebook(server, folder):
    path = "02_coins/02_coins.ipynb"
    notebook = server.call("GET", f"contents/{path}")["content"]
    session = {"path": path, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
    identity = server.call("POST", "sessions", session)["kernel"]["id"]
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]

    with Kernel(server, identity) as kernel:
        assert kernel.run(cells[0]) == []
        setup = kernel.run(cells[1])
        assert "course_lib/coins.py" in setup[0]["text"]
        check = 'check("coins.Coins.log_prob")'
        assert check in cells
        before = kernel.run(check)
        assert points(before) == 0
        assert "not implemented yet" in before[0]["data"]["text/html"]

        # The files are saved in the editor; the kernel that runs sees them.
        solution = (COURSE / "solutions" / "coins.py").read_text(encoding="utf-8")
        shutil.copyfile(COURSE / "solutions" / "dice.py", folder / "course_lib" / "dice.py")
        (folder / "course_lib" / "coins.py").write_text(solution, encoding="utf-8")
        assert points(kernel.run(check)) == syllabus.load().exercise("coins.Coins.log_prob").points

        shown = {}
        for number, cell in enumerate(cells):
            outputs = kernel.run(cell)
            for output in outputs:
                assert output["kind"] != "error", (number, cell, output.get("traceback"))
            name = checked_exercise(cell)
            if name:
                shown[name] = points(outputs)
        assert shown == {e.name: e.points for e in LECTURE.exercises}
