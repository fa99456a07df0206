"""`device = "cuda"`: what the sandbox then shows, and that it is asked for only where it can be."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch
from traitlets import TraitError

from autograder.sandbox import bubblewrap
from autograder.sandbox.engine import SandboxedEngine
from autograder.sandbox.frames import decode, encode
from autograder.sandbox.values import ROOTS, Handle
from course_lib.checks import operations


def test_device_nodes_are_shown_only_when_a_gpu_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(bubblewrap, "_DEV", tmp_path)
    for name in ("nvidia0", "nvidiactl", "nvidia-uvm", "sda"):
        (tmp_path / name).touch()
    without, on_gpu = (bubblewrap.command("bwrap", gpu=gpu) for gpu in (False, True))
    assert not any("nvidia" in word or word.startswith("/sys/bus") for word in without)
    nodes = [on_gpu[n + 1] for n, word in enumerate(on_gpu) if word == "--dev-bind"]
    shown = sorted(n.rpartition("/")[2] for n in nodes if n.startswith(str(tmp_path)))
    assert shown == ["nvidia-uvm", "nvidia0", "nvidiactl"]
    assert "/sys/bus/pci" in on_gpu


def test_another_device_is_refused():
    with pytest.raises(TraitError, match="cuda"):
        SandboxedEngine(device="tpu")


class Answers:
    """A stream that keeps what is sent."""

    def send(self, value):
        self.sent = decode(encode(value))


def test_tensors_and_networks_are_moved_to_the_device(monkeypatch):
    # Where it is mounted in the sandbox.
    monkeypatch.setitem(sys.modules, "autograder.sandbox.operations", operations)
    child_file = importlib.import_module("autograder.sandbox.child")
    source = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.ones(2))
    def where(self):
        return str(self.W.device)
"""
    stream = Answers()
    child = child_file._Child(stream)
    # "meta" stands for a card: it is another device, and every machine has it.
    child.reply_to(("load", "probe", source.encode(), {}, "meta"))
    module = Handle(ROOTS["module"], ("Net",))
    child.reply_to(("call", "call", module, (), {}))
    kind, handle, _ = stream.sent
    assert kind == "ok"
    where = Handle(handle.number, ("where",))
    child.reply_to(("call", "call", where, (), {}))
    assert stream.sent == ("ok", "meta", "")
    inside = child._in([torch.ones(3), {"x": torch.ones(2)}])
    assert [t.device.type for t in (inside[0], inside[1]["x"])] == ["meta", "meta"]
