"""Instances are made in the sandbox with the first request that needs them; no check can tell."""

from __future__ import annotations

import pytest
import torch

from autograder.authoring.reference import reference, solution_text
from autograder.sandbox.session import Session
from course_lib.checks.asserts import assert_raises
from course_lib.checks.errors import PropertyBroken, StudentError
from course_lib.checks.proxy import Here, Module
from course_lib.checks.registry import Property
from course_lib.checks.run import run_properties

SOUND = solution_text("coins")
RAISES = SOUND.replace("super().__init__()", "raise ValueError('no Coins today')", 1)
GONE = SOUND.replace("class Coins(", "class Dice(", 1)


def proxies(session: Session) -> tuple[Module, Here]:
    proxy = Module(session)
    return proxy, Here(proxy)


def test_making_and_filling_travel_with_the_first_call(opened, monkeypatch):
    session = opened("coins", SOUND)
    coins, here = proxies(session)
    asked = []
    whole = session._exchange

    def noted(request):
        asked.append(request[0])
        return whole(request)

    monkeypatch.setattr(session, "_exchange", noted)
    models = [coins.Coins(n_dims=2, seed=k) for k in range(2)]
    here.load(models[1], b=torch.tensor([1.0, -1.0]))
    assert not asked
    state = here.state(models[1])
    assert asked == ["after"]
    assert state["b"].tolist() == [1.0, -1.0]
    assert torch.equal(here.state(models[0])["b"], reference("coins").Coins(2, seed=0).b)
    assert asked == ["after", "state"]


def test_what_a_constructor_raises_is_told_as_its_own(opened):
    coins, _ = proxies(opened("coins", RAISES))
    model = coins.Coins(2)
    with pytest.raises(StudentError, match="no Coins today") as caught:
        model.logits(torch.zeros(1, 2))
    assert "`coins.Coins`" in str(caught.value)
    assert_raises(ValueError, coins.Coins, 2, mentions="today")
    with pytest.raises(StudentError, match="no Coins today"):
        assert_raises(TypeError, coins.Coins, 2)


def test_a_constructor_that_raises_breaks_a_property_that_only_constructs(opened):
    coins, here = proxies(opened("coins", RAISES))
    only = Property(
        "coins.Coins.log_prob", "Coins can be made", lambda m: m.Coins(2), 1.0, "", False
    )
    (result,) = run_properties([only], coins, here, 5.0)
    assert not result.passed
    assert "no Coins today" in result.message


def test_a_class_that_is_gone_is_named(opened):
    coins, _ = proxies(opened("coins", GONE))
    with pytest.raises(PropertyBroken, match=r"`coins\.Coins` is not in coins\.py"):
        coins.Coins(2).logits(torch.zeros(1, 2))
