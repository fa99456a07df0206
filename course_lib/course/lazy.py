"""Packages whose modules load when they are first asked for, so that importing one stays fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

__all__ = ["lazy_modules"]


def lazy_modules(
    package: str, path: Iterable[str]
) -> tuple[Callable[[str], ModuleType], Callable[[], list[str]]]:
    """A package's `__getattr__` and `__dir__`: its modules by name, each imported on first use.

    Args:
        package: the package's `__name__`.
        path: its `__path__`.
    """

    def names() -> list[str]:
        return sorted(module.name for module in iter_modules(path))

    def load(name: str) -> ModuleType:
        if name in names():
            return import_module(f"{package}.{name}")
        raise AttributeError(
            f"module {package!r} has no attribute {name!r}; it has {', '.join(names())}"
        )

    return load, names
