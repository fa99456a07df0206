"""Hidden cases on another device: a real one, or a CUDA device that computes nothing.

`FakeTensorMode` raises as soon as a CPU tensor is mixed with one on "cuda". A torch that was built
without CUDA also lacks the part that says which CUDA device is current, without which nothing can
be indexed or moved: `fake_cuda` lends it torch's own stand-in.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch._subclasses import FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

from autograder.authoring.cases import accept
from autograder.authoring.reference import reference
from course_lib import kit
from course_lib.checks.asserts import assert_true
from course_lib.checks.direct import proxy_of
from course_lib.checks.proxy import Here
from course_lib.checks.random_inputs import Case, Made

__all__ = ["assert_same_as_on_cpu", "call", "call_on_fake", "devices", "fake_device"]

_HERE = SimpleNamespace(torch=torch, kit=kit)
_CUDA = int(torch._C._autograd.DeviceType.CUDA.value)
_REGISTRY = "_ZN3c104impl26device_guard_impl_registryE"


@contextmanager
def _stand_in_guard() -> Iterator[None]:
    """Lay a do-nothing guard for CUDA into a torch that was built without one.

    torch replaces a guard that counts no device by its do-nothing guard, but not a missing one. So
    it is shown an object all of whose methods return 0, and replaces that.
    """
    folder = Path(torch.__file__).parent / "lib"
    file = next((f for f in folder.glob("libc10.*") if f.suffix in (".so", ".dylib")), None)
    if torch.backends.cuda.is_built() or file is None:
        yield
        return
    registry = (ctypes.c_void_p * (_CUDA + 1)).in_dll(ctypes.CDLL(str(file)), _REGISTRY)
    before = registry[_CUDA]
    returns_zero = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)
    address = ctypes.cast(returns_zero, ctypes.c_void_p).value
    methods = (ctypes.c_void_p * 64)(*[address] * 64)
    guard = ctypes.c_void_p(ctypes.addressof(methods))
    registry[_CUDA] = ctypes.addressof(guard)
    torch._C._ensureCUDADeviceGuardSet()
    assert registry[_CUDA] != ctypes.addressof(guard), "torch left the guard as it was"
    try:
        yield
    finally:
        registry[_CUDA] = before


class _WhatFakesForgive(TorchFunctionMode):
    """Raises for two mixtures that a real device refuses and a fake one lets pass."""

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        generator = kwargs.get("generator")
        if generator is not None and isinstance(result, torch.Tensor):
            _same_device("generator", generator.device, result.device)
        if func in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
            for index in tree_leaves(args[1]):
                if isinstance(index, torch.Tensor) and index.device.type != "cpu":
                    _same_device("index", index.device, args[0].device)
        return result


def _same_device(what: str, there: torch.device, here: torch.device) -> None:
    if there.type != here.type:
        raise RuntimeError(f"{what} on {there} for a tensor on {here}")


@contextmanager
def fake_device() -> Iterator[None]:
    """Inside, tensors can be made on any device, and mixing devices raises."""
    with _stand_in_guard(), FakeTensorMode(allow_non_fake_inputs=True), _WhatFakesForgive():
        yield


def call(module: ModuleType, attribute: str, case: Case, device: str = "cpu") -> Any:
    """What the module's function returns for a hidden case that lies on a device.

    Args:
        module: a lecture module.
        attribute: the exercise's name inside the module, such as "Model.log_prob".
        case: the inputs.
        device: name of a device that is there.
    """
    if case.run:
        proxy = proxy_of(module)
        return case.run(proxy, Here(proxy), device)
    model, method = _model(module, attribute, case)

    def moved(value: Any) -> Any:
        if isinstance(value, nn.Module):
            return value.to(device)
        return value.to(device, copy=True) if isinstance(value, torch.Tensor) else value

    args, kwargs = tree_map(moved, (_arguments(module, case), case.kwargs))
    return getattr(moved(model), method)(*args, **kwargs)


def call_on_fake(module: ModuleType, attribute: str, case: Case, device: str = "cuda") -> Any:
    """What `call` returns on a fake device: tensors that have a shape, dtype and device only.

    Raises:
        RuntimeError: tensors of two devices were mixed (`FakeTensorDeviceMismatchError`).
    """

    def faked(value: Any) -> Any:
        if isinstance(value, nn.Module):
            return fake_model(value)
        if not isinstance(value, torch.Tensor):
            return value
        return torch.empty_strided(
            value.shape, value.stride(), dtype=value.dtype, device=device
        ).requires_grad_(value.requires_grad)

    def fake_model(model: Any) -> Any:
        # As `.to(device)`: a tensor that is a plain attribute stays where it was made.
        for part in model.modules() if isinstance(model, nn.Module) else []:
            for name, parameter in part._parameters.items():
                if parameter is not None:
                    fake = nn.Parameter(faked(parameter.detach()), parameter.requires_grad)
                    part._parameters[name] = fake
            part._buffers.update({k: faked(v) for k, v in part._buffers.items()})
        return model

    # The model is made outside, with values, as a student makes it before moving it.
    model, method = _model(module, attribute, case)
    given = _arguments(module, case)
    with fake_device():
        args, kwargs = tree_map(faked, (given, case.kwargs))
        return getattr(fake_model(model), method)(*args, **kwargs)


def _model(module: ModuleType, attribute: str, case: Case) -> tuple[Any, str]:
    """What the function is an attribute of (the module or an instance of its class), its name."""
    owner, _, method = attribute.rpartition(".")
    if not owner:
        return module, method
    return _made(module, Made(owner, case.init, case.load)), method


def _arguments(module: ModuleType, case: Case) -> list[Any]:
    return [_made(module, a) if isinstance(a, Made) else a for a in case.args]


def _made(module: ModuleType, wanted: Made) -> Any:
    with torch.random.fork_rng(devices=[]):  # torch's own layers begin with global draws
        model = wanted.class_in(module, _HERE)(**wanted.init)
    with torch.no_grad():
        own = dict(model.named_parameters()) | dict(model.named_buffers())
        for key, value in wanted.load.items():
            own[key.replace("__", ".")].copy_(value)
    return model


def assert_same_as_on_cpu(
    module: ModuleType, exercise: str, case: Case, dtype: torch.dtype, device: str
) -> None:
    """Hold a case's result on a device that is there to the result on the CPU.

    Raises:
        PropertyBroken: they differ, or the result lies on another device.
    """
    name, _, attribute = exercise.partition(".")
    expected = call(module, attribute, case)
    result = call(module, attribute, case, device)
    if devices((case.args, case.kwargs, case.load)) and devices(expected):
        kind = torch.device(device).type
        assert_true(
            devices(result) == {kind},
            f"`{exercise}` returned tensors on {', '.join(sorted(devices(result)))}, not {kind}",
        )
    back = tree_map(lambda v: v.detach().cpu() if isinstance(v, torch.Tensor) else v, result)
    accept(case, back, expected, dtype, proxy_of(reference(name)), f"`{exercise}`")


def devices(value: Any) -> set[str]:
    """The types of all devices that a result's tensors lie on."""
    return {t.device.type for t in tree_leaves(value) if isinstance(t, torch.Tensor)}
