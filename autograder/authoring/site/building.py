"""The site, built by Sphinx from the gathered pages; a warning is an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.authoring.site.pages import gather
from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.course.syllabus import load

__all__ = ["build"]


def build(out: Path = ROOT / "build" / "site", jobs: int = 1) -> Path:
    """Build the whole site and return its first page.

    The pages are gathered, and what Sphinx remembers is kept, in `NAME_work/` beside the site, so
    that a second build reads only what has changed.

    Args:
        out: the folder for the site; what it held before is replaced by the new site.
        jobs: processes that read and write pages.

    Raises:
        CourseError: KaTeX cannot be had; the folder holds something else; Sphinx has a warning
            or an error, which it has printed. The site that was there before is then still there.
    """
    out = out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "objects.inv").is_file():
        raise CourseError(f"{out} is no site but holds other files: name an empty or new folder")
    work = out.with_name(f"{out.name}_work")
    gather(work / "source", load())
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"]
    # Read is what has changed, written is all: each page has the others' titles in its sidebar.
    command += ["--write-all"]
    command += ["--nitpicky", "--jobs", str(jobs), "--doctree-dir", str(work / "doctrees")]
    command += [str(work / "source"), str(work / "html")]
    # The scaffolds are what is documented, never another implementation of them.
    env = {k: v for k, v in os.environ.items() if k != "COURSE_LIB_PATH"}
    if subprocess.run(command, cwd=ROOT, env=env).returncode:
        raise CourseError("the site was not built: mend what Sphinx says above")
    _remove_pages_without_source(work)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(work / "html", out)
    return out / "index.html"


def _remove_pages_without_source(work: Path) -> None:
    """Sphinx leaves the page of a source that is gone."""
    made = {"genindex", "py-modindex", "search"}
    for page in (work / "html").rglob("*.html"):
        name = str(page.relative_to(work / "html").with_suffix(""))
        sources = [work / "source" / f"{name}{suffix}" for suffix in (".md", ".ipynb", ".rst")]
        if (
            name not in made
            and not name.startswith("_static")
            and not any(map(Path.is_file, sources))
        ):
            page.unlink()
