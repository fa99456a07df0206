"""Complete, ungraded code for the notebooks: data, training, figures, widgets, the user's state.

Sub-modules load on first use, so that `import course_lib` stays fast and does not import torch.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    if name in _names():
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_names()})


def _names() -> list[str]:
    return [module.name for module in iter_modules(__path__)]
