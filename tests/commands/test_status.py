"""`course status` says what is done, what is left and what comes next."""

from __future__ import annotations

import json
import os
import time

import pytest

from course_lib.course import syllabus
from course_lib.course.terminal import ago

NADE = [e.name for e in syllabus.load().lecture("nade").exercises]
CHAIN_RULE = [e.name for e in syllabus.load().lecture("chain_rule").exercises]


def row(text: str, start: str) -> str:
    (line,) = [line for line in text.splitlines() if line.strip().startswith(start)]
    return " ".join(line.split())


def test_at_the_start_nothing_is_done_and_the_first_exercise_is_next(student):
    ran = student.run("status")
    assert ran.code == 0
    assert "The chain rule 0 / 9 0 / 22" in row(ran.out, "01_chain_rule")
    assert row(ran.out, "01_chain_rule").endswith("1 h 55")
    assert "NADE 0 / 8 0 / 23" in row(ran.out, "02_nade")
    assert "0 of 17 exercises pass · 0 of 45 points · about 4 h 05 left" in ran.out
    assert "next: write `joint_from_conditionals` in course_lib/chain_rule.py" in ran.out
    assert "section 1.1, 15 min, 3 points" in ran.out
    assert "course check chain_rule.joint_from_conditionals" in ran.out
    assert not (student.state / "progress.json").exists()


def test_results_become_points_a_bar_and_minutes_left(student):
    student.keep(*CHAIN_RULE)
    student.keep(*NADE[:2])
    student.keep(NADE[2], state="failed", share=0.5)
    ran = student.run("status")
    assert row(ran.out, "01_chain_rule").endswith("9 / 9 22 / 22 ████████████ done")
    assert "2 / 8 6.5 / 23 ███░" in row(ran.out, "02_nade")
    assert row(ran.out, "02_nade").endswith("1 h 35")
    assert "next: mend `NADE.logits` in course_lib/nade.py" in ran.out


def test_a_bar_is_full_only_when_every_exercise_passes(student):
    student.keep(*NADE)
    student.keep(NADE[0], state="failed", share=1.0)
    assert "███████████░" in row(student.run("status").out, "02_nade")


def test_a_lecture_lists_its_exercises(student):
    student.keep(NADE[0])
    student.keep(NADE[1], state="failed", share=0.5)
    student.keep(NADE[2], state="missing", share=0)
    for key in ("nade", "02_nade"):
        out = student.run("status", key).out
        assert row(out, "2.1") == "2.1 nade.hidden_naive ✓ 2 / 2 15 min just now"
        assert row(out, "2.2") == "2.2 nade.hidden_cumulative ✗ 1.5 / 3 20 min just now"
        assert row(out, "2.3") == "2.3 nade.NADE.logits … 0 / 3 15 min just now"
        assert row(out, "2.4") == "2.4 nade.NADE.log_prob – 0 / 2 10 min"
        assert "1 of 8 exercises pass" in out
        assert "course check nade.hidden_cumulative" in out
        assert "chain_rule" not in out


def test_when_all_is_done_the_zip_is_next(student):
    student.keep(*CHAIN_RULE, *NADE)
    ran = student.run("status")
    assert "17 of 17 exercises pass · 45 of 45 points" in ran.out
    assert "left" not in ran.out.splitlines()[-3]
    assert "course submit 01_chain_rule" in ran.out
    assert "course submit 02_nade" in ran.out


@pytest.mark.parametrize("damage", [b"{", b"", b"\xff\x00", b"[1]", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside_and_said_and_status_goes_on(student, damage):
    student.state.mkdir()
    (student.state / "progress.json").write_bytes(damage)
    ran = student.run("status")
    assert ran.code == 0
    assert ran.out.startswith("note: ")
    assert ran.out.count("is damaged: starting afresh") == 1
    assert "0 of 17 exercises pass" in ran.out
    (aside,) = student.state.glob("progress.json.damaged-*")
    assert aside.read_bytes() == damage
    assert aside.name in ran.words
    assert "damaged" not in student.run("status").out


@pytest.mark.parametrize(
    "entry",
    [
        3,
        None,
        [],
        {},
        {"state": "great", "points": 1, "max_points": 2, "checked": 0},
        {"state": "passed", "points": "2", "max_points": 2, "checked": 0},
        {"state": "passed", "points": float("nan"), "max_points": 2, "checked": 0},
        {"state": "passed", "points": 10**400, "max_points": 2, "checked": 0},
    ],
)
def test_a_damaged_result_is_dropped_and_said_and_the_others_stay(student, entry):
    student.keep("nade.hidden_naive")
    file = student.state / "progress.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "nade.made_masks": entry}))
    ran = student.run("status", "nade")
    assert ran.code == 0
    assert "damaged results are dropped ('nade.made_masks')" in ran.words
    assert "1 of 8 exercises pass" in ran.out
    assert "damaged" not in student.run("status", "nade").out


def test_results_of_exercises_that_no_longer_exist_count_for_nothing(student):
    student.state.mkdir()
    entry = {"state": "passed", "points": 9, "max_points": 9, "checked": 1}
    (student.state / "progress.json").write_text(json.dumps({"nade.old": entry}))
    assert "0 of 17 exercises pass · 0 of 45" in student.run("status").out


def test_an_exercise_whose_points_changed_keeps_its_share(student):
    student.state.mkdir()
    entry = {"state": "failed", "points": 5, "max_points": 10, "checked": 1}
    (student.state / "progress.json").write_text(json.dumps({"nade.NADE.sample": entry}))
    assert "2 / 4" in row(student.run("status", "nade").out, "2.5")


def test_a_module_edited_after_its_check_is_said(student):
    student.keep("nade.hidden_naive")
    assert "edited since" not in student.run("status").out
    later = time.time() + 60
    os.utime(student.module, (later, later))
    assert "edited since: course_lib/nade.py" in student.run("status").words
    assert "edited since" not in student.run("status", "chain_rule").out


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (7200, "2 h ago"),
        (86400, "1 day ago"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_moments_are_told_in_words(seconds, words):
    assert ago(1e9 - seconds, now=1e9) == words


def test_an_old_moment_is_a_date():
    assert ago(1e9, now=1.1e9).startswith("2001-09-")
