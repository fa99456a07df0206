"""KaTeX out of its npm package: fetched once, checked, kept in the user's cache."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import pooch

from autograder.errors import CourseError

__all__ = ["fetch", "install", "script"]

URL = "https://registry.npmjs.org/katex/-/katex-0.19.1.tgz"
SHA256 = "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd"
_INSIDE = "package/dist/"


def cache() -> Path:
    """The folder for downloads: `$COURSE_CACHE_DIR`, or the user's cache folder."""
    own = os.environ.get("COURSE_CACHE_DIR")
    return Path(own or pooch.os_cache("deep-generative-models")) / "katex"


def fetch() -> Path:
    """The npm package as a file, downloaded if it is not in the cache yet.

    Raises:
        CourseError: it is not in the cache and cannot be downloaded, or what came is another file.
    """
    pooch.get_logger().setLevel("WARNING")
    folder = cache()
    try:
        file = pooch.retrieve(URL, f"sha256:{SHA256}", fname=URL.rpartition("/")[2], path=folder)
    # OSError: no network (requests' errors are such), no space. ValueError: another hash.
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise CourseError(
            f"KaTeX cannot be fetched from {URL} ({why[:160]}): build the site once where there "
            f"is a network, or put that file into {folder}"
        ) from error
    return Path(file)


def script() -> str:
    """The program that typesets a formula."""
    with tarfile.open(fetch()) as package:
        found = package.extractfile(f"{_INSIDE}katex.min.js")
        assert found
        return found.read().decode()


def install(target: Path) -> None:
    """Unpack what typeset formulas need in a browser into `target`: a style sheet and its fonts.

    Args:
        target: the folder that will hold `katex.min.css`; replaced as a whole, unless it holds this
            version already.

    Raises:
        CourseError: KaTeX cannot be had.
    """
    mark = target / "VERSION"
    if mark.is_file() and mark.read_text(encoding="utf-8") == SHA256:
        return
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(fetch()) as package:
        for member in package.getmembers():
            member.name = member.name.removeprefix(_INSIDE).removeprefix("package/")
            # Every browser of today reads WOFF2, the first of the three kinds that are named.
            if member.name in ("katex.min.css", "LICENSE") or member.name.endswith(".woff2"):
                package.extract(member, target, filter="data")
    mark.write_text(SHA256, encoding="utf-8")
