"""The command line that starts the zygote inside bubblewrap, and what is to be seen in there.

Mounted, all of it read-only: the system's libraries, Python and its packages, the sandbox's own
files, and of the course what students have anyway: `kit` and `course.toml`. Nothing else of the
checkout, of the instructor's home or of the gradebook exists inside.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.paths import COURSE, ROOT
from autograder.sandbox.contents import (
    COURSE_INSIDE,
    GRADER_INSIDE,
    START,
    environment,
    own_files,
)

__all__ = ["SandboxMissing", "command", "find", "require_linux", "shown"]

INSTALL = (
    "no official grade is given without it. Install bubblewrap:\n"
    "  Debian, Ubuntu: sudo apt-get install bubblewrap\n"
    "  Fedora:         sudo dnf install bubblewrap\n"
    "  Arch:           sudo pacman -S bubblewrap"
)
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_FILES = ("/etc/ld.so.cache", "/sys/devices/system/cpu")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Where the driver's nodes lie, and what it reads to find its cards.
_DEV = Path("/dev")
_CARDS = ("/sys/bus/pci", "/sys/devices", "/sys/class", "/sys/module")
# Where nbgrader keeps what students hand in, unless it is told otherwise: below /usr.
_EXCHANGES = (Path("/usr/local/share/nbgrader"), Path("/usr/share/nbgrader"))
_NOBODY = "65534"


class SandboxMissing(RuntimeError):
    """There is no working sandbox; the message says what to install."""


def require_linux() -> None:
    """Raise `SandboxMissing` on another system: processes are limited by Linux's means."""
    if not sys.platform.startswith("linux"):
        raise SandboxMissing(
            f"students' code is graded in a sandbox that needs Linux; this is {sys.platform}. "
            "Use a Linux machine or container"
        )


def find() -> str:
    """The path of `bwrap`.

    Raises:
        SandboxMissing: it is not installed, or this is not Linux.
    """
    require_linux()
    found = shutil.which("bwrap", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin")
    if found is None:
        raise SandboxMissing(f"bwrap is not installed: {INSTALL}")
    return found


def command(bwrap: str, secret: Iterable[Path] = (), gpu: bool = False) -> list[str]:
    """The whole command.

    Args:
        bwrap: from `find`.
        secret: folders and files that must not be seen even where they lie inside something that
            is mounted, such as a course folder below the Python installation.
        gpu: whether the cards' device nodes are to be seen.
    """
    line = [bwrap]
    line += ["--unshare-user", "--unshare-all", "--die-with-parent", "--new-session"]
    line += ["--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "sandbox"]
    # The zygote makes namespaces for its children, inside its own; they give the right up.
    line += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    mounted = [Path(p).resolve() for p in _SYSTEM if Path(p).exists()]
    # First, so that a Python that lies below it is mounted into it and not hidden by it.
    line += ["--proc", "/proc"]
    for name in dict.fromkeys(("/tmp", _scratch())):
        line += ["--tmpfs", name]
    for path in _SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            line += ["--ro-bind", path, path]
    for folder in _python_folders():
        if not any(folder.is_relative_to(m) for m in mounted):
            line += ["--ro-bind", str(folder), str(folder)]
        mounted.append(folder)
    for path in _FILES:
        line += ["--ro-bind-try", path, path]
    for path in _DEVICES:
        line += ["--dev-bind", path, path]
    if gpu:
        for node in sorted(_DEV.glob("nvidia*")):
            line += ["--dev-bind", str(node), str(node)]
        for path in _CARDS:
            line += ["--ro-bind-try", path, path]
    for hidden in _hidden([ROOT, COURSE, *_EXCHANGES, *secret]):
        over = ["--tmpfs"] if hidden.is_dir() else ["--ro-bind", "/dev/null"]
        line += [*over, str(hidden)]
    for inside, outside in own_files():
        line += ["--ro-bind", str(outside), inside]
    for name in ("/", "/tmp"):
        if name != _scratch():
            line += ["--remount-ro", name]
    line += ["--chdir", "/", "--clearenv"]
    for name, value in environment(_scratch()).items():
        line += ["--setenv", name, value]
    python = [sys.executable, "-s", "-P", "-B", "-c", START]
    return [*line, "--", *python, GRADER_INSIDE, COURSE_INSIDE, "sandboxed"]


def _scratch() -> str:
    """Where students' code may write: a child hides all that lay there before."""
    below = any(folder.is_relative_to("/tmp") for folder in _python_folders())
    return "/var/tmp" if below else "/tmp"


def _python_folders() -> list[Path]:
    """The environment and the Python it was made from, outermost first, each once."""
    given = {Path(p) for p in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)}
    # An interpreter may be reached through links; every stop on the way must exist inside.
    stop = Path(sys.executable)
    while stop.is_symlink():
        target = Path(os.path.normpath(stop.parent / os.readlink(stop)))
        given.add(target.parent.parent)
        stop = target
    folders = sorted(given, key=lambda p: len(p.parts))
    return [f for n, f in enumerate(folders) if not any(f.is_relative_to(o) for o in folders[:n])]


def shown(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that lie inside something that is mounted, or around it."""
    mounted = [Path(p).resolve() for p in _SYSTEM if Path(p).exists()] + _python_folders()
    real = dict.fromkeys(p.resolve() for p in paths if p.exists())
    return [p for p in real if any(p.is_relative_to(m) or m.is_relative_to(p) for m in mounted)]


def _hidden(secret: Iterable[Path]) -> list[Path]:
    """What to cover: each secret that is shown; of a folder with Python in it, all the rest."""
    found = []
    for path in shown(secret):
        if not any(folder.is_relative_to(path) for folder in _python_folders()):
            found.append(path)
        elif path not in _python_folders():
            found += _hidden(sorted(path.iterdir()))
    return found
