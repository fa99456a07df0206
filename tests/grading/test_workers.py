"""Several workers give what one gives; a worker that dies costs nobody else anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import dask
import distributed
import pytest

from autograder.errors import CourseError
from autograder.grading.engine_process import EngineDied, EngineProcess, Job, grade_with
from autograder.grading.executors import ClusterExecutor, LocalExecutor
from autograder.paths import ROOT
from tests.processes import ends

ENGINE = Job("tests.grading.instant_engine.InstantEngine")
FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"


@pytest.fixture
def host():
    made = EngineProcess(ENGINE)
    yield made
    made.close()


def test_a_process_stays_between_submissions(host):
    pids = []
    for text in (b"a = 1\n", b"b = 1\n"):
        outcome = grade_with(host, ENGINE.of("02_coins", text, (FIRST, SECOND)))
        assert [one.report.exercise for one in outcome.graded] == [FIRST, SECOND]
        pids.append(host.pid)
    assert pids[0] == pids[1]


def test_a_process_that_dies_is_replaced_and_the_rest_is_graded(host, tmp_path):
    host.start()
    os.kill(host.pid, 9)
    outcome = grade_with(host, ENGINE.of("02_coins", b"a = 1\n", (FIRST,)))
    assert (len(outcome.graded), outcome.refused) == (1, "")


def test_what_kills_its_process_twice_is_refused_with_the_reason(host):
    module = f"kill {SECOND}\n".encode()
    outcome = grade_with(host, ENGINE.of("02_coins", module, (FIRST, SECOND)))
    assert "was killed by SIGKILL" in outcome.refused
    assert [one.report.exercise for one in outcome.graded] == [FIRST]


def test_a_closed_host_stays_closed(host):
    host.start()
    host.close()
    with pytest.raises(EngineDied):
        host.grade(ENGINE.of("02_coins", b"a = 1\n", (FIRST,)), print)


def test_the_process_ends_with_its_parent(tmp_path):
    code = (
        "import sys, time\n"
        "from autograder.grading.engine_process import EngineProcess, Job\n"
        f"host = EngineProcess(Job({ENGINE.engine!r})); host.start(); print(host.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ends(pid)


def test_a_submission_that_kills_its_worker_is_refused_and_the_others_are_graded(make_class):
    course = make_class(students=2)
    course.hand_in("killer", f"kill {SECOND}\n")
    ran = course.grade(workers=2)
    assert ran.code == 1
    assert "killer: refused: its grading process died 2 times: it was killed by SIGKILL" in ran.out
    grades = course.tables()["grade"]
    assert len(grades) == 3 * 3
    text = (course.folder / "autograded" / "killer" / "02_coins" / "02_coins.ipynb").read_text()
    assert "its grading process died 2 times" in text
    # Not remembered as graded: whoever was to blame, the next run tries again.
    again = course.grade(workers=2)
    assert again.code == 1
    assert "refused" in again.out
    course.hand_in("killer", "mended = 1\n")
    assert course.grade(workers=2).code == 0


def test_workers_on_this_machine_listen_to_nobody():
    psutil = pytest.importorskip("psutil")
    executor = LocalExecutor(ENGINE, 2)
    try:
        listening = [
            c.laddr.ip for c in psutil.Process().net_connections() if c.status == psutil.CONN_LISTEN
        ]
        assert listening == []
        assert executor.capacity() == 2
    finally:
        executor.close()


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers in processes of their own, as on a cluster."""
    address_file = tmp_path / "scheduler.json"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]"}
    options = ["--no-dashboard", "--host", "127.0.0.1"]
    quiet = subprocess.DEVNULL
    common: dict[str, Any] = {"env": env, "stdout": quiet, "stderr": quiet}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", *options, "--port", "0",
             "--scheduler-file", str(address_file)],
            **common,
        )
    ]  # fmt: skip
    processes += [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", *options, "--nthreads", "1",
             "--no-nanny", "--scheduler-file", str(address_file)],
            **common,
        )
        for _ in range(2)
    ]  # fmt: skip
    for _ in range(300):
        if address_file.exists():
            break
        time.sleep(0.1)
    yield json.loads(address_file.read_text())["address"], processes
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_gives_the_same_gradebook_and_outlives_a_worker(cluster, make_class):
    address, processes = cluster
    alone = make_class("alone", students=4)
    alone.grade()
    course = make_class("cluster", students=4, settings="c.InstantEngine.pause = 0.05\n")
    running = course.start("--scheduler", address)
    for _ in range(600):
        if course.log:
            break
        time.sleep(0.05)
    processes[1].kill()
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 0, out
    assert course.bytes() == alone.bytes()


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch):
    real = distributed.Client
    monkeypatch.setattr(distributed, "Client", lambda *a, **k: real(*a, **{**k, "timeout": 1}))
    one_line = pytest.raises(CourseError, match="no Dask scheduler answers at tcp://127")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), one_line:
        ClusterExecutor(ENGINE, "tcp://127.0.0.1:9")
