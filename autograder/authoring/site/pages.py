"""The folder that Sphinx reads: it mirrors the checkout, so that the links of its pages hold.

`docs/site/` becomes its root; `docs/*.md`, `CONTRIBUTING.md`, `CHANGELOG.md` and the notebooks keep
their places; `api/` and `_generated/` are made here.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat

from autograder.authoring.readme_table import lecture_table
from autograder.authoring.site import api, katex
from autograder.authoring.site.lectures import lecture_page, notation_box
from autograder.paths import ROOT
from course_lib.course.syllabus import Course, Lecture

__all__ = ["gather", "notebooks"]

_SITE = ROOT / "docs" / "site"
_LINK = re.compile(r"(!?\[(?P<text>[^\[\]]*)\])\((?P<path>[^)\s#]+)(?P<fragment>#[^)\s]*)?\)")
_COLAB_BADGE = re.compile(r"https://colab\.research\.google\.com/assets/[\w-]+\.svg")


def notebooks(course: Course, root: Path = ROOT) -> dict[Path, Lecture | None]:
    """Every built notebook of `notebooks/`, in reading order, with its entry in the syllabus.

    Lectures stand in the order of `course.toml`; any other notebook stands before the first
    lecture whose folder's name comes after its own.
    """
    order = {lecture.id: number for number, lecture in enumerate(course.lectures)}

    def place(file: Path) -> tuple[float, str]:
        name = file.stem
        later = [number for identity, number in order.items() if identity > name]
        return order.get(name, min(later, default=len(order)) - 0.5), name

    lectures = {lecture.id: lecture for lecture in course.notebooks}
    found = [f for f in (root / "notebooks").glob("*/*.ipynb") if f.stem == f.parent.name]
    return {file: lectures.get(file.stem) for file in sorted(found, key=place)}


def gather(folder: Path, course: Course) -> None:
    """Fill a folder with everything that the site is made from.

    A file whose content is as before is not written again, so that Sphinx builds only what has
    changed; a file that is no longer part of the site is removed.

    Args:
        folder: made if it does not exist. What else is in it is removed.
        course: the syllabus.

    Raises:
        CourseError: KaTeX cannot be had.
    """
    files: dict[str, bytes] = {}
    for file in sorted(_SITE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            files[str(file.relative_to(_SITE))] = file.read_bytes()
    books = notebooks(course)
    files["_generated/lectures.md"] = _table(course).encode()
    files["_generated/contents.md"] = _contents(course, books).encode()
    notation = []
    for file, lecture in books.items():
        page = lecture_page(file, course, lecture, "../../_static/figures")
        box = notation_box(page.notebook)
        if box and lecture:
            link = f"[{lecture.heading}](/notebooks/{file.stem}/{file.name})"
            notation += [f"### {link}", box]
        files[str(file.relative_to(ROOT))] = nbformat.writes(page.notebook).encode()
        files |= {f"_static/figures/{name}": data for name, data in page.figures.items()}
    files["_generated/notation.md"] = "\n\n".join([*notation, ""]).encode()
    for file in (ROOT / "docs" / "images").glob("*.png"):
        files[str(file.relative_to(ROOT))] = file.read_bytes()
    files |= {name: text.encode() for name, text in api.pages(course).items()}
    texts = [*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    on_site = {*files, *(str(text.relative_to(ROOT)) for text in texts)}
    for text in texts:
        name = str(text.relative_to(ROOT))
        files[name] = _with_links(text, course, on_site).encode()
    _write(folder, files)
    katex.install(folder / "_static" / "katex")


def _table(course: Course) -> str:
    """README's table of lectures, with the site's own picture for the badge."""
    table = re.sub(r"\]\(notebooks/", "](/notebooks/", lecture_table(course))
    return _COLAB_BADGE.sub("/_static/colab-badge.svg", table)


def _contents(course: Course, books: dict[Path, Lecture | None]) -> str:
    """The table of contents' part for the notebooks."""
    lines = ["```{toctree}", ":caption: Lectures", ":hidden:", ""]
    for file, lecture in books.items():
        page = f"/notebooks/{file.stem}/{file.stem}"
        if lecture and lecture in course.lectures:
            short = lecture.title.partition(":")[0]
            lines.append(f"{lecture.number.lstrip('0')} · {short} <{page}>")
        else:
            lines.append(page)
    return "\n".join([*lines, "```", ""])


def _with_links(page: Path, course: Course, on_site: set[str]) -> str:
    """The page's text, in which links to files that are not on the site lead to the repository.

    While the course has no public repository, the text of such a link stays without its target.
    """

    def target(match: re.Match[str]) -> str:
        path, fragment = match["path"], match["fragment"] or ""
        file = (page.parent / path).resolve()
        if re.match(r"[a-z]+:", path) or not file.is_relative_to(ROOT):
            return match[0]
        name = str(file.relative_to(ROOT))
        if name in on_site:
            return match[0]
        if not course.repository:
            return match["text"]
        return f"{match[1]}({course.repository}/blob/{course.tag}/{name}{fragment})"

    return _LINK.sub(target, page.read_text(encoding="utf-8"))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    kept = folder / "_static" / "katex"
    for old in [f for f in folder.rglob("*") if f.is_file() and not f.is_relative_to(kept)]:
        if str(old.relative_to(folder)) not in files:
            old.unlink()
    for name, content in files.items():
        file = folder / name
        if not file.is_file() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    for empty in sorted((f for f in folder.rglob("*") if f.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            shutil.rmtree(empty)
