"""Who grades: one process, several on this machine, or the workers of a Dask cluster.

All take jobs and give outcomes, in any order. A crew of several on this machine is a Dask cluster
whose scheduler and workers live in this process and talk without sockets, because a scheduler's
port runs whatever it is sent, and everybody on the machine can reach it. Each worker drives an
engine's process of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from autograder.errors import CourseError
from autograder.grading.hosting import Host, Job, Outcome, grade_with
from autograder.grading.records import Graded, from_data, to_data

__all__ = ["Alone", "Cluster", "Crew", "Here"]

Done = Callable[[Callable[[], Outcome]], None]


class Crew(Protocol):
    """Takes jobs."""

    def capacity(self) -> int:
        """How many jobs are worked on at a time."""

    def submit(self, job: Job, done: Done) -> None:
        """Take a job.

        Args:
            job: the submission.
            done: is called, in any thread, with a function that gives the outcome.
        """

    def close(self) -> None:
        """End every process."""


class Alone:
    """One process and no Dask."""

    def __init__(self, engine: Job):
        self._host = Host(engine)
        self._host.start()
        self._thread = ThreadPoolExecutor(1, "grading")

    def capacity(self) -> int:
        """See `Crew`."""
        return 1

    def submit(self, job: Job, done: Done) -> None:
        """See `Crew`."""
        future = self._thread.submit(grade_with, self._host, job)
        future.add_done_callback(lambda f: done(f.result))

    def close(self) -> None:
        """See `Crew`."""
        self._host.close()
        self._thread.shutdown(wait=False, cancel_futures=True)


class Here:
    """Several processes on this machine, each driven by a Dask worker in a thread of this one."""

    def __init__(self, engine: Job, workers: int):
        # The engines load while Dask does.
        for _ in range(workers):
            host = Host(engine)
            host.start()
            _spare.append(host)
        import dask
        from distributed import Client, Scheduler, SpecCluster, Worker

        options = {"protocol": "inproc://", "dashboard": False, "dashboard_address": "127.0.0.1:0"}
        each = {**options, "nthreads": 1, "memory_limit": 0}
        with dask.config.set(_SILENT):
            self._cluster = SpecCluster(
                scheduler={"cls": Scheduler, "options": options},
                workers={n: {"cls": Worker, "options": each} for n in range(workers)},
                silence_logs=50,
            )
            self._client = Client(self._cluster, set_as_default=False)
        self._workers = workers

    def capacity(self) -> int:
        """See `Crew`."""
        return self._workers

    def submit(self, job: Job, done: Done) -> None:
        """See `Crew`."""
        _submit(self._client, job, done)

    def close(self) -> None:
        """See `Crew`."""
        _end_hosts()
        self._client.close(timeout=2)
        self._cluster.close(timeout=2)


class Cluster:
    """The workers of a Dask scheduler that runs already."""

    def __init__(self, engine: Job, address: str):
        from distributed import Client

        try:
            self._client = Client(address, timeout=20, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise CourseError(f"no Dask scheduler answers at {address}: {error}") from error
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS_FOR_A_WORKER)
        except TimeoutError:
            self.close()
            raise CourseError(
                f"the Dask scheduler at {address} has had no worker for "
                f"{_SECONDS_FOR_A_WORKER / 60:.0f} minutes: start one with `dask worker {address} "
                "--nthreads 1`"
            ) from None

    def capacity(self) -> int:
        """See `Crew`. A worker more or less is noticed; at least 1, to wait for the first."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(worker["nthreads"] for worker in workers))

    def submit(self, job: Job, done: Done) -> None:
        """See `Crew`."""
        _submit(self._client, job, done)

    def close(self) -> None:
        """See `Crew`. The workers stay; their engines stay warm."""
        self._client.close(timeout=2)


_SECONDS_FOR_A_WORKER = 900
_SILENT = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.comm.timeouts.connect": "20s",
}
_guard = threading.Lock()
_spare: list[Host] = []
_hosts: dict[str, Host] = {}


def _submit(client: Any, job: Job, done: Done) -> None:
    future = client.submit(grade_on_worker, job.as_json(), pure=False, retries=0)

    def outcome() -> Outcome:
        from distributed import KilledWorker

        try:
            return _outcome(future.result())
        except KilledWorker as error:
            return Outcome(refused=f"its worker died again and again: {str(error)[:300]}")

    future.add_done_callback(lambda _: done(outcome))


def grade_on_worker(job_as_json: str) -> dict[str, Any]:
    """A Dask task: grade one submission in this worker's own process, which stays.

    Args:
        job_as_json: a `Job`.

    Returns:
        Plain data: "graded", "refused" and "broken" as in `Outcome`.
    """
    import json

    job = Job(**json.loads(job_as_json))
    outcome = grade_with(_host(job), job)
    return {
        "graded": [[to_data(one.report), one.seconds] for one in outcome.graded],
        "refused": outcome.refused,
        "broken": outcome.broken,
    }


def _host(job: Job) -> Host:
    """The process of the worker that this runs on."""
    from distributed import get_worker

    engine = Job(job.engine, job.settings)
    # Threads of one worker get a process each: an engine does one thing at a time.
    key = f"{get_worker().address} {threading.get_ident()}"
    with _guard:
        if key in _hosts and _hosts[key].engine != engine:
            _hosts.pop(key).close()
        if key not in _hosts:
            _hosts[key] = _spare.pop() if _spare else Host(engine)
        return _hosts[key]


def _end_hosts() -> None:
    with _guard:
        for host in [*_hosts.values(), *_spare]:
            host.close()
        _hosts.clear()
        _spare.clear()


def _outcome(data: dict[str, Any]) -> Outcome:
    graded = tuple(Graded(from_data(report), float(s)) for report, s in data["graded"])
    return Outcome(graded, str(data["refused"]), str(data["broken"]))
