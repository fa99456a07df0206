"""`notebook.submit()`: the zip of `course submit`, made from a cell and offered for download."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any

from course_lib.course import atomic
from course_lib.course.errors import CommandError
from course_lib.course.submission import submit
from course_lib.course.syllabus import Lecture, UnknownName

__all__ = ["colab", "fetch_notebook", "offer"]


def offer(lecture: Lecture, anyway: bool = False) -> None:
    """Make the lecture's zip in the working directory and offer it for download.

    In Colab the notebook is no file of the machine's: it is asked for and put beside the module.

    Args:
        lecture: whose notebook this is.
        anyway: make the zip even though one of the files cannot be graded as it is.
    """
    files = colab("files")
    try:
        if files is not None:
            fetch_notebook(Path.cwd() / f"{lecture.id}.ipynb")
        target = submit(lecture.id, anyway=anyway)
    except (CommandError, UnknownName, OSError) as error:
        advice = str(error).replace("`--anyway`", "--anyway")
        print(f"No zip was made: {advice.replace('--anyway', 'notebook.submit(anyway=True)')}")
        return
    if files is not None:
        files.download(str(target))
        return
    from IPython.display import FileLink, display

    display(FileLink(os.path.relpath(target)))


def colab(name: str) -> Any:
    """A module of Colab's, or None anywhere else."""
    try:
        return importlib.import_module(f"google.colab.{name}")
    except ImportError:
        return None


def fetch_notebook(file: Path) -> None:
    """Write the open notebook, as it stands in the browser, to a file.

    Raises:
        CommandError: Colab did not hand it over, and there is no copy that was put there by hand.
    """
    try:
        answer = colab("_message").blocking_request("get_ipynb", request="", timeout_sec=60)
        data = json.dumps(answer["ipynb"], ensure_ascii=False, indent=1).encode()
    # No documented interface, so nothing is known of how it will fail one day.
    except Exception as error:
        if file.is_file():
            print(f"Colab did not hand the notebook over: {file.name} is taken as it lies here.")
            return
        raise CommandError(
            "Colab did not hand the notebook over: File → Download → Download .ipynb, upload it "
            f"here as {file.name}, and run this cell again"
        ) from error
    atomic.write(file, data)
