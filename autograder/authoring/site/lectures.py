"""A built notebook as a page of the site.

The committed notebook is not changed. Its outputs are shown as they are; cells are not executed.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from autograder.authoring.notebook_frame import require_address
from autograder.authoring.site.bibliography import cited_key
from course_lib.course.syllabus import Course, Lecture, colab_url

__all__ = ["LecturePage", "exercise_label", "lecture_page", "notation_box"]

_WIDGET = "application/vnd.jupyter.widget-view+json"
_BADGE = re.compile(r"\[!\[[^\]]*\]\([^)]*colab[^)]*\)\]\(([^)]*)\)")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NOTEBOOK_LINK = re.compile(r'(href="(?!https?:)[^"#]*)\.ipynb')


class LecturePage(NamedTuple):
    """The page of one notebook: its cells, and its figures by file name."""

    notebook: NotebookNode
    figures: dict[str, bytes]


def notation_box(notebook: NotebookNode) -> str | None:
    """Find a notebook's section on notation, without the heading; None if it has none."""
    for cell in notebook.cells:
        found = re.match(r"#+ Notation\n+|(?=> \*\*Notation\.\*\*)", cell.source)
        if cell.cell_type == "markdown" and found:
            return cell.source[found.end() :].strip()
    return None


def exercise_label(name: str) -> str:
    """The label of an exercise's section: "exercise-name-model-log_prob"."""
    return "exercise-" + name.replace(".", "-").lower()


def lecture_page(
    source: Path, course: Course, lecture: Lecture | None, figures_url: str
) -> LecturePage:
    """Read a built notebook and make it a page.

    Args:
        source: the `.ipynb`.
        course: the syllabus.
        lecture: the notebook's entry in it; None for a notebook without exercises.
        figures_url: where the page finds its figures, relative to itself.
    """
    notebook = nbformat.read(source, as_version=4)
    # The same steps as for a release: what students do not get is not on the site either.
    clear_solutions = ClearSolutions(text_stub="*Your answer goes here, in the notebook.*")
    for step in (clear_solutions, ClearHiddenTests(), ClearMarkScheme()):
        notebook, _ = step.preprocess(notebook, {})
    notebook.metadata = nbformat.from_dict({"kernelspec": notebook.metadata.get("kernelspec", {})})
    figures: dict[str, bytes] = {}
    badges = [m[1] for cell in notebook.cells for m in _BADGE.finditer(cell.source)]
    if lecture:
        require_address(notebook, source.name, course)
        badges += filter(None, [colab_url(course, lecture)])
    notebook.cells = [c for c in notebook.cells if "remove-cell" not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({"tags": []})
        if cell.cell_type == "markdown":
            cell.source = _BADGE.sub("", cell.source)
            cell.source = _with_citations(_with_links(cell.source, lecture))
        elif cell.cell_type == "code":
            cell.outputs = [o for o in (_shown(x, figures, figures_url) for x in cell.outputs) if o]
    _fold_the_set_up(notebook)
    if badges:
        _put_badge(notebook, badges[0])
    return LecturePage(notebook, figures)


def _fold_the_set_up(notebook: NotebookNode) -> None:
    first = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if first is not None:
        first.metadata["tags"] = ["hide-input"]


def _put_badge(notebook: NotebookNode, url: str) -> None:
    """Put one badge below the title, with the picture that the site has itself."""
    title, _, rest = notebook.cells[0].source.partition("\n")
    badge = f"[![Open in Colab](/_static/colab-badge.svg)]({url})"
    notebook.cells[0].source = f"{title}\n\n{badge}\n{rest}"


def _with_links(text: str, lecture: Lecture | None) -> str:
    """Give each exercise's section a label, and link its name to the page of the function."""
    for exercise in lecture.exercises if lecture else ():
        name = re.escape(exercise.name)
        found = re.search(rf"^#+ [^\n]*\n+\*Exercise `{name}`", text, re.MULTILINE)
        if found:
            linked = found[0].replace(
                f"`{exercise.name}`", f"{{py:obj}}`{exercise.name} <course_lib.{exercise.name}>`"
            )
            label = f"({exercise_label(exercise.name)})=\n"
            text = text[: found.start()] + label + linked + text[found.end() :]
    return text


def _with_citations(text: str) -> str:
    """Link each entry of a list of references to the bibliography."""
    lines = re.split(r"(?m)^(?=- )", text)
    for i, line in enumerate(lines):
        key = cited_key(line) if line.startswith("- ") else None
        if key:
            entry = line.rstrip("\n")
            end = line[len(entry) :]
            # An entry is followed by the next one, or by text of its own paragraph.
            entry, gap, after = entry.partition("\n\n")
            lines[i] = f"{entry} {{cite}}`{key}`{gap}{after}{end}"
    return "".join(lines)


def _shown(output: NotebookNode, figures: dict[str, bytes], url: str) -> NotebookNode | None:
    """An output as the page shows it, or None where there is nothing to show."""
    if output.output_type == "stream":
        output.text = _ANSI.sub("", output.text)
        return output if output.name == "stdout" and output.text.strip() else None
    if output.output_type == "error" or "data" not in output:
        return output
    output.data.pop(_WIDGET, None)
    picture = output.data.get("image/png")
    if picture:
        content = base64.b64decode(picture)
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
        figures[name] = content
        about = output.metadata.get("image/png", {})
        output.data = nbformat.from_dict({"text/html": _img(f"{url}/{name}", about)})
    elif "text/html" in output.data:
        output.data["text/html"] = _NOTEBOOK_LINK.sub(r"\1.html", output.data["text/html"])
    # What is left of a widget without its figure is the name of its class.
    only_text = set(output.data) == {"text/plain"}
    if not output.data or (only_text and _is_widget_text(output.data["text/plain"])):
        return None
    return output


def _is_widget_text(text: str) -> bool:
    return bool(re.match(r"(interactive|HBox|VBox|Output|Tab|IntSlider|FloatSlider)\(", text))


def _img(source: str, about: dict) -> str:
    size = "".join(f' {side}="{about[side]}"' for side in ("width", "height") if side in about)
    alt = html.escape(about.get("alt", ""))
    return f'<img class="course-figure" loading="lazy" alt="{alt}"{size} src="{source}">'
