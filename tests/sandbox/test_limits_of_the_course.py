"""The limits of an exercise stand in `course.toml`."""

from __future__ import annotations

import pytest

from course_lib.course.syllabus import Limits, load

COURSE = """
[course]
name = "c"
id = "c"
[grading]
seconds_per_property = 10
hidden_share = 0.3
{limits}
[[lecture]]
id = "01_one"
module = "one"
title = "One"
minutes = 1
needs = []
exercise = []
"""


def course(tmp_path, limits):
    file = tmp_path / "course.toml"
    file.write_text(COURSE.format(limits=limits))
    return load(file)


def test_the_limits_are_read_from_the_table(tmp_path):
    limits = course(tmp_path, "[grading.limits]\ncpu_seconds = 7\nprocesses = 3").limits
    assert limits == Limits(cpu_seconds=7, processes=3)


def test_a_course_without_the_table_has_the_defaults(tmp_path):
    assert course(tmp_path, "").limits == Limits()


def test_this_course_names_every_limit():
    assert load().limits == Limits()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cpu_seconds = 0", "expected a number above 0"),
        ("processes = -1", "expected a number above 0"),
        ('file_megabytes = "2"', "expected a number above 0"),
        ("gpu_seconds = 1", "gpu_seconds"),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(tmp_path, line, said):
    with pytest.raises(ValueError, match=said):
        course(tmp_path, f"[grading.limits]\n{line}")


def test_a_course_needs_no_introduction(tmp_path):
    plain = course(tmp_path, "")
    assert plain.introduction is None
    assert plain.notebooks == plain.lectures
