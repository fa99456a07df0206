"""The user's state survives other kernels, damage, full disks and read-only folders."""

import errno
import json
import os
import subprocess
import sys
import threading

import pytest

from course_lib.course import state


@pytest.fixture
def notices():
    return []


def write(name, value, **options):
    state.update(name, lambda _: value, **options)


def test_what_was_written_is_read(state_folder):
    assert state.read("progress") == {}
    write("progress", {"ä": [1, 2.5, None]})
    assert state.read("progress") == {"ä": [1, 2.5, None]}
    assert json.loads((state_folder / "progress.json").read_text("utf-8")) == {"ä": [1, 2.5, None]}


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Name", "x.json"])
def test_names_cannot_leave_the_folder(name):
    with pytest.raises(ValueError, match="state name"):
        state.read(name)


@pytest.mark.parametrize("damage", [b'{"a": 1', b"", b"\xff\xfe\x00", b"[1, 2]", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside_and_said_once(state_folder, notices, damage):
    state_folder.mkdir()
    (state_folder / "progress.json").write_bytes(damage)
    assert state.read("progress", notice=notices.append) == {}
    assert state.read("progress", notice=notices.append) == {}
    (aside,) = state_folder.glob("progress.json.damaged-*")
    assert aside.read_bytes() == damage
    assert len(notices) == 1
    assert "\n" not in notices[0]
    assert aside.name in notices[0]


def test_update_starts_afresh_from_a_damaged_file(state_folder, notices):
    state_folder.mkdir()
    (state_folder / "progress.json").write_text("{")
    assert state.update("progress", lambda old: {**old, "a": 1}, notice=notices.append) == {"a": 1}
    assert state.read("progress") == {"a": 1}
    assert len(notices) == 1


def test_a_folder_that_cannot_be_made_costs_one_notice_and_no_work(
    tmp_path, monkeypatch, notices, capsys
):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "file" / "state"))
    assert state.read("progress", notice=notices.append) == {}
    write("progress", {"a": 1}, notice=notices.append)
    state.update("progress", lambda old: {**old, "b": 2}, notice=notices.append)
    assert state.read("progress", notice=notices.append) == {"a": 1, "b": 2}
    assert sum("COURSE_STATE_DIR" in notice for notice in notices) == 1
    assert all("\n" not in notice for notice in notices)
    assert capsys.readouterr().err == ""


def test_a_full_disk_leaves_the_old_file_whole_and_no_rest(state_folder, monkeypatch, notices):
    write("progress", {"a": 1})

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        write("progress", {"a": 2}, notice=notices.append)
    assert json.loads((state_folder / "progress.json").read_text()) == {"a": 1}
    assert sorted(p.name for p in state_folder.iterdir()) == ["progress.json", "progress.lock"]
    assert "No space left" in notices[0]
    # What could not be stored is still there for this kernel, and is stored once there is room.
    assert state.read("progress") == {"a": 2}
    write("progress", state.read("progress"))
    assert json.loads((state_folder / "progress.json").read_text()) == {"a": 2}


def test_a_value_that_json_cannot_hold_changes_nothing(state_folder):
    write("progress", {"a": 1})
    with pytest.raises(TypeError):
        write("progress", {"a": object()})
    assert state.read("progress") == {"a": 1}


def test_two_kernels_lose_nothing_of_each_other(state_folder):
    code = (
        "from course_lib.course import state\n"
        "for _ in range(25): state.update('counter', lambda old: {'n': old.get('n', 0) + 1})"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [kernel.wait(60) for kernel in kernels] == [0, 0]
    assert state.read("counter") == {"n": 50}


def test_threads_of_one_kernel_lose_nothing_of_each_other():
    def count() -> None:
        for _ in range(25):
            state.update("counter", lambda old: {"n": old.get("n", 0) + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.read("counter") == {"n": 100}


def test_a_lock_that_is_never_released_does_not_stop_a_notebook(monkeypatch, notices):
    monkeypatch.setattr(state, "_LOCK_SECONDS", 0.05)
    monkeypatch.setattr(state, "_try_lock", lambda handle: False)
    write("progress", {"a": 1}, notice=notices.append)
    assert state.read("progress") == {"a": 1}
    assert "in use" in notices[0]


def test_the_platform_s_folder_is_the_default(monkeypatch):
    monkeypatch.delenv("COURSE_STATE_DIR")
    assert "deep-generative-models" in state.folder().parts
