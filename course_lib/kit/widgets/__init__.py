"""Interactive figures, one module each: a pure `draw(…) -> Figure`, and `explore(…)` to show it.

A module loads on first use: `kit.widgets.NAME.explore(…)`. What they all rest on is `explore.py`.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    if name in _names():
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"there is no widget {name!r}; there are {', '.join(_names())}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_names()})


def _names() -> list[str]:
    return [module.name for module in iter_modules(__path__)]
