"""What every built notebook has around its lecture: the badge, the installation, the zip.

All of it is made here from `course.toml` and `pyproject.toml`, so that the sources hold the lecture
alone and an address is written down once.
"""

from __future__ import annotations

import re
import tomllib

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.authoring.readme_table import colab_badge
from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.course.syllabus import Lecture, load

__all__ = ["frame", "install_code", "without_frame"]

# The site has a badge of its own, and drops cells with the tag `remove-cell`.
_BADGE_TAGS = ["colab-badge", "remove-cell"]
_SUBMIT_TAG = "hand-in"
# The last line of what the first cell begins with, now and in notebooks that were built earlier.
_INSTALL_ENDS = re.compile(
    r"\A(?:#[^\n]*\n)?try:\n.*?(?:\ninstallation\.complete\(\)|%pip install -q \"[^\n]*)\n\n", re.S
)


def frame(notebook: NotebookNode, lecture: Lecture) -> None:
    """Put the badge in front, the installation into the first cell and the zip at the end."""
    first = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if first is None:
        raise CourseError(f"{lecture.id}.md has no code cell: the first one sets the notebook up")
    first.source = f"{install_code()}\n\n{first.source}"
    badge = new_markdown_cell(colab_badge(load(), lecture))
    badge.metadata["tags"] = list(_BADGE_TAGS)
    notebook.cells.insert(0, badge)
    if lecture in load().lectures:
        notebook.cells += _handing_in(lecture)


def install_code() -> str:
    """What the first cell begins with, for a notebook that stands alone, as in Colab."""
    course = load()
    return (
        "# Does nothing in the course's folder. Elsewhere, as in Colab, it installs the course.\n"
        "try:\n"
        "    from course_lib.notebook import installation\n"
        "except ModuleNotFoundError:\n"
        "    import sys\n"
        f"    assert sys.version_info >= {_oldest_python()}, "
        'f"the course needs a newer Python than {sys.version}"\n'
        f"    %pip install -q --no-deps git+{course.repository}@{course.branch}\n"
        "    from course_lib.notebook import installation\n"
        "installation.complete()"
    )


def _oldest_python() -> tuple[int, ...]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    match = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"])
    if match is None:
        raise CourseError(
            f"pyproject.toml: requires-python is {project['requires-python']!r}; expected >=X.Y"
        )
    return int(match[1]), int(match[2])


def _handing_in(lecture: Lecture) -> list[NotebookNode]:
    text = new_markdown_cell(
        "**Hand in.** When you are done, save the notebook (Ctrl-S, ⌘S), take the `# ` away below "
        f"and run the cell. It makes `{lecture.id}.zip` of the notebook and of "
        f"`course_lib/{lecture.module}.py`, as `course submit {lecture.id}` does in a terminal, "
        "and offers it for download."
    )
    code = new_code_cell("# notebook.submit()")
    code.metadata["tags"] = [_SUBMIT_TAG]
    return [text, code]


def without_frame(cell: NotebookNode) -> tuple[NotebookNode, str] | None:
    """A code cell with the source that is the lecture's own; None for what has none."""
    if cell.cell_type != "code" or _SUBMIT_TAG in cell.metadata.get("tags", []):
        return None
    return cell, _INSTALL_ENDS.sub("", cell.source)
