"""Where a lecture module comes from, and what no folder in front of the package can replace."""

import json
import os
import sys

import pytest

from autograder.paths import COURSE

# Looked for and not imported: torch takes seconds.
FILES = """
import importlib.util, json
import course_lib
names = ["dice", "coins", "checks", "checks.run", "lectures.coins"]
names += ["kit", "kit.plots", "kit.data", "commands", "course", "notebook"]
names = ["course_lib." + name for name in names]
print(json.dumps({n: importlib.util.find_spec(n).origin for n in names}))
"""

EVIL = "raise SystemExit('the overlay was imported')\n"


def lecture(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.py").write_text("", encoding="utf-8")
    return folder


def files(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_folders_of_the_path_come_first_in_order_then_the_working_directory(python, tmp_path):
    first = lecture(tmp_path / "first", "coins")
    second = lecture(tmp_path / "second", "coins", "dice")
    own = lecture(tmp_path / "own" / "course_lib", "coins", "dice")
    path = os.pathsep.join(map(str, [first, tmp_path / "not there", second]))
    found = files(python(FILES, own.parent, COURSE_LIB_PATH=path))
    assert found["course_lib.coins"] == str(first / "coins.py")
    assert found["course_lib.dice"] == str(second / "dice.py")
    found = files(python(FILES, own.parent, COURSE_LIB_PATH=str(first)))
    assert found["course_lib.coins"] == str(first / "coins.py")
    assert found["course_lib.dice"] == str(own / "dice.py")


def test_the_working_directorys_folder_alone_is_found_and_else_the_package(python, tmp_path):
    own = lecture(tmp_path / "own" / "course_lib", "coins")
    found = files(python(FILES, own.parent))
    assert found["course_lib.coins"] == str(own / "coins.py")
    assert found["course_lib.dice"] == str(COURSE / "course_lib" / "dice.py")


def test_a_relative_path_stays_where_it_pointed_when_the_directory_changes(python, tmp_path):
    lecture(tmp_path / "mine", "coins")
    code = "import course_lib, os; os.chdir('/')\n" + FILES
    found = files(python(code, tmp_path, COURSE_LIB_PATH="mine"))
    assert found["course_lib.coins"] == str(tmp_path / "mine" / "coins.py")


@pytest.mark.parametrize("kind", ["folders", "files"])
def test_no_overlay_replaces_a_package_of_the_course(python, tmp_path, kind):
    own = lecture(tmp_path / "own" / "course_lib", "coins", "dice")
    (own / "__init__.py").write_text(EVIL, encoding="utf-8")
    for name in ("checks", "commands", "course", "kit", "lectures", "notebook"):
        if kind == "files":
            (own / f"{name}.py").write_text(EVIL, encoding="utf-8")
            continue
        for path in (f"{name}/__init__.py", f"{name}/coins/__init__.py", f"{name}/run.py"):
            (own / path).parent.mkdir(parents=True, exist_ok=True)
            (own / path).write_text(EVIL, encoding="utf-8")
    for env in ({}, {"COURSE_LIB_PATH": str(own)}):
        found = files(python(FILES, own.parent, **env))
        theirs = {n for n, file in found.items() if file.startswith(str(own))}
        assert theirs == {"course_lib.coins", "course_lib.dice"}


def test_one_setting_runs_the_checks_on_the_solutions(python, tmp_path):
    code = "from course_lib import check; print(repr(check('dice.bits_per_dim')))"
    for env, points in (({}, "0.0"), ({"COURSE_LIB_PATH": str(COURSE / "solutions")}, "1.0")):
        done = python(code, tmp_path, **env)
        assert (done.stdout, done.stderr) == (points + "\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a directory that is in use")
def test_a_working_directory_that_is_gone_is_no_error(python, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os; os.rmdir(os.getcwd()); import course_lib; print('fine')"
    assert python(code, gone).stdout == "fine\n"
