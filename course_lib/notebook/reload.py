"""An edited lecture module takes effect in the running kernel, at the next cell.

IPython's `%autoreload` patches functions where they stand and so misses decorated ones, such as
a sampler under `@torch.no_grad()`. Here the whole module is executed again, and whatever was made
with its old classes moves over to the new ones: a trained model has the method that you just wrote.
"""

from __future__ import annotations

import contextlib
import gc
import linecache
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from course_lib.checks import importing, lending

__all__ = ["failure", "load_anew", "move_to", "refresh", "remember"]

_PACKAGE = "course_lib."
# Module name → (time of change in ns, bytes) of the file as it was last tried.
_seen: dict[str, tuple[int, int]] = {}
_failures: dict[str, BaseException] = {}


def failure(name: str) -> BaseException | None:
    """The reason why the newest version of module `name` could not be loaded; None if it was."""
    return _failures.get(_PACKAGE + name)


def remember() -> None:
    """Take the lecture modules that were imported since the last call as up to date."""
    for name, module in _lecture_modules().items():
        stamp = _stamp(module)
        if stamp and name not in _seen:
            _seen[name] = stamp


def refresh(namespace: dict[str, Any] | None = None) -> dict[str, BaseException | None]:
    """Load again each lecture module whose file has changed.

    A module that cannot be loaded stays as it was, and `failure` knows why.

    Args:
        namespace: the notebook's variables; functions and classes that were imported from a module
            that is loaded again are replaced.

    Returns:
        The modules that were tried, by name ("name"): None, or why they could not be loaded.
    """
    remember()
    tried: dict[str, BaseException | None] = {}
    for name, module in _lecture_modules().items():
        stamp = _stamp(module)
        if stamp is None or stamp == _seen.get(name):
            # `course lend` may have been called in a terminal in the meantime.
            lending.apply(module, name.removeprefix(_PACKAGE))
            continue
        _seen[name] = stamp
        error = _load_again(module, namespace)
        _failures.pop(name, None)
        if error is not None:
            _failures[name] = error
        tried[name.removeprefix(_PACKAGE)] = error
    return tried


def load_anew(name: str, namespace: dict[str, Any] | None = None) -> None:
    """Load a lecture module again although its file has not changed, if it was imported.

    Args:
        name: "name" of `course_lib.name`.
        namespace: as for `refresh`.
    """
    if _PACKAGE + name in _seen:
        _seen[_PACKAGE + name] = (0, 0)
    refresh(namespace)


def move_to(folder: Path, namespace: dict[str, Any] | None = None) -> None:
    """Take lecture modules from this folder from now on, those that are imported already too.

    Args:
        folder: goes in front of the places where lecture modules are looked for.
        namespace: as for `refresh`.
    """
    package = sys.modules["course_lib"]
    if str(folder) not in package.__path__:
        package.__path__.insert(0, str(folder))
    for name, module in _lecture_modules().items():
        file = folder / f"{name.removeprefix(_PACKAGE)}.py"
        if file.is_file() and Path(module.__file__ or "") != file:
            module.__file__ = str(file)
            _seen[name] = (0, 0)
    refresh(namespace)


def _lecture_modules() -> dict[str, ModuleType]:
    """The students' modules that are imported; `checks`, `kit` and `commands` are packages."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name.startswith(_PACKAGE)
        and name.count(".") == 1
        and isinstance(module, ModuleType)
        and not hasattr(module, "__path__")
    }


def _stamp(module: ModuleType) -> tuple[int, int] | None:
    with contextlib.suppress(OSError, TypeError):
        status = Path(module.__file__ or "").stat()
        return status.st_mtime_ns, status.st_size
    return None


def _load_again(module: ModuleType, namespace: dict[str, Any] | None) -> BaseException | None:
    file = str(module.__file__)
    before = dict(module.__dict__)
    linecache.checkcache(file)
    try:
        # Not `importlib.reload`: its cache misses a second change within the same second.
        code = compile(Path(file).read_bytes(), file, "exec")
        for name in [n for n in before if not n.startswith("__")]:
            del module.__dict__[name]
        exec(code, module.__dict__)
        module.__dict__.pop("__lent__", None)
        lending.apply(module, module.__name__.removeprefix(_PACKAGE))
    except (Exception, SystemExit) as error:
        module.__dict__.clear()
        module.__dict__.update(before)
        return error
    replaced = {
        id(old): module.__dict__[name]
        for name, old in before.items()
        if _defined_in(module, old) and name in module.__dict__
    }
    for other in [*(m.__dict__ for m in _lecture_modules().values()), namespace or {}]:
        for name, value in list(other.items()):
            if id(value) in replaced:
                other[name] = replaced[id(value)]
    for name, old in before.items():
        new = module.__dict__.get(name)
        if isinstance(old, type) and isinstance(new, type) and _defined_in(module, old):
            _move_instances(old, new)
    return None


def _defined_in(module: ModuleType, value: object) -> bool:
    return isinstance(value, (FunctionType, type)) and value.__module__ == module.__name__


def _move_instances(old: type, new: type) -> None:
    for instance in gc.get_referrers(old):
        if type(instance) is old:
            # Another layout (`__slots__`, another base) cannot be moved: it keeps its old class.
            with contextlib.suppress(TypeError):
                object.__setattr__(instance, "__class__", new)


def _newest(name: str) -> BaseException | None:
    refresh()
    return failure(name)


importing.before_import(_newest)
