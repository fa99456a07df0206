"""Random arguments of an exercise, written once.

A lecture's `course_lib/lectures/NAME/inputs.py` yields them. The public checks draw them from a
seed that everybody knows, the hidden comparison with the reference from one that nobody does.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from course_lib.checks.tensors import F64

__all__ = ["Case", "Draw", "Made", "inputs", "inputs_for", "normal", "seeded"]

Source = int | torch.Generator
_TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-8}


def seeded(source: Source) -> torch.Generator:
    """A generator with this seed; a generator as it is."""
    return torch.Generator().manual_seed(source) if isinstance(source, int) else source


def normal(source: Source, *shape: int) -> torch.Tensor:
    """Standard normal numbers in float64."""
    return torch.randn(shape, generator=seeded(source), dtype=F64)


class Draw:
    """Draws random arguments, each the same in every dtype and rounded to it.

    Attributes:
        rng: where the draws come from.
        dtype: of the floating-point ones.
    """

    def __init__(self, seed: int, dtype: torch.dtype = F64):
        self.rng, self.dtype = seeded(seed), dtype

    def normal(self, *shape: int) -> torch.Tensor:
        """Standard normal numbers."""
        return normal(self.rng, *shape).to(self.dtype)

    def wide(self, *shape: int) -> torch.Tensor:
        """Such numbers, every third of which lies 7 further away from 0: nobody may clip them."""
        x = normal(self.rng, *shape)
        far = (torch.arange(x.numel()) % 3 == 1).reshape(x.shape)
        return torch.where(far, x + 7 * x.sign(), x).to(self.dtype)

    def uniform(self, *shape: int) -> torch.Tensor:
        """Numbers between 0 and 1."""
        return torch.rand(shape, generator=self.rng, dtype=F64).to(self.dtype)

    def bits(self, *shape: int) -> torch.Tensor:
        """Zeros and ones, each with probability ½."""
        return self.integers(2, *shape).to(self.dtype)

    def integers(self, end: int, *shape: int) -> torch.Tensor:
        """Integers from 0 to `end` − 1, as int64."""
        return torch.randint(end, shape, generator=self.rng)

    def order(self, n: int) -> torch.Tensor:
        """A permutation of 0 … n − 1, as int64."""
        return torch.randperm(n, generator=self.rng)


class Made(NamedTuple):
    """An argument that is an instance of a class of the lecture module, made where its code lives.

    Attributes:
        name: of the class; "torch.nn.Linear" and the like are torch's, "kit.…" the kit's.
        init: constructor arguments.
        load: parameter name → values, copied into the instance.
    """

    name: str
    init: dict[str, Any]
    load: dict[str, torch.Tensor]

    def make(self, module: Any, here: Any) -> Any:
        """The instance, of the class of this module's, made through `here`."""
        instance = self.class_in(module, here)(**self.init)
        here.load(instance, **self.load)
        return instance

    def again(self, made: dict[str, Any], module: Any, here: Any) -> Any:
        """The one among `made` that was made alike, with other weights, in evaluation mode.

        A new one where there is none: it is put among them.
        """
        alike = str((self.name, self.init))
        if alike not in made:
            made[alike] = self.make(module, here)
        else:
            here.load(made[alike], **self.load)
            made[alike].eval()
        return made[alike]

    def class_in(self, module: Any, here: Any) -> Any:
        """The class, from the lecture module or from what has torch and kit, or their proxies."""
        first, *rest = self.name.split(".")
        owner = here if first in ("torch", "kit") else module
        return functools.reduce(getattr, rest, getattr(owner, first))


@dataclass(frozen=True)
class Case:
    """One call: `function(*args, **kwargs)`, or a method of an instance made for it.

    Attributes:
        args: positional arguments of the call; a `Made` stands for the instance.
        kwargs: named arguments of the call.
        init: constructor arguments, for a method.
        load: parameter name → values, copied into the instance.
        atol: tolerance of the comparison, absolute and relative; by default 1e-4 in float32 and
            1e-8 in float64.
        run: for calls that take what only torch can make, such as networks and their optimisers, or
            that show what they do only in these: a function of (module, here, device) that makes
            them through `here`, calls the module's function and returns what is compared.
        compare: for results that need not equal the reference's, such as samples: a function of
            (the student's result, the reference module, this case) that raises `PropertyBroken`.
        what: what the case tries, for the instructor.
    """

    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    init: dict[str, Any] = field(default_factory=dict)
    load: dict[str, torch.Tensor] = field(default_factory=dict)
    atol: float | None = None
    run: Callable | None = None
    compare: Callable | None = None
    what: str = ""

    def tolerance(self, dtype: torch.dtype) -> float:
        """How far a result for arguments of this dtype may be from what it should be."""
        return _TOLERANCE[dtype] if self.atol is None else self.atol

    def call(self, module: Any, here: Any, attribute: str) -> Any:
        """What the module's function returns for this case.

        Args:
            module: proxy of a lecture module.
            here: torch and the kit where the module's code lives.
            attribute: the exercise's name inside the module, such as "Model.log_prob".
        """
        if self.run:
            return self.run(module, here, "cpu")
        function, args, _ = self.bound(module, here, attribute)
        return function(*args, **self.kwargs)

    def bound(self, module: Any, here: Any, attribute: str) -> tuple[Any, list[Any], Any]:
        """The function that the case calls, its positional arguments, and a method's own object."""
        owner, _, method = attribute.rpartition(".")
        args = [a.make(module, here) if isinstance(a, Made) else a for a in self.args]
        if owner:
            module = self.instance(module, here, owner)
        return getattr(module, method), args, module if owner else None

    def instance(self, module: Any, here: Any, name: str) -> Any:
        """An instance of the class of this name, as `init` and `load` say."""
        return Made(name, self.init, self.load).make(module, here)


CaseMaker = Callable[[Draw], Iterator[Case]]
_registered: dict[str, CaseMaker] = {}


def inputs_for(*exercises: str) -> Callable[[CaseMaker], CaseMaker]:
    """Register a generator of an exercise's cases, or of several: `Draw` → cases."""

    def register(maker: CaseMaker) -> CaseMaker:
        _registered.update(dict.fromkeys(exercises, maker))
        return maker

    return register


def inputs(exercise: str, seed: int, dtype: torch.dtype = F64) -> list[Case]:
    """Cases of an exercise for one seed; none where its lecture's `inputs.py` has none.

    Args:
        exercise: name as in `course.toml`.
        seed: of all that is random in them.
        dtype: of the floating-point arguments.
    """
    importlib.import_module(f"course_lib.lectures.{exercise.partition('.')[0]}.inputs")
    maker = _registered.get(exercise)
    return list(maker(Draw(seed, dtype))) if maker else []
