"""The students' wheel has the whole course and nothing of the instructors' side."""

from __future__ import annotations

import tomllib
import zipfile

import pytest

from autograder.paths import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
STEM = f"course_lib-{VERSION}"


@pytest.fixture
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_nothing_of_the_instructors_side_is_in_it(names):
    tops = {name.split("/")[0] for name in names}
    assert tops == {"course_lib", f"{STEM}.dist-info", f"{STEM}.data"}
    assert [n for n in names if "mutants" in n or "cases" in n or "solutions" in n] == []


def test_it_has_the_syllabus_the_licence_and_every_module(names):
    assert "course_lib/course.toml" in names
    assert f"{STEM}.dist-info/licenses/LICENSE" in names
    modules = {str(p.relative_to(ROOT)) for p in (ROOT / "course_lib").rglob("*.py")}
    assert modules <= set(names)


def test_a_self_learner_has_the_reference_to_lend_from(names):
    packed = {name for name in names if name.startswith("course_lib/reference/")}
    assert packed == {f"course_lib/reference/{p.name}" for p in (ROOT / "solutions").glob("*.py")}


def test_it_turns_jupyterlabs_question_about_news_off(names):
    settings = "etc/jupyter/labconfig/default_setting_overrides.json"
    assert f"{STEM}.data/data/{settings}" in names
