"""What students get holds everything that they need and nothing that solves an exercise."""

from __future__ import annotations

import base64
import html
import itertools
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace

import nbformat
import pytest

from autograder.authoring import release as releasing
from autograder.authoring.notebooks import content_id
from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from autograder.nbgrader_plugins import what_you_get
from autograder.paths import COURSE as COURSE_FOLDER
from autograder.paths import ROOT, built_notebook
from course_lib.course import release as releases
from course_lib.course.scaffold import scaffold_text
from course_lib.course.syllabus import Students, load

COURSE = load()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The second, which needs the first.
NEEDED, LECTURE = COURSE.lectures[:2]
MODULE = LECTURE.module


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "student_bundle"
    releasing.release(None, True, folder)
    return folder


def version_of(folder):
    found = releases.read(folder)
    assert found is not None
    return found.version


def texts(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".ipynb", ".md", ".toml", ".txt", ".yml", ""):
            yield path.relative_to(folder), path.read_text(encoding="utf-8")


def test_generate_assignment_releases_the_notebook_and_the_scaffold_only(released):
    folder = released / "release" / LECTURE.id
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert files == [f"{LECTURE.id}.ipynb", f"course_lib/{MODULE}.py"]
    scaffold = (folder / "course_lib" / f"{MODULE}.py").read_text(encoding="utf-8")
    assert scaffold == scaffold_text(solution_text(MODULE), MODULE)


def test_a_released_notebook_has_no_output_and_no_marking_scheme(released):
    nb = nbformat.read(released / "release" / LECTURE.id / f"{LECTURE.id}.ipynb", as_version=4)
    assert all(not c.outputs and c.execution_count is None for c in nb.cells if "outputs" in c)
    assert "MARK SCHEME" not in nbformat.writes(nb)
    locked = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("locked")]
    assert len(locked) == len(LECTURE.exercises)
    assert all(c.metadata["editable"] is False for c in locked)


def shows(lecture, bundle):
    """(built cell, the released cell below it) of each cell whose results are shown."""
    built = nbformat.read(built_notebook(lecture), as_version=4).cells
    file = bundle / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
    released = nbformat.read(file, as_version=4).cells
    after = {c.id: below for c, below in itertools.pairwise(released)}
    return [(c, after[c.id]) for c in built if what_you_get.TAG in c.metadata.get("tags", [])]


@pytest.mark.parametrize("lecture", COURSE.lectures, ids=lambda lecture: lecture.id)
def test_below_a_tagged_cell_stand_its_figures_and_last_lines_folded(lecture, bundle):
    found = shows(lecture, bundle)
    for cell, below in found:
        assert below.cell_type == "markdown"
        assert below.id == content_id(below)
        assert "nbgrader" not in below.metadata
        assert below.source.startswith("<details><summary>What you will get</summary>\n\n")
        assert below.source.endswith("\n\n</details>")
        figures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        shown = re.findall(
            r'<img alt="(.+)" width="\d+" src="data:image/png;base64,(.+)">', below.source
        )
        assert [html.unescape(alt) for alt, _ in shown] == [
            o.metadata["image/png"]["alt"] for o in figures
        ]
        assert [base64.b64decode(png) for _, png in shown] == [
            base64.b64decode(o.data["image/png"]) for o in figures
        ]
        printed = "".join(o.text for o in cell.outputs if o.output_type == "stream").rstrip()
        assert ("````" in below.source) == bool(printed)
        block = "\n".join(["````text", *printed.splitlines()[-12:], "````"])
        assert not printed or f"\n\n{block}\n\n</details>" in below.source
    assert sum(len(below.source.encode()) for _, below in found) < 300_000
    # A course may train nothing in a lecture; the second one of either course has a model to show.
    assert found or lecture != LECTURE


def test_nothing_but_the_folded_cells_is_added_to_a_release(bundle):
    for lecture in COURSE.notebooks:
        built = nbformat.read(built_notebook(lecture), as_version=4).cells
        file = bundle / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
        released = nbformat.read(file, as_version=4).cells
        folded = {below.id for _, below in shows(lecture, bundle)}
        assert len({c.id for c in released}) == len(released)
        assert [c.id for c in released if c.id not in folded] == [c.id for c in built]


def test_the_bundle_has_the_same_notebook_as_generate_assignment(released, bundle):
    path = f"{LECTURE.id}/{LECTURE.id}.ipynb"
    ours = nbformat.read(bundle / "notebooks" / path, as_version=4)
    theirs = nbformat.read(released / "release" / path, as_version=4)
    assert ours == theirs


def test_the_bundle_is_the_students_course_and_nothing_of_the_instructors(bundle):
    top = {p.name for p in bundle.iterdir()}
    (wheel,) = (name for name in top if name.endswith(".whl"))
    assert top - {wheel} == {
        *("README.md", "Makefile", "pyproject.toml", "constraints.txt", "environment.yml"),
        *("course.toml", "LICENSE", "course_lib", "notebooks", "images"),
    }
    for folder in ("checks", "kit", "commands"):
        assert (bundle / "course_lib" / folder / "__init__.py").is_file()
    for lecture in COURSE.notebooks:
        assert (bundle / "notebooks" / lecture.id / f"{lecture.id}.ipynb").is_file()
    names = {p.name for p in bundle.rglob("*")}
    assert not names & {"cases.py", "mutants.py", "mutants", "alternatives.py", "__pycache__"}
    assert not names & {"solutions", "autograder", "tests", "benchmarks", "nbgrader_config.py"}


def test_the_bundle_has_the_wheel_of_what_it_holds_made_the_same_every_time(bundle, tmp_path):
    (wheel,) = bundle.glob("course_lib-*.whl")
    releasing.make_bundle(tmp_path / "again", COURSE.notebooks)
    assert (tmp_path / "again" / wheel.name).read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        packed = {n: archive.read(n) for n in archive.namelist() if n.startswith("course_lib/")}
    held = {
        str(p.relative_to(bundle)): p for p in (bundle / "course_lib").rglob("*") if p.is_file()
    }
    assert set(packed) == {*held, "course_lib/course.toml"}
    assert [name for name, file in held.items() if packed[name] != file.read_bytes()] == []


def test_no_body_of_a_solution_is_in_the_bundle(bundle):
    for path, text in texts(bundle):
        # The program that reads the marks names them.
        assert "### BEGIN SOLUTION" not in map(str.strip, text.splitlines()), path
    for lecture in COURSE.lectures:
        module = (bundle / "course_lib" / f"{lecture.module}.py").read_text(encoding="utf-8")
        assert module == scaffold_text(solution_text(lecture.module), lecture.module)


def test_no_hidden_case_is_in_the_bundle(bundle):
    secret = [
        line.strip()
        for file in (COURSE_FOLDER / "autograder" / "lectures").rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(("yield Case(", "@cases_for(", "@mutant(", "@alternative("))
    ]
    assert secret
    for path, text in texts(bundle):
        assert not [line for line in secret if line in text], path
        assert "hidden_results" not in text, path


def test_a_solution_that_slips_into_a_bundle_is_found(tmp_path):
    bundle = tmp_path / "student_bundle"
    releasing.make_bundle(bundle, COURSE.lectures)
    assert releasing.leaks(bundle) == []
    (bundle / "course_lib" / f"{MODULE}.py").write_text(solution_text(MODULE), encoding="utf-8")
    (bundle / "solutions").mkdir()
    found = " ".join(releasing.leaks(bundle))
    for exercise in LECTURE.exercises:
        assert exercise.name in found
    assert "solutions/" in found


@pytest.mark.parametrize("reference", [False, True])
def test_the_bundle_holds_the_reference_where_course_toml_says_so(reference, tmp_path, monkeypatch):
    students = Students(reference=reference)
    monkeypatch.setattr(releasing, "load", lambda: replace(COURSE, students=students))
    bundle = tmp_path / "student_bundle"
    releasing.make_bundle(bundle, COURSE.lectures)
    solutions = {p.name: p.read_text(encoding="utf-8") for p in bundle.glob("solutions/*")}
    (wheel,) = bundle.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {n for n in archive.namelist() if n.startswith("course_lib/reference/")}
    wanted = {f"{lecture.module}.py" for lecture in COURSE.lectures} if reference else set()
    assert solutions == {name: solution_text(name.removesuffix(".py")) for name in wanted}
    assert packed == {f"course_lib/reference/{name}" for name in wanted}


def test_the_zip_holds_the_folder_under_a_name_with_its_version(bundle):
    version = version_of(bundle)
    with zipfile.ZipFile(bundle.with_suffix(".zip")) as archive:
        assert set(archive.namelist()) == {
            f"student_bundle-{version}/{p.relative_to(bundle)}"
            for p in bundle.rglob("*")
            if p.is_file()
        }


def test_the_same_content_has_the_same_version_and_a_correction_another(
    bundle, tmp_path, monkeypatch
):
    version = version_of(bundle)
    assert version.startswith(f"{PROJECT['version']}-")
    again = releasing.make_bundle(tmp_path / "again", COURSE.notebooks)
    assert again == releases.read(bundle)
    assert again.cells[LECTURE.id]
    text = scaffold_text(solution_text(MODULE), MODULE)
    monkeypatch.setattr(releasing, "scaffold_text", lambda *_: f"{text}# corrected\n")
    corrected = releasing.make_bundle(tmp_path / "corrected", COURSE.notebooks)
    assert corrected.number == again.number
    assert corrected.version != version


def test_an_untouched_bundle_imports_its_own_scaffolds_and_checks_them(bundle):
    code = (
        f"import course_lib, course_lib.{MODULE} as own; from course_lib import check; "
        f"print(own.__file__); r = check({LECTURE.exercises[0].name!r}); print(r, r.state)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=bundle,
        env={"COURSE_STATE_DIR": str(bundle.parent / "state"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(bundle / "course_lib" / f"{MODULE}.py"), "0.0", "missing"]


def test_one_lecture_brings_the_scaffolds_that_it_needs(tmp_path):
    releasing.release(MODULE, False, tmp_path / "one")
    modules = {p.stem for p in (tmp_path / "one" / "course_lib").glob("*.py")}
    assert modules == {"__init__", MODULE, NEEDED.module}
    assert [p.name for p in (tmp_path / "one" / "notebooks").iterdir()] == [LECTURE.id]


def test_a_folder_that_is_no_bundle_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(CourseError, match="no earlier bundle"):
        releasing.release(None, True, tmp_path)
    with pytest.raises(CourseError, match="say what to release"):
        releasing.release(None, False, None)
    assert (tmp_path / "thesis.tex").read_text(encoding="utf-8") == "years of work"
