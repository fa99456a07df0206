"""`notebook.keep()`: in Colab, whose machine is deleted, work goes to Google Drive and comes back.

Every time makes a version of its own, so that nothing that was kept is ever written over. Without
Drive a version is a zip that the browser downloads, and that is uploaded beside the notebook again.
"""

from __future__ import annotations

import functools
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_lib.course import archive, atomic, contents, pristine, progress, syllabus
from course_lib.course.errors import CommandError
from course_lib.course.syllabus import Lecture
from course_lib.notebook import hand_in

__all__ = ["keep"]

_DRIVE = Path("/content/drive")
_STAMP = r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d"
_PROGRESS = "progress.json"
# Beside the notebook: the version that this machine's files were last the same as.
_MARK = Path(".kept")
_refused: list[bool] = []


@dataclass
class _Version:
    """What was kept at one time, read when it is asked for: a Drive is slow."""

    stamp: str
    place: Path  # the folder, or the zip
    notebook: Path

    @functools.cached_property
    def files(self) -> dict[str, bytes]:
        if self.place.is_dir():
            found = (file for file in self.place.rglob("*") if file.is_file())
            return {f.relative_to(self.place).as_posix(): f.read_bytes() for f in found}
        with zipfile.ZipFile(self.place) as zipped:
            return {name: zipped.read(name) for name in zipped.namelist()}


def keep(lecture: Lecture) -> None:
    """Bring back what was kept, or keep what is here, whichever is newer; say which.

    Args:
        lecture: whose notebook this is.
    """
    if hand_in.colab("drive") is None:
        print("Your files are on this computer: there is nothing to keep elsewhere.")
        return
    drive = _drive(lecture)
    versions = sorted(_versions(lecture, drive), key=lambda version: version.stamp)
    mark = _MARK.read_text(encoding="utf-8") if _MARK.is_file() else ""
    if versions and versions[-1].stamp > mark:
        base = next((v.files for v in versions if v.stamp == mark), {})
        _bring_back(lecture, versions[-1], base)
        _MARK.write_text(versions[-1].stamp, encoding="utf-8")
        print("Before you leave, run this cell again: it keeps what you have written by then.")
        return
    untouched = _untouched(lecture)
    files = {name: Path(name).read_bytes() for name in untouched if Path(name).is_file()}
    if not versions and all(untouched[name] == data for name, data in files.items()):
        print("Nothing is written yet, and nothing was kept before.")
        return
    files |= _notebook(lecture)
    if versions and _written(files) == _written(versions[-1].files):
        print(f"There is nothing new since {versions[-1].stamp}.")
        return
    files[_PROGRESS] = json.dumps(progress.read(), indent=1, sort_keys=True).encode()
    _store(lecture, drive, files)


def _now() -> str:
    return f"{datetime.now():%Y-%m-%d_%H-%M-%S}"


def _drive(lecture: Lecture) -> Path | None:
    """The lecture's folder in Google Drive; None where the student does not want it."""
    if _refused:
        return None
    try:
        hand_in.colab("drive").mount(str(_DRIVE))
    # Refusing is an error of several kinds, of Colab's own.
    except Exception:
        _refused.append(True)
        print("Google Drive was not opened: this works with downloads instead.")
        return None
    return _DRIVE / "MyDrive" / syllabus.load().name / lecture.id


def _versions(lecture: Lecture, drive: Path | None) -> list[_Version]:
    """What was kept: folders in Drive, and zips that were uploaded beside the notebook."""
    found = []
    for folder in drive.iterdir() if drive and drive.is_dir() else ():
        if re.fullmatch(_STAMP, folder.name):
            found.append(_Version(folder.name, folder, folder / f"{lecture.id}.ipynb"))
    for file in Path().glob(f"{lecture.id}_kept_*.zip"):
        stamp = re.search(_STAMP, file.name)
        if stamp and zipfile.is_zipfile(file):
            beside = Path(f"{lecture.id}.kept_{stamp[0]}.ipynb")
            found.append(_Version(stamp[0], file, beside))
    return found


def _bring_back(lecture: Lecture, kept: _Version, base: dict[str, bytes]) -> None:
    untouched = _untouched(lecture)
    for name, data in kept.files.items():
        here = Path(name)
        if name == _PROGRESS:
            progress.take_over(json.loads(data))
        elif name.endswith(".ipynb"):
            if not kept.notebook.is_file():
                atomic.write(kept.notebook, data)
            print(
                f"Your notebook of {kept.stamp} is {kept.notebook}: open it, if this one is older."
            )
        elif name not in untouched or (here.is_file() and here.read_bytes() == data):
            continue
        elif not here.is_file() or here.read_bytes() in (untouched[name], base.get(name)):
            atomic.write(here, data)
            print(f"{name} is back, as you had it at {kept.stamp}.")
        elif data != untouched[name]:
            beside = here.with_name(f"{here.stem}.kept_{kept.stamp}.py")
            atomic.write(beside, data)
            print(f"{name} was edited here, and stays; the one of {kept.stamp} is {beside}.")


def _untouched(lecture: Lecture) -> dict[str, bytes]:
    """The lecture's modules as the course gives them."""
    course = syllabus.load()
    modules = [course.lecture(key).module for key in (*lecture.needs, lecture.id)]
    return {f"course_lib/{name}.py": pristine.text(name).encode() for name in modules}


def _notebook(lecture: Lecture) -> dict[str, bytes]:
    """The notebook as it stands in the browser; nothing where Colab does not hand it over."""
    file = Path(f"{lecture.id}.ipynb")
    try:
        hand_in.fetch_notebook(file)
    except CommandError as error:
        print(f"Without the notebook: {error}")
        return {}
    return {file.name: file.read_bytes()}


def _written(files: dict[str, bytes]) -> dict[str, object]:
    """What a student writes: outputs, and what a program notes down, change by themselves."""
    return {
        name: [contents.source_of(cell) for cell in contents.notebook_cells(data, name)]
        if name.endswith(".ipynb")
        else data
        for name, data in files.items()
        if name != _PROGRESS
    }


def _store(lecture: Lecture, drive: Path | None, files: dict[str, bytes]) -> None:
    stamp = _now()
    if drive is not None:
        try:
            for name, data in files.items():
                file = drive / f"{stamp}.part" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            (drive / f"{stamp}.part").rename(drive / stamp)
        except OSError as error:
            print(f"Google Drive could not be written to ({error.strerror}).")
        else:
            _MARK.write_text(stamp, encoding="utf-8")
            print(f"Kept in your Google Drive: {(drive / stamp).relative_to(_DRIVE)}")
            return
    target = Path(f"{lecture.id}_kept_{stamp}.zip")
    archive.write(target, archive.zipped(files))
    _MARK.write_text(stamp, encoding="utf-8")
    hand_in.colab("files").download(str(target))
    print(
        f"Your browser downloads {target}. The next time, upload it beside the notebook, and run "
        "this cell."
    )
