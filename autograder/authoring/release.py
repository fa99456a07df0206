"""The students' bundle: notebooks, scaffolds, checks, kit and wheel.

It holds no solution, unless `course.toml` says under `[students]` that students have the reference.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from nbconvert.exporters import NotebookExporter
from rich.console import Console
from traitlets.config import Config, PyFileConfigLoader

from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from autograder.paths import ROOT, built_notebook
from course_lib import lectures as public_halves
from course_lib.course import archive
from course_lib.course.release import FILE as RELEASE
from course_lib.course.release import Release
from course_lib.course.scaffold import regions, scaffold_text
from course_lib.course.syllabus import Lecture, load
from course_lib.course.syllabus import path as syllabus_file

__all__ = ["leaks", "make_bundle", "release", "released_notebook"]

# What the bundle has, and from which file of the checkout.
_FILES = {
    "README.md": "docs/students.md",
    "Makefile": "Makefile",
    "pyproject.toml": "pyproject.toml",
    "constraints.txt": "constraints.txt",
    "environment.yml": "environment.yml",
    "LICENSE": "LICENSE",
}
_PICTURE = re.compile(r"\]\((images/[\w.]+)\)")  # of docs/students.md
_REFERENCE_IN_WHEEL = '"solutions" = "course_lib/reference"\n'
_NEVER = ("solutions", "autograder", "tests", "benchmarks")


def release(lecture_id: str | None = None, all_: bool = False, out: Path | None = None) -> None:
    """Write the students' bundle as a folder and, beside it, as a zip (`autograder release`).

    Args:
        lecture_id: one lecture, by id or module.
        all_: every lecture instead.
        out: the folder, `student_bundle` by default. An earlier bundle there is replaced.

    Raises:
        CourseError: neither or both of a lecture and `--all`; something to release is missing, or
            the bundle would hold a solution.
    """
    if all_ == bool(lecture_id):
        raise CourseError("say what to release: one lecture, such as `02_name`, or --all")
    course = load()
    lectures = course.notebooks if lecture_id is None else (course.lecture(lecture_id),)
    target = Path(out or "student_bundle").resolve()
    _replaceable(target)
    with tempfile.TemporaryDirectory(prefix="course-release-") as temporary:
        bundle = Path(temporary) / target.name
        made = make_bundle(bundle, lectures)
        found = [] if course.students.reference else leaks(bundle)
        if found:
            raise CourseError(f"not released, the bundle would hold solutions: {'; '.join(found)}")
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(bundle, target)
        # Each version unpacks into a folder of its own, never over a student's.
        top = f"{target.name}-{made.version}"
        files = {f"{top}/{name}": file.read_bytes() for name, file in _files(target)}
        zipped = target.with_name(f"{target.name}.zip")
        archive.write(zipped, archive.zipped(files))
    names = ", ".join(lecture.id for lecture in lectures)
    Console().print(
        f"{names}: version {made.version}, {len(files)} files in {target} and {zipped}",
        soft_wrap=True,
    )


def make_bundle(bundle: Path, lectures: Sequence[Lecture]) -> Release:
    """Write the bundle into a new folder.

    Returns:
        Its version, and what `course update` has to know of it.

    Raises:
        CourseError: a file that belongs into it does not exist.
    """
    bundle.mkdir(parents=True)
    for name, source in _FILES.items():
        if not (ROOT / source).is_file():
            raise CourseError(f"{ROOT / source} is missing: the students' bundle has it")
        shutil.copyfile(ROOT / source, bundle / name)
    for picture in _PICTURE.findall((bundle / "README.md").read_text(encoding="utf-8")):
        (bundle / picture).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "docs" / picture, bundle / picture)
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    theirs = "".join(line for line in environment if "./autograder" not in line)
    (bundle / "environment.yml").write_text(theirs, encoding="utf-8")
    shutil.copyfile(syllabus_file(), bundle / "course.toml")
    _add_reference(bundle, lectures)
    package = bundle / "course_lib"
    shutil.copytree(ROOT / "course_lib", package, ignore=_not_for_students)
    for folder in public_halves.__path__:
        caches = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(folder, package / "lectures", ignore=caches, dirs_exist_ok=True)
    # A notebook may compare with the models of the lectures that it needs.
    for lecture in _with_needs(lectures):
        text = scaffold_text(solution_text(lecture.module), lecture.module)
        (bundle / "course_lib" / f"{lecture.module}.py").write_text(text, encoding="utf-8")
    cells: dict[str, list[str]] = {}
    for lecture in lectures:
        file = bundle / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
        file.parent.mkdir(parents=True)
        text = released_notebook(lecture)
        file.write_text(text, encoding="utf-8")
        cells[lecture.id] = [cell["id"] for cell in json.loads(text)["cells"]]
    made = Release(f"{_version()}-{_digest(bundle)}", cells)
    (bundle / RELEASE).write_text(made.text(), encoding="utf-8")
    _add_wheel(bundle)
    return made


def _add_reference(bundle: Path, lectures: Sequence[Lecture]) -> None:
    """Put the solutions in where students have them; the wheel is built without them elsewhere."""
    project = bundle / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    if text.count(_REFERENCE_IN_WHEEL) != 1:
        raise CourseError(f"{ROOT / 'pyproject.toml'}: expected the line {_REFERENCE_IN_WHEEL!r}")
    if not load().students.reference:
        project.write_text(text.replace(_REFERENCE_IN_WHEEL, ""), encoding="utf-8")
        return
    folder = bundle / "solutions"
    folder.mkdir()
    for lecture in _with_needs(lectures):
        solution = solution_text(lecture.module)
        (folder / f"{lecture.module}.py").write_text(solution, encoding="utf-8")


def _files(folder: Path) -> list[tuple[str, Path]]:
    """(path in it, file) of all files of a folder, in the order of their paths."""
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return sorted(found.items())


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _digest(bundle: Path) -> str:
    """Eight digits for what the bundle holds: a corrected one has others."""
    content = hashlib.sha256()
    for name, file in _files(bundle):
        content.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return content.hexdigest()[:8]


def _add_wheel(bundle: Path) -> None:
    """Build the students' wheel of what the bundle holds, for notebooks that stand alone.

    The build needs no network, and the same files give the same wheel.
    """
    for _ in WheelBuilder(str(bundle)).build(directory=str(bundle), versions=["standard"]):
        pass


def released_notebook(lecture: Lecture) -> str:
    """The notebook as `nbgrader generate_assignment` releases it, without touching a gradebook."""
    settings = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    exporter = NotebookExporter(config=Config({"Exporter": {"default_preprocessors": []}}))
    for name in settings.GenerateAssignment.preprocessors:
        if not name.endswith(".SaveCells"):
            exporter.register_preprocessor(name)
    names = {"assignment": lecture.id, "notebook": lecture.id, "student": "."}
    text, _ = exporter.from_filename(str(built_notebook(lecture)), resources={"nbgrader": names})
    return str(text)


def leaks(bundle: Path) -> list[str]:
    """Find what a bundle must not hold: the instructors' folders and the bodies of solutions."""
    found = [f"{name}/" for name in _NEVER for _ in bundle.rglob(name)]
    bodies = list(_bodies())
    for path in sorted(bundle.rglob("*")):
        if path.suffix in (".py", ".ipynb", ".md", ".toml"):
            text = path.read_text(encoding="utf-8").replace('\\"', '"')
            lines = "\n".join(
                line.strip().strip('",').removesuffix("\\n") for line in text.splitlines()
            )
            found += [
                f"{path.relative_to(bundle)} ({name})" for name, body in bodies if body in lines
            ]
    return found


def _bodies() -> Iterator[tuple[str, str]]:
    """(exercise, its solution's body without the remark, as stripped lines) of all lectures.

    The introduction shows the answer to its practice exercise itself.
    """
    for lecture in load().lectures:
        solution = solution_text(lecture.module)
        lines = [line.strip() for line in solution.splitlines()]
        for region in regions(solution, lecture.module):
            body = lines[region.first : region.last - 1]
            code = itertools.dropwhile(lambda line: line.startswith("#"), body)
            yield region.name, "\n".join(code)


def _with_needs(lectures: Sequence[Lecture]) -> list[Lecture]:
    wanted: dict[str, Lecture] = {}
    queue = list(lectures)
    while queue:
        lecture = queue.pop()
        if lecture.id not in wanted:
            wanted[lecture.id] = lecture
            queue += [load().lecture(need) for need in lecture.needs]
    return list(wanted.values())


def _not_for_students(folder: str, names: list[str]) -> set[str]:
    """What of `course_lib/` is not copied: caches, modules, which are generated, and lectures."""
    place = Path(folder).relative_to(ROOT / "course_lib").as_posix()
    left = {name for name in names if name == "__pycache__" or name.startswith(".")}
    if place == ".":
        left |= {name for name in names if name.endswith(".py")} - {"__init__.py"}
    if place == "lectures":
        left |= set(names) - {"__init__.py"}
    return left


def _replaceable(target: Path) -> None:
    """An existing folder is only replaced when it is an earlier bundle."""
    if not target.exists():
        return
    earlier = (target / "course_lib").is_dir() and (target / "course.toml").is_file()
    if not earlier or (target / "autograder").exists() or (target / ".git").exists():
        raise CourseError(f"{target} exists and is no earlier bundle: give another --out")
