"""What a newcomer reads is true: the table, the links, the commands, the licences."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from typer.main import get_group

from autograder.app import app as autograder_app
from autograder.authoring import release as releasing
from autograder.authoring.readme_table import BEGIN, END, colab_url, lecture_table, with_table
from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.commands.app import app as course_app
from course_lib.course.syllabus import load

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}


def code(text: str) -> str:
    """Blocks without their comments and spans of code, one a line."""
    fence = r"```\w*\n(.*?)```"
    blocks = [re.sub(r" #.*", "", block) for block in re.findall(fence, text, flags=re.S)]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(fence, "", text, flags=re.S))])


def anchor(heading: str) -> str:
    """A heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def test_the_readme_opens_with_one_sentence_and_the_two_commands():
    sentence, commands = TEXTS["README.md"].split("\n\n")[1:3]
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    opening, *lines, closing = commands.splitlines()
    assert [opening, closing] == ["```console", "```"]
    assert [line.split("#")[0].strip() for line in lines] == ["make lab", "make test"]


def test_the_readmes_card_is_what_the_check_prints_for_the_readmes_function(tmp_path):
    function, card = re.findall(r"```(?:python|text)\n(.*?)```", TEXTS["README.md"], flags=re.S)
    assert len(function.splitlines()) == 5
    exercise = re.findall(r"`course check ([\w.]+)` answers", TEXTS["README.md"])[0]
    name = exercise.partition(".")[0]
    module = ast.parse(solution_text(name))
    (written,) = ast.parse(function).body
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name == written.name:
            node.body = written.body
    (tmp_path / "course_lib").mkdir()
    (tmp_path / "course_lib" / f"{name}.py").write_text(ast.unparse(module), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "course_lib.commands.app", "check", exercise],
        cwd=tmp_path,
        env={**os.environ, "COURSE_STATE_DIR": str(tmp_path / "state"), "COLUMNS": "100"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(card), done.stdout + done.stderr


def test_the_readmes_table_is_that_of_the_syllabus():
    text = TEXTS["README.md"]
    assert with_table(text, lecture_table(load())) == text, "run `make readme`"


def test_every_lecture_is_in_the_table_with_its_notebook_and_its_badge():
    public = dataclasses.replace(load(), repository="https://github.com/a/b", tag="v1")
    table, with_badges = lecture_table(load()), lecture_table(public)
    assert "colab" not in table
    for lecture in load().lectures:
        assert f"](notebooks/{lecture.id}/{lecture.id}.ipynb)" in table
        assert lecture.title in table
        url = colab_url(public, lecture)
        assert url.endswith(f"/notebooks/{lecture.id}/{lecture.id}.ipynb")
        assert f"]({url}) |" in with_badges
    for text in (table, with_badges):
        assert len({line.count("|") for line in text.splitlines()}) == 1


@pytest.mark.parametrize("page", ["no markers", f"{END} {BEGIN}", f"{BEGIN} {BEGIN} {END}", BEGIN])
def test_a_page_without_its_two_markers_is_left_alone(page):
    with pytest.raises(CourseError, match="once each"):
        with_table(page, "table")


@pytest.mark.parametrize("name", TEXTS)
def test_every_relative_link_leads_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", TEXTS[name], flags=re.S)):
        if re.match(r"https?://", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name} links to {target}"
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), flags=re.M)
            assert fragment in map(anchor, headings), f"{name} links to {target}"


def test_every_picture_is_shown_somewhere_and_small():
    for picture in (ROOT / "docs" / "images").glob("*.png"):
        assert any(f"images/{picture.name})" in text for text in TEXTS.values()), picture.name
        assert picture.stat().st_size <= 200_000, picture.name


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(" ".join(re.findall(r"^([a-z][a-z ]*):", makefile, flags=re.M)).split())


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_on_a_page_exists(name):
    shown = code(TEXTS[name])
    for line in re.findall(r"(?:^|\s)make ([a-z][a-z ]*[a-z])(?=\s*(?:$|[#A-Z`]))", shown, re.M):
        assert set(line.split()) <= make_targets(), f"{name}: make {line}"
    for command, app in (("course", course_app), ("autograder", autograder_app)):
        known = set(get_group(app).commands)
        used = set(re.findall(rf"(?:^|[/\s]){command} ([a-z]+)", shown, flags=re.M))
        assert used <= known, f"{name}: {command} {used - known}"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "bundle"
    releasing.make_bundle(folder, load().lectures)
    return folder


def test_the_students_page_stands_alone_as_the_bundles_readme(bundle):
    page = (bundle / "README.md").read_text(encoding="utf-8")
    assert page == TEXTS["docs/students.md"]
    linked = [t for t in re.findall(r"\]\(([^)]+)\)", page) if t[0] != "#"]
    assert sorted(linked) == sorted(f"images/{p.name}" for p in (bundle / "images").iterdir())
    assert not re.search(r"solutions/|nbgrader_config|make (test|audit|notebooks)", page)


def test_the_bundles_conda_environment_asks_for_nothing_that_the_bundle_lacks(bundle):
    text = (bundle / "environment.yml").read_text(encoding="utf-8")
    wanted = yaml.safe_load(text)["dependencies"]
    assert wanted[-1] == {"pip": ["-c constraints.txt", "-e .[lab]"]}


def test_the_bundles_makefile_checks_the_students_work(bundle):
    (bundle / ".venv").mkdir()
    (bundle / ".venv" / ".set-up").write_text(f"{bundle.resolve()}\n", encoding="utf-8")
    # Not as a part of the `make test` that may be running this.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run(
        ["make", "-n", "test"], cwd=bundle, env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [".venv/bin/course", "check"]


def test_both_licences_are_named_with_what_they_cover():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "MIT License\n\nCopyright (c) 2026 The authors of the course" in text
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    for name in ("pyproject.toml", "autograder/pyproject.toml"):
        project = tomllib.loads((ROOT / name).read_text(encoding="utf-8"))["project"]
        assert project["license"] == "MIT", "both distributions hold code only"
