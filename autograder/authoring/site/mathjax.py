"""MathJax out of its npm package: fetched once, checked, kept in the user's cache."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import pooch

from autograder.errors import CourseError

__all__ = ["SCRIPT", "fetch", "install"]

URL = "https://registry.npmjs.org/mathjax/-/mathjax-3.2.2.tgz"
SHA256 = "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09"
# The component with all of TeX's extensions, and what it loads when a reader asks for it: the
# fonts, the context menu, and the explorer that reads formulas aloud.
SCRIPT = "tex-chtml-full.js"
PARTS = (SCRIPT, "output/chtml/", "a11y/", "sre/", "ui/", "input/mml")


def cache() -> Path:
    """The folder for downloads: `$COURSE_CACHE_DIR`, or the user's cache folder."""
    own = os.environ.get("COURSE_CACHE_DIR")
    return Path(own or pooch.os_cache("deep-generative-models")) / "mathjax"


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
            f"MathJax cannot be fetched from {URL} ({why[:160]}): build the site once where there "
            f"is a network, or put that file into {folder}"
        ) from error
    return Path(file)


def install(target: Path) -> None:
    """Unpack what a page needs into `target`, unless this version is there already.

    Args:
        target: the folder that will hold `tex-chtml-full.js`; replaced as a whole.

    Raises:
        CourseError: MathJax cannot be had.
    """
    mark = target / "VERSION"
    if mark.is_file() and mark.read_text(encoding="utf-8") == SHA256:
        return
    shutil.rmtree(target, ignore_errors=True)
    inside = "package/es5/"
    with tarfile.open(fetch()) as package:
        for member in package.getmembers():
            name = member.name.removeprefix(inside)
            if not (member.isfile() and member.name.startswith(inside) and name.startswith(PARTS)):
                continue
            member.name = name
            package.extract(member, target, filter="data")
    mark.write_text(SHA256, encoding="utf-8")
