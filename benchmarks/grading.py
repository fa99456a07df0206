"""Seconds a submission: stock nbgrader against the course's engine, the same batch in one run.

    python benchmarks/grading.py [--submissions 60] [--stock 12] [--workers 1 2]

Stock nbgrader is at its best here: its own Execute and kernel, and a notebook that holds nothing
but the import and the check cells. Every submission is right and says something of its own, so that
none can be answered from another's result.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import psutil
import torch
from rich.console import Console
from rich.table import Table

from autograder.authoring.notebooks import checked_exercise
from autograder.demo import make_course
from autograder.demo.course_folder import nbgrader
from autograder.paths import ROOT
from benchmarks import page
from course_lib.course import syllabus

LECTURE = "02_nade"


@dataclass(frozen=True)
class Measured:
    """One way of grading the batch."""

    name: str
    submissions: int
    total_seconds: float
    median_seconds: float
    spread_seconds: float
    peak_mib: float


# Seconds between two looks at the memory: one takes 10 ms of processor time for each process.
_LOOK = 2.0


class PeakMemory:
    """Samples the memory of this process's children; what they share counts once each."""

    def __enter__(self) -> PeakMemory:
        self.mib, self._stop = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(_LOOK):
            total = 0
            for child in me.children(recursive=True):
                try:
                    total += child.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            self.mib = max(self.mib, total / 2**20)


def hand_in(course: Path, submissions: int) -> None:
    """The reference as so many different students hand it in."""
    lecture = syllabus.load().lecture(LECTURE)
    release = course / "release" / LECTURE
    solution = (ROOT / "solutions" / f"{lecture.module}.py").read_text(encoding="utf-8")
    for number in range(submissions):
        folder = course / "submitted" / f"student{number:03d}" / LECTURE
        (folder / "course_lib").mkdir(parents=True)
        shutil.copyfile(release / f"{LECTURE}.ipynb", folder / f"{LECTURE}.ipynb")
        module = folder / "course_lib" / f"{lecture.module}.py"
        module.write_text(f"{solution}\n# student {number}\n", encoding="utf-8")


def only_checks(notebook: Path) -> None:
    """Leave the import and the check cells."""
    content = nbformat.read(notebook, as_version=4)
    checks = [c for c in content.cells if c.cell_type == "code" and checked_exercise(c.source)]
    content.cells = [nbformat.v4.new_code_cell("from course_lib import check"), *checks]
    nbformat.write(content, notebook)


def stock(submissions: int) -> Measured:
    """nbgrader as it comes."""
    with tempfile.TemporaryDirectory(prefix="course-stock-") as folder:
        course = make_course(Path(folder) / "course", [LECTURE])
        nbgrader(course, "generate_assignment", LECTURE)
        hand_in(course, submissions)
        only_checks(course / "notebooks" / LECTURE / f"{LECTURE}.ipynb")
        module_file = f"course_lib/{syllabus.load().lecture(LECTURE).module}.py"
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            "c.CourseDirectory.source_directory = 'notebooks'\n"
            "c.CourseDirectory.ignore = ['.ipynb_checkpoints', '*.pyc', '__pycache__', '*.md']\n"
            f"c.Autograde.exclude_overwriting = {{'{LECTURE}': ['{module_file}']}}\n"
        )
        (course / "gradebook.db").unlink()
        shutil.rmtree(course / "release")
        nbgrader(course, "generate_assignment", LECTURE)
        for student in (course / "submitted").iterdir():
            shutil.copyfile(
                course / "release" / LECTURE / f"{LECTURE}.ipynb",
                student / LECTURE / f"{LECTURE}.ipynb",
            )
        with PeakMemory() as memory:
            start = time.perf_counter()
            nbgrader(course, "autograde", LECTURE)
            total = time.perf_counter() - start
        return measured("stock nbgrader", course, submissions, total, memory)


def engine(submissions: int, workers: int) -> Measured:
    """`autograder grade`."""
    with tempfile.TemporaryDirectory(prefix="course-engine-") as folder:
        course = make_course(Path(folder) / "course", [LECTURE])
        nbgrader(course, "generate_assignment", LECTURE)
        hand_in(course, submissions)
        with PeakMemory() as memory:
            start = time.perf_counter()
            command = [sys.executable, "-c", "from autograder.app import main; main()"]
            command += ["grade", LECTURE, "--workers", str(workers)]
            done = subprocess.run(command, cwd=course, capture_output=True, text=True)
            total = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return measured(
            f"engine, {workers} worker{'s' * (workers > 1)}", course, submissions, total, memory
        )


def measured(
    name: str, course: Path, submissions: int, total: float, memory: PeakMemory
) -> Measured:
    """Look at what was written, and when; every submission must have full points."""
    lecture = syllabus.load().lecture(LECTURE)
    nbgrader(course, "export", "--to=grades.csv")
    rows = (course / "grades.csv").read_text().splitlines()
    column = rows[0].split(",").index("raw_score")
    scores = [float(row.split(",")[column]) for row in rows[1:]]
    full = sum(e.points for e in lecture.exercises)
    if scores != [full] * submissions:
        raise SystemExit(f"{name}: expected {submissions} times {full} points, found {scores}")
    written = sorted(
        path.stat().st_mtime for path in (course / "autograded").glob(f"*/*/{LECTURE}.ipynb")
    )
    gaps = [b - a for a, b in itertools.pairwise(written)]
    # The engine writes a class at once: then only the total is a time of grading.
    serial = max(gaps, default=0.0) < 0.5 * total and statistics.median(gaps) > 0.05
    each = gaps if serial else [total / submissions]
    spread = statistics.pstdev(each) if serial else 0.0
    return Measured(name, submissions, total, statistics.median(each), spread, memory.mib)


def floor(rounds: int = 5) -> Measured:
    """The checks' own compute: public properties and hidden cases in this process."""
    from autograder.authoring.cases import hidden_results
    from autograder.authoring.reference import reference
    from course_lib import check

    torch.set_num_threads(1)
    lecture = syllabus.load().lecture(LECTURE)
    module = reference(lecture.module)
    seconds = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        for exercise in lecture.exercises:
            check(exercise.name, module)
            list(hidden_results(exercise.name, module, 1, (torch.float32, torch.float64), 10.0))
        seconds.append(time.perf_counter() - start)
    seconds = seconds[1:]
    median = statistics.median(seconds)
    return Measured(
        "floor: the checks alone", rounds, sum(seconds), median, statistics.pstdev(seconds), 0.0
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--stock", type=int, default=12, help="submissions for stock nbgrader")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    # nbgrader starts `alembic` by name, also where no environment is activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    console = Console()
    found = [floor()]
    with console.status("stock nbgrader"):
        found.append(stock(arguments.stock))
    for workers in arguments.workers:
        with console.status(f"engine, {workers} workers"):
            found.append(engine(arguments.submissions, workers))
    base = found[1].total_seconds / found[1].submissions
    table = Table(title=f"{LECTURE}, seconds a submission")
    for heading in ("", "submissions", "total", "mean", "median ± spread", "times stock", "MiB"):
        table.add_column(heading, justify="right" if heading else "left")
    for line in found:
        mean = line.total_seconds / line.submissions
        table.add_row(
            line.name,
            str(line.submissions),
            f"{line.total_seconds:.1f}",
            f"{mean:.3f}",
            f"{line.median_seconds:.3f} ± {line.spread_seconds:.3f}",
            f"{base / mean:.1f}",
            f"{line.peak_mib:.0f}",
        )
    console.print(table)
    page.keep([asdict(line) for line in found], page.RESULTS / "grading.json")


if __name__ == "__main__":
    main()
