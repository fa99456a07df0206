"""`course status` says what is done, what is left and what comes next."""

from __future__ import annotations

import json
import os
import re
import time

import pytest

from course_lib.course import syllabus
from course_lib.course.terminal import ago

COINS = [e.name for e in syllabus.load().lecture("coins").exercises]
DICE = [e.name for e in syllabus.load().lecture("dice").exercises]


def row(text: str, start: str) -> str:
    (line,) = [line for line in text.splitlines() if line.strip().startswith(start)]
    return " ".join(line.split())


def test_at_the_start_nothing_is_done_and_the_first_exercise_is_next(student):
    ran = student.run("status")
    assert ran.code == 0
    assert "Dice 0 / 1 0 / 1" in row(ran.out, "01_dice")
    assert row(ran.out, "01_dice").endswith("5 min")
    assert "Coins 0 / 2 0 / 5" in row(ran.out, "02_coins")
    assert "0 of 3 exercises pass: 0 of 6 points · about 30 min left" in ran.out
    assert "next: write `bits_per_dim` in course_lib/dice.py" in ran.out
    assert "section 1.1, 5 min, 1 point" in ran.out
    assert "course check dice.bits_per_dim" in ran.out
    assert not (student.state / "progress.json").exists()


def test_in_a_terminal_lectures_exercises_and_the_next_file_are_links(student, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    links = re.compile(r"\x1b\]8;[^;]*;(file://[^\x1b]+)\x1b\\")
    shown = set(links.findall(student.run("status").out))
    dice = student.folder / "course_lib" / "dice.py"
    assert {student.notebook.as_uri(), dice.as_uri()} <= shown
    assert student.module.as_uri() in links.findall(student.run("status", "coins").out)
    monkeypatch.delenv("FORCE_COLOR")
    assert "\x1b" not in student.run("status").out


def test_results_become_points_a_bar_and_minutes_left(student):
    student.keep(*DICE)
    student.keep(COINS[0])
    student.keep(COINS[1], state="failed", share=0.5)
    ran = student.run("status")
    assert row(ran.out, "01_dice").endswith("1 / 1 0.7 / 1 ████████████ done")
    assert "1 / 2 2.45 / 5 ████████░" in row(ran.out, "02_coins")
    assert row(ran.out, "02_coins").endswith("15 min")
    assert "next: mend `Coins.log_prob` in course_lib/coins.py" in ran.out


def test_a_bar_is_full_only_when_every_exercise_passes(student):
    student.keep(*COINS)
    student.keep(COINS[0], state="failed", share=1.0)
    assert "███████████░" in row(student.run("status").out, "02_coins")


def test_a_lecture_lists_its_exercises(student):
    student.keep(COINS[0])
    student.keep(COINS[1], state="failed", share=0.5)
    for key in ("coins", "02_coins", "2", "02"):
        out = student.run("status", key).out
        assert row(out, "2.1") == "2.1 coins.mixture_log_prob ✓ 1.4 / 2 10 min just now"
        assert row(out, "2.2") == "2.2 coins.Coins.log_prob ✗ 1.05 / 3 15 min just now"
        assert "1 of 2 exercises pass" in out
        assert "course check coins.Coins.log_prob" in out
        assert "dice" not in out


def test_what_is_not_written_and_what_was_never_checked_have_marks_of_their_own(student):
    student.keep(COINS[0], state="missing", share=0)
    out = student.run("status", "coins").out
    assert row(out, "2.1") == "2.1 coins.mixture_log_prob … 0 / 2 10 min just now"
    assert row(out, "2.2") == "2.2 coins.Coins.log_prob – 0 / 3 15 min"


def test_when_all_is_done_the_zip_is_next(student):
    student.keep(*DICE, *COINS)
    ran = student.run("status")
    assert "3 of 3 exercises pass: 4.2 of 6 points are sure, grading" in ran.out
    assert "can add 1.8" in ran.words
    assert "left" not in ran.out.splitlines()[-3]
    assert "course submit 01_dice" in ran.out
    assert "course submit 02_coins" in ran.out


@pytest.mark.parametrize("damage", [b"{", b"", b"\xff\x00", b"[1]", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside_and_said_and_status_goes_on(student, damage):
    student.state.mkdir()
    (student.state / "progress.json").write_bytes(damage)
    ran = student.run("status")
    assert ran.code == 0
    assert ran.out.startswith("note: ")
    assert ran.out.count("is damaged: starting afresh") == 1
    assert "0 of 3 exercises pass" in ran.out
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
    student.keep("coins.mixture_log_prob")
    file = student.state / "progress.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "coins.Coins.log_prob": entry}))
    ran = student.run("status", "coins")
    assert ran.code == 0
    assert "damaged results are dropped ('coins.Coins.log_prob')" in ran.words
    assert "1 of 2 exercises pass" in ran.out
    assert "damaged" not in student.run("status", "coins").out


def test_results_of_exercises_that_no_longer_exist_count_for_nothing(student):
    student.state.mkdir()
    entry = {"state": "passed", "points": 9, "max_points": 9, "checked": 1}
    (student.state / "progress.json").write_text(json.dumps({"coins.old": entry}))
    assert "0 of 3 exercises pass: 0 of 6" in student.run("status").out


def test_an_exercise_whose_points_changed_keeps_its_share(student):
    student.state.mkdir()
    entry = {"state": "failed", "points": 5, "max_points": 10, "checked": 1}
    (student.state / "progress.json").write_text(json.dumps({"coins.Coins.log_prob": entry}))
    assert "1.05 / 3" in row(student.run("status", "coins").out, "2.2")


def test_a_module_edited_after_its_check_is_said(student):
    student.keep("coins.mixture_log_prob")
    assert "edited since" not in student.run("status").out
    later = time.time() + 60
    os.utime(student.module, (later, later))
    assert "edited since: course_lib/coins.py" in student.run("status").words
    assert "edited since" not in student.run("status", "dice").out


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
