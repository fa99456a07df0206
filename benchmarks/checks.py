"""How long the public checks of each lecture take against the reference, on one core.

    python benchmarks/checks.py [--rounds 5]

Feedback should be instant: a lecture's whole suite is meant to run in at most one second.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import torch
from rich.console import Console
from rich.table import Table

from autograder.authoring.reference import reference
from course_lib import check
from course_lib.course import syllabus

SECONDS_MEANT = 1.0


def measure(lecture: syllabus.Lecture, rounds: int) -> tuple[list[float], dict[str, list[float]]]:
    """Seconds of each whole round, and of each exercise in each round."""
    module = reference(lecture.module)
    whole: list[float] = []
    single: dict[str, list[float]] = {e.name: [] for e in lecture.exercises}
    for warm_up in [True] + [False] * rounds:
        total = 0.0
        for exercise in lecture.exercises:
            start = time.perf_counter()
            report = check(exercise.name, module)
            spent = time.perf_counter() - start
            if not report.passed:
                raise SystemExit(f"{exercise.name}: the reference fails; nothing is measured")
            total += spent
            if not warm_up:
                single[exercise.name].append(spent)
        if not warm_up:
            whole.append(total)
    return whole, single


def main() -> None:
    """Measure all lectures and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="the median of these is shown")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    table = Table(title=f"Public checks against the reference, one core, median of {rounds}")
    table.add_column("lecture or exercise")
    for column in ("ms", "fastest", "slowest"):
        table.add_column(column, justify="right")
    for lecture in syllabus.load().lectures:
        whole, single = measure(lecture, rounds)
        slow = statistics.median(whole) > SECONDS_MEANT
        table.add_row(f"[bold]{lecture.id}", *shown(whole), style="red" if slow else "")
        for name, seconds in single.items():
            table.add_row(f"  {name}", *shown(seconds), style="dim")
        table.add_section()
    Console().print(table)


def shown(seconds: list[float]) -> list[str]:
    """Median, minimum and maximum in milliseconds."""
    values = (statistics.median(seconds), min(seconds), max(seconds))
    return [f"{1000 * value:.0f}" for value in values]


if __name__ == "__main__":
    main()
