"""The proxies say and do the same over both transports."""

from __future__ import annotations

import textwrap
from types import ModuleType

import pytest
import torch

from autograder.sandbox.session import Session
from course_lib.checks.contract import describe
from course_lib.checks.direct import proxy_of
from course_lib.checks.errors import NotImplementedYet, PropertyBroken, StudentError
from course_lib.checks.proxy import Here, Module

SOURCE = textwrap.dedent(
    """
    import numpy
    import torch

    number, text, size, nothing = 3, "é", 2**70, None

    def same(*args, **kwargs):
        return (args, kwargs)

    def doubled(x):
        return 2 * x

    def applied(f, x):
        return f(x) + 1

    def tolerant(f, x):
        try:
            return f(x)
        except Exception:
            return 0

    def put_off(f):
        return lambda: f(torch.ones(2, requires_grad=True))

    def into(x):
        x[0] = 7.0
        return x

    def shorter(values):
        values.pop()

    def graph():
        return torch.ones(3, 2, requires_grad=True).T * 2

    class Loud(torch.Tensor):
        def __eq__(self, other): return True

    def subclass():
        return torch.zeros(2).as_subclass(Loud)

    def array():
        return numpy.float64(2.5), numpy.arange(3)

    def sparse():
        return torch.eye(2).to_sparse()

    def broken():
        return [][1]

    def enormous():
        return list(range(10**6))

    class Line(torch.nn.Module):
        def __init__(self, n):
            super().__init__()
            self.w = torch.nn.Parameter(torch.ones(n))
            self.n = n
            self.unused = torch.nn.Parameter(torch.ones(1))

        def at(self, x):
            return x @ self.w

    def made(n):
        return Line(n)

    def of(line, x):
        return line.at(x)

    def mixed(a, pair, line):
        return (a.detach() + pair[0]) * pair[1] * line.w, a > 0

    def seeded(x):
        torch.manual_seed(3)
        return x

    def drawn(x):
        return x + torch.rand(2)

    def evaluated(net, x):
        return net.eval().w * x

    def trained(net, x):
        return net.train().w * x

    def heavier(net, x):
        net.w.data += 1
        return x

    heavier_ = type(heavier)(heavier.__code__, globals(), "heavier_")

    def stepped(net, optimiser):
        return heavier(net, 0)

    class Optimiser:
        step = zero_grad = None
"""
)


@pytest.fixture(params=["direct", "sandbox"])
def both(request):
    """The module and `here`, once over each transport."""
    if request.param == "direct":
        module = ModuleType("probe")
        module.__file__ = "/probe.py"
        exec(compile(SOURCE, "/probe.py", "exec"), module.__dict__)
        proxy = proxy_of(module)
    else:
        proxy = Module(request.getfixturevalue("opened")("probe", SOURCE))
    return proxy, Here(proxy)


@pytest.fixture
def probe(both):
    return both[0]


def test_plain_values_pass_both_ways(probe):
    assert (probe.number, probe.text, probe.size, probe.nothing) == (3, "é", 2**70, None)
    values = (1, -(2**80), 2.5, "x", None, True, [1, (2, {"a": 3})], torch.float64)
    assert probe.same(*values, key=float("inf")) == (values, {"key": float("inf")})


def test_tensors_pass_both_ways_whatever_their_layout(probe):
    for x in (torch.eye(3).T[1:], torch.arange(4), torch.tensor(2.0), torch.empty(0, 3)):
        assert torch.equal(probe.doubled(x), 2 * x)
    ((flag,), _) = probe.same(torch.tensor([True, False]))
    assert flag.tolist() == [True, False]
    found = probe.graph()
    assert not found.requires_grad
    assert torch.equal(found, 2 * torch.ones(2, 3))


def test_a_subclass_of_tensor_comes_back_as_a_tensor(probe):
    assert type(probe.subclass()) is torch.Tensor


def test_numpy_numbers_are_numbers_and_arrays_are_objects(probe):
    number, array = probe.array()
    assert type(number) is float
    assert not isinstance(array, (torch.Tensor, list))


def test_a_function_of_the_checks_is_called_back(probe):
    assert torch.equal(probe.applied(lambda x: 3 * x, torch.ones(2)), 4 * torch.ones(2))


def test_a_function_of_the_checks_may_use_the_module_itself(probe):
    found = probe.applied(lambda x: probe.applied(lambda y: probe.doubled(y), x), torch.ones(2))
    assert torch.equal(found, 4 * torch.ones(2))


@pytest.mark.parametrize(
    ("call", "error", "reached", "said"),
    [
        ("applied", PropertyBroken("not so"), PropertyBroken, "not so"),
        ("applied", ValueError("out of range"), StudentError,
         r"(?s)raised ValueError: out of range.*, applied: "),
        # Whatever the code does with it.
        ("tolerant", NotImplementedYet("not implemented yet: f"), NotImplementedYet, "implemented"),
    ],
)  # fmt: skip
def test_what_a_callback_raises_reaches_the_check(probe, call, error, reached, said):
    def refuse(x):
        raise error

    with pytest.raises(reached, match=said):
        getattr(probe, call)(refuse, 1)
    assert probe.doubled(2) == 4


def test_changed_arguments_are_named(probe):
    with pytest.raises(PropertyBroken, match=r"changed its argument `x` in place.*x\.clone"):
        probe.into(torch.zeros(2))
    with pytest.raises(PropertyBroken, match=r"changed its argument `values`.*values\.copy"):
        probe.shorter([1, 2])


def test_the_students_exception_is_told_with_its_line(probe):
    with pytest.raises(StudentError) as caught:
        probe.broken()
    assert caught.value.kind == "IndexError"
    assert str(caught.value).startswith("`probe.broken` raised IndexError: list index out of range")
    assert "line 48, broken" in str(caught.value)


def test_a_missing_name_is_named(probe):
    with pytest.raises(PropertyBroken, match=r"`probe\.absent` is not in probe\.py"):
        probe.absent  # noqa: B018
    with pytest.raises(PropertyBroken, match=r"`probe.Line.absent` does not exist"):
        probe.Line(2).absent  # noqa: B018


def test_objects_stay_where_they_are_and_can_be_passed_on(probe):
    line = probe.made(3)
    assert line.n == 3
    assert torch.equal(line.w, torch.ones(3))
    assert float(line.at(torch.ones(3))) == 3
    assert float(probe.of(line, torch.ones(3))) == 3


def test_here_loads_reads_counts_and_differentiates(both):
    probe, here = both
    line = probe.Line(2)
    here.load(line, w=torch.tensor([2.0, 5.0]))
    assert torch.equal(here.state(line)["w"], torch.tensor([2.0, 5.0]))
    count, doubled = here.counted(probe.doubled, torch.ones(10))
    assert (count, doubled.tolist()) == (10, [2.0] * 10)


def test_here_gives_gradients_by_tensors_containers_networks_and_the_own_object(both):
    probe, here = both
    line = probe.Line(2)
    here.load(line, w=torch.tensor([2.0, 5.0]))
    a, b, c = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]), torch.tensor([0.5, 0.25])
    found = here.gradients(probe.mixed, a, [b, c], line=line)
    weights = torch.arange(2).double().cos()
    assert list(found) == ["0:a", "1:pair[0]", "1:pair[1]", "line:line.w", "line:line.unused"]
    torch.testing.assert_close(found["1:pair[0]"].double(), weights * torch.tensor([1.0, 1.25]))
    torch.testing.assert_close(found["line:line.w"].double(), weights * torch.tensor([2.0, 1.5]))
    # What is detached, and what is not used, has gradient 0.
    assert not found["0:a"].any()
    assert not found["line:line.unused"].any()
    assert list(here.gradients(line.at, b)) == ["0:x", "self:self.w", "self:self.unused"]


@pytest.mark.parametrize("function", ["seeded", "drawn"])
def test_a_call_that_changes_the_global_random_state_is_named(probe, function):
    state = torch.get_rng_state()
    with pytest.raises(
        PropertyBroken, match=rf"`probe.{function}` changes the global random state"
    ):
        getattr(probe, function)(torch.ones(2))
    torch.set_rng_state(state)


def test_a_call_that_leaves_another_mode_or_other_weights_is_named(probe):
    line, x = probe.Line(2), torch.ones(2)
    for function, said in (
        ("evaluated", "leaves a network in evaluation mode that was in training mode"),
        ("trained", "leaves a network in training mode that was in evaluation mode"),
        ("heavier", "changes the weights of a network that it only has to run"),
    ):
        with pytest.raises(PropertyBroken, match=rf"`probe.{function}` {said}"):
            getattr(probe, function)(line, x)
    # It is the work of these: one by its name, one by the optimiser that it is given.
    probe.heavier_(line, x)
    probe.stepped(line, probe.Optimiser())


def test_values_that_do_not_fit_are_refused_by_name(both):
    probe, here = both
    for kind, values in ((KeyError, {"v": torch.ones(2)}), (ValueError, {"w": torch.ones(3)})):
        line = probe.Line(2)

        def use(line=line, values=values):
            here.load(line, **values)
            line.at(torch.ones(2))

        with pytest.raises(kind, match=r"no parameter 'v'|shape"):
            use()


def test_torch_is_there_as_well(both):
    probe, here = both
    layer = here.torch.nn.Linear(3, 1, bias=False)
    here.load(layer, weight=torch.tensor([[1.0, 2.0, 3.0]]))
    found = probe.applied(layer, torch.ones(1, 3))
    assert float(found) == 7
    assert here.torch.float64 is torch.float64


def test_what_cannot_be_read_is_an_error_of_that_call_only(probe):
    with pytest.raises(StudentError, match=r"the result cannot be read.*sparse"):
        probe.sparse()
    assert probe.doubled(2) == 4


def test_an_endless_result_is_refused_in_the_sandbox(probe):
    if isinstance(probe._transport, Session):
        with pytest.raises(PropertyBroken, match="more than 200000 values"):
            probe.enormous()
    else:
        assert len(probe.enormous()) == 10**6


def test_what_stays_with_the_students_code_is_described_by_its_type(probe):
    _, array = probe.array()
    assert [describe(v) for v in (array, probe.made(2), probe.graph)] == [
        "numpy int64[3]",
        "Line",
        "function",
    ]


def test_a_callback_gets_tensors_without_graph_and_may_be_called_later(probe):
    seen = []

    def doubled(x):
        seen.append(x.requires_grad)
        return 2 * x

    later = probe.put_off(doubled)
    assert torch.equal(later(), 2 * torch.ones(2))
    assert seen == [False]
