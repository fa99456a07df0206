"""`$COURSE_ROOT` names the course; without it, it is the one that the platform lies in."""

import json

import pytest

from autograder.paths import COURSE, ROOT

# Nothing of torch is imported.
PLACES = """
import json
import autograder.lectures, course_lib.lectures
from autograder import paths
from course_lib.course import syllabus
course = syllabus.load()
lecture = course.lectures[0]
files = [syllabus.path(), paths.solution_file(lecture), paths.scaffold_file(lecture),
         paths.notebook_md(lecture)]
folders = [*course_lib.lectures.__path__, *autograder.lectures.__path__]
print(json.dumps([*map(str, files), *folders, str(paths.ROOT)]))
"""


@pytest.mark.parametrize("own", [True, False], ids=["the checkout's", "another"])
def test_every_part_of_a_course_is_looked_for_in_its_folder(python, tmp_path, own):
    done = python(PLACES, tmp_path, COURSE_ROOT="" if own else str(COURSE))
    assert done.returncode == 0, done.stderr
    *parts, platform = json.loads(done.stdout)
    root = ROOT if own else COURSE
    assert len(parts) == 6
    assert all(part.startswith(f"{root}/") for part in parts), parts
    if own:
        assert not any(part.startswith(f"{COURSE}/") for part in parts)
    assert platform == str(ROOT)


def test_a_folder_without_a_syllabus_is_told(python, tmp_path):
    code = "from course_lib.course import syllabus; syllabus.load()"
    said = python(code, tmp_path, COURSE_ROOT=str(tmp_path)).stderr.splitlines()[-1]
    assert f"course.toml is missing: expected it in {tmp_path}; $COURSE_ROOT has to" in said
