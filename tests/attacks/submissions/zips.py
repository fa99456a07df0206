"""Attacks by what is uploaded as a zip."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.making import files_of, upload
from tests.handing_in import MODULE, NOTEBOOK, zip_links, zipped


def broken_zip(course: Path) -> None:
    """Tries to stop the class by a zip that is none, cut off, or encrypted.

    Stopped by: each is a problem of its own submission, which is told and graded with what there
    is.
    """
    whole = zipped(files_of(course))
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[whole.index(b"PK\x01\x02") + 8] |= 1
    for number, data in enumerate((whole[: len(whole) // 2], b"PK\x05\x06", b"", bytes(encrypted))):
        upload(course, "broken zip", data, f"{number}.zip")


def zip_bomb(course: Path) -> None:
    """Tries to fill memory and disk: a module that unpacks to two gigabytes' worth of zeros.

    Stopped by: the bytes that come out are counted, whatever the zip says of itself.
    """
    data = files_of(course)
    data[MODULE] = bytes(50_000_000)
    data[f"again/{NOTEBOOK}"] = bytes(80_000_000)
    upload(course, "zip bomb", zipped(data))


def zip_of_many_bombs(course: Path) -> None:
    """Tries to keep the grader unpacking: hundreds of notebooks, each just below the limit.

    Stopped by: the bytes that may come out of one zip are limited in all.
    """
    large = b" " * 29_000_000
    upload(course, "zip of many bombs", zipped({f"{n:03}/{NOTEBOOK}": large for n in range(12)}))


def zip_slip(course: Path) -> None:
    """Tries to write outside of the folder that the zip is unpacked in.

    Stopped by: only two names are taken from a zip, and these decide where a file goes.
    """
    data = files_of(course)
    for up in ("../", "../../../", "/", "..\\", "C:", "course_lib/../../../../"):
        data[f"{up}owned"] = b"owned"
        data[f"{up}{NOTEBOOK}"] = b"{}"
        data[f"{up}{MODULE}"] = b"import os"
    upload(course, "zip slip", zipped(data))


def zip_with_links(course: Path) -> None:
    """Tries to hand in links inside a zip, which some programs restore.

    Stopped by: a member that is no regular file is refused.
    """
    data = zip_links(NOTEBOOK, MODULE, to=str(course / "solutions" / "coins.py"))
    upload(course, "zip with links", data)
