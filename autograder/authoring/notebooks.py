"""Build a notebook from its MyST source, executed with the reference solutions.

The source holds text and code only. Everything that can be derived is put in here: nbgrader's
metadata with the points of `course.toml`, cell ids, and the outputs.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from autograder.authoring.notebook_frame import frame, set_address, without_frame
from autograder.errors import CourseError
from autograder.paths import COURSE, built_notebook, notebook_ipynb, notebook_md
from course_lib.course.syllabus import Course, Lecture, load, root

__all__ = [
    "LARGEST",
    "assemble",
    "build",
    "checked_exercise",
    "content_id",
    "execute",
    "grade_id",
    "in_step",
    "with_address",
]

# The largest notebook that is committed, in bytes.
LARGEST = 1_500_000
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_CHECK = re.compile(r"check\(\s*([\"'])(?P<name>[\w.]+)\1\s*\)")


def checked_exercise(source: str) -> str | None:
    """The exercise of a cell that is exactly `check("…")`, else None."""
    match = _CHECK.fullmatch(source.strip())
    return match["name"] if match else None


def grade_id(exercise: str) -> str:
    """nbgrader's id of an exercise's graded cell: "check-name-Model-log_prob"."""
    return "check-" + exercise.replace(".", "-")


def assemble(lecture: Lecture) -> NotebookNode:
    """The notebook of a lecture without outputs: cells, ids and nbgrader's metadata.

    Raises:
        CourseError: no source; an exercise whose check is missing, double or unknown; a lecture
            with points for its reflection and not exactly one cell tagged `reflection`.
    """
    source = notebook_md(lecture)
    if not source.is_file():
        raise CourseError(f"{source} is missing: the notebook is built from it")
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="md:myst")
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    _hold_to_syllabus(notebook, lecture, source.name)
    frame(notebook, lecture)
    _give_ids(notebook)
    return notebook


def _hold_to_syllabus(notebook: NotebookNode, lecture: Lecture, name: str) -> None:
    """nbgrader's metadata into each cell; raises where the graded cells are not the syllabus'."""
    if lecture not in load().lectures:
        return
    for cell in notebook.cells:
        _derive(cell, lecture)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    found = [id_ for id_ in ids if id_]
    expected = [grade_id(e.name) for e in lecture.exercises]
    expected += ["reflection"] if lecture.reflection else []
    if found != expected:
        raise CourseError(
            f"{name}: graded cells are {found}, course.toml's order asks for {expected}"
        )


def _derive(cell: NotebookNode, lecture: Lecture) -> None:
    """Put nbgrader's metadata into a cell."""
    cell.metadata.pop("nbgrader", None)
    name = checked_exercise(cell.source) if cell.cell_type == "code" else None
    if name:
        exercise = load().exercise(name)
        cell.metadata["nbgrader"] = _nbgrader(grade_id(name), exercise.points, solution=False)
        cell.metadata["course"] = {"exercise": name}
        cell.metadata["deletable"], cell.metadata["editable"] = False, False
        # A check that fails raises nothing: only its output can tell the test of the notebook.
        cell.metadata["tags"] = ["nbval-check-output"]
    elif "reflection" in cell.metadata.get("tags", []):
        cell.metadata["nbgrader"] = _nbgrader("reflection", lecture.reflection, solution=True)
        cell.metadata["deletable"] = False


def _nbgrader(identity: str, points: float, *, solution: bool) -> dict:
    return {
        "grade": True,
        "grade_id": identity,
        "locked": not solution,
        "points": points,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }


def _give_ids(notebook: NotebookNode) -> None:
    """Ids from the cells' content, so that only what changed changes."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        stem = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if stem:
            cell.id = re.sub(r"[^\w-]", "-", stem)
            continue
        digest = content_id(cell)
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def content_id(cell: NotebookNode) -> str:
    """The id of a cell that is not graded, made from its kind and its source."""
    return hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]


def execute(
    notebook: NotebookNode,
    lecture: Lecture,
    modules: Path,
    *,
    allow_errors: bool = False,
    state: Path | None = None,
) -> NotebookNode:
    """Run a notebook's cells on the lecture modules of a folder.

    Args:
        notebook: left as it is; a copy is returned with its outputs.
        lecture: whose folder is the working directory.
        modules: what `COURSE_LIB_PATH` is set to.
        allow_errors: go on after a cell that fails.
        state: the reader's state folder; a new one by default.

    Raises:
        CourseError: a cell failed; the message has its number, first line and error.
    """
    done = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory(prefix="course-notebook-") as private:
        # Under the students' name for it: the outputs show the place that a reader edits.
        shown = Path(private) / "course_lib"
        shutil.copytree(modules, shown, ignore=lambda _, names: _not_modules(names))
        env = {
            **os.environ,
            "COURSE_LIB_PATH": str(shown),
            "COURSE_STATE_DIR": str(state or Path(private) / "state"),
            "COURSE_STATIC_WIDGETS": "1",
            "PYTHONWARNINGS": "error::DeprecationWarning:course_lib",
        }
        if course_root := root():
            env["COURSE_ROOT"] = str(course_root)  # absolute: the kernel starts elsewhere
        client = NotebookClient(
            done,
            kernel_name="python3",
            # The kernel talks to this process alone; its warning that it is not encrypted is noise.
            extra_arguments=["--log-level=ERROR"],
            timeout=600,
            allow_errors=allow_errors,
            record_timing=False,
            resources={"metadata": {"path": str(notebook_md(lecture).parent)}},
        )
        # A missing function ends its cell with a line and no error that the client would see.
        with contextlib.suppress(CellExecutionError):
            client.execute(env=env)
    for number, cell in enumerate(done.cells):
        error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if error is not None and not allow_errors:
            first = cell.source.strip().splitlines()[0]
            what = f"{error.ename}: {error.evalue}"
            raise CourseError(f"{lecture.id}, cell {number} ({first}): {what}")
    return done


def _not_modules(names: list[str]) -> list[str]:
    """Return the entries of a folder that are not modules of lectures."""
    modules = {f"{lecture.module}.py" for lecture in load().notebooks}
    return [name for name in names if name not in modules]


def build(lecture: Lecture, *, force: bool = False) -> str:
    """Write the executed notebook; returns one line that says what was done.

    Args:
        lecture: which one.
        force: execute also where only text, or nothing, has changed since the last time.

    Raises:
        CourseError: a cell failed, an output is an error, or the file is larger than allowed.
    """
    target = notebook_ipynb(lecture)
    if not force and in_step(lecture):
        return f"{target.name}: up to date"
    start = time.perf_counter()
    done = None if force else _with_outputs_of_before(assemble(lecture), target)
    if done is None:
        with _standings_until(lecture) as state:
            done = execute(assemble(lecture), lecture, COURSE / "solutions", state=state)
        _tidy(done)
    text = nbformat.writes(done)
    size = len(text.encode())
    if size > LARGEST:
        raise CourseError(f"{target.name} would be {size:,} bytes, at most {LARGEST:,} are allowed")
    target.write_text(text, encoding="utf-8")
    return f"{target.name}: {time.perf_counter() - start:.0f} s, {size / 1000:.0f} kB"


@contextlib.contextmanager
def _standings_until(lecture: Lecture) -> Iterator[Path]:
    """A state folder with what the lectures before recorded; keeps what this one records."""
    file = COURSE / "notebooks" / "standings.json"
    entries = json.loads(file.read_text(encoding="utf-8"))["entries"] if file.exists() else []
    with tempfile.TemporaryDirectory(prefix="course-state-") as folder:
        state = Path(folder) / "standings.json"
        state.write_text(json.dumps({"entries": [e for e in entries if e["lecture"] < lecture.id]}))
        yield Path(folder)
        recorded = json.loads(state.read_text(encoding="utf-8"))["entries"]
    kept = [e for e in entries if e["lecture"] != lecture.id]
    kept += [e for e in recorded if e["lecture"] == lecture.id]
    kept.sort(key=lambda entry: entry["lecture"])
    file.write_text(json.dumps({"entries": kept}, indent=1, ensure_ascii=False) + "\n")


def with_address(lecture: Lecture, course: Course) -> str:
    """The text of the built notebook with another address of the course; nothing is executed.

    Args:
        lecture: whose notebook is read.
        course: the syllabus that has the new address, or none.

    Raises:
        CourseError: the notebook has not been built.
    """
    built = nbformat.read(built_notebook(lecture), as_version=4)
    set_address(built, lecture, course)
    _give_ids(built)
    return nbformat.writes(built)


def _with_outputs_of_before(notebook: NotebookNode, target: Path) -> NotebookNode | None:
    """Return the new notebook with the old outputs if no code has changed, else None.

    What `frame` puts around the lecture's own code has no outputs and changes none.
    """
    if not target.is_file():
        return None
    before = nbformat.read(target, as_version=4)
    old, new = without_frame(before), without_frame(notebook)
    if [cell.source for cell in old] != [cell.source for cell in new]:
        return None
    for was, cell in zip(old, new, strict=True):
        cell.outputs, cell.execution_count = was.outputs, was.execution_count
    return notebook


def _tidy(notebook: NotebookNode) -> None:
    """Keep what a reader sees; drop progress bars' intermediate states and run numbers."""
    notebook.metadata.pop("widgets", None)
    own = without_frame(notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        if cell not in own:
            # As in a frame that is renewed without a run.
            cell.outputs, cell.execution_count = [], None
            continue
        kept = []
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                lines = [part.rpartition("\r")[2] for part in output.text.split("\n")]
                output.text = "\n".join(line for line in lines if line.strip()) + "\n"
                if not output.text.strip():
                    continue
            # A progress bar's widget is gone with the kernel; its text says "0%" for ever.
            if set(output.get("data", {})) == {
                "application/vnd.jupyter.widget-view+json",
                "text/plain",
            }:
                continue
            kept.append(output)
        cell.outputs = kept


def in_step(lecture: Lecture) -> bool:
    """Whether the built notebook has exactly the cells of its source, ids and metadata included."""
    target = notebook_ipynb(lecture)
    if not target.is_file():
        return False
    built = nbformat.read(target, as_version=4)
    return [_identity(c) for c in built.cells] == [_identity(c) for c in assemble(lecture).cells]


def _identity(cell: NotebookNode) -> tuple:
    return cell.id, cell.cell_type, cell.source, ast.literal_eval(repr(dict(cell.metadata)))
