"""Lecture 1's reference and its widget, beyond what the checks say."""

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from autograder.authoring.cases import hidden_results
from autograder.authoring.reference import module_from_source, reference, solution_text
from course_lib.checks import F64, all_binary, seeded
from course_lib.checks.operations import count_operations
from course_lib.lectures.chain_rule.widgets import pixel_conditional

chain_rule = reference("chain_rule")


def random_table(n_dims, seed):
    table = torch.rand((2,) * n_dims, generator=seeded(seed), dtype=F64)
    return table / table.sum()


def random_model(n_dims, seed):
    model = chain_rule.FVSBN(n_dims, seed=seed, dtype=F64, scale=1.0)
    with torch.no_grad():
        model.b.copy_(torch.randn(n_dims, generator=seeded(seed + 1)))
    return model


def test_divergence_obeys_its_chain_rule_in_every_order():
    """KL of the joints = Σ_k E_p KL of the k-th conditionals."""
    p, q = random_table(3, 1), random_table(3, 2)
    whole = chain_rule.kl_divergence(p, q)
    for order in itertools.permutations(range(3)):
        of_p = chain_rule.conditionals_from_joint(p, order)
        of_q = chain_rule.conditionals_from_joint(q, order)
        total = 0.0
        for k in range(3):
            weight = p.permute(order).reshape((2,) * k + (-1,)).sum(-1)
            for history in itertools.product((0, 1), repeat=k):
                one_p, one_q = of_p[k][history], of_q[k][history]
                part = chain_rule.kl_divergence(
                    torch.stack([1 - one_p, one_p]), torch.stack([1 - one_q, one_q])
                )
                total += weight[history] * part
        torch.testing.assert_close(total, whole, rtol=0, atol=1e-12)


def test_maximum_likelihood_gives_the_logistic_regressions_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    x = random_model(4, seed=3).sample(600, seed=0)
    model = chain_rule.FVSBN(4, dtype=F64, scale=0.0)
    optimiser = torch.optim.LBFGS(
        model.parameters(), max_iter=200, tolerance_grad=1e-10, line_search_fn="strong_wolfe"
    )

    def loss():
        optimiser.zero_grad()
        value = -model.log_prob(x).mean()
        value.backward()
        return value

    optimiser.step(loss)
    for i in range(1, 4):
        oracle = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000)
        oracle.fit(x[:, :i].numpy(), x[:, i].numpy())
        np.testing.assert_allclose(model.W[i, :i].detach(), oracle.coef_[0], atol=1e-3)
        np.testing.assert_allclose(model.b[i].item(), oracle.intercept_[0], atol=1e-3)


def test_independent_start_is_the_independent_model():
    x = (torch.rand(50, 6, generator=seeded(0)) < 0.3).float()
    x[:, 2] = 0
    model = chain_rule.FVSBN(6)
    model.init_independent_(x)
    assert not model.W.any()
    torch.testing.assert_close(model.b.sigmoid(), (x.sum(0) + 1) / 52)
    assert torch.isfinite(model.log_prob(1 - x)).all()
    model.to("meta").init_independent_(x.to("meta"))  # nothing in it lies on the CPU


def test_sampling_costs_one_pass_and_not_one_for_each_dimension():
    """O(D²) per sample: twice the dimensions, four times the operations; D passes would be 8."""
    n = 3
    costs = {}
    for n_dims in (64, 128):
        model = chain_rule.FVSBN(n_dims)
        costs[n_dims] = count_operations(model.sample, n, 0)
        one_pass = count_operations(model.logits, torch.zeros(n, n_dims))
        assert costs[n_dims] < 4 * one_pass
    assert costs[128] < 4.5 * costs[64]


def test_an_unusable_order_is_shown_in_the_message():
    with pytest.raises(ValueError, match=r"permutation of 0, …, 2; got \[0, 0, 2\]"):
        chain_rule.conditionals_from_joint(random_table(3, 0), [0, 0, 2])


def test_widget_shows_the_models_own_conditional():
    model = random_model(6, seed=4)
    images = all_binary(6, F64)
    figure = pixel_conditional.draw(model.W, model.b, images, (2, 3), row=1, column=1, example=45)
    p = model.logits(images)[45, 4].sigmoid().item()
    assert f"{p:.3f}" in figure.axes[-1].get_title()


def test_integers_of_any_size_are_compared_exactly():
    name = "chain_rule.parameter_count"
    module: Any = module_from_source(solution_text("chain_rule"), "chain_rule")
    count = module.parameter_count
    assert all(r.passed for r in hidden_results(name, module, seed=0))
    for wrong in (lambda n, f: count(n, f) + (n == 60), lambda n, f: count(n, f) + 2**70):
        module.parameter_count = lambda n_dims, family, wrong=wrong: wrong(n_dims, family)
        results = hidden_results(name, module, seed=0)
        assert not all(r.passed for r in results)
        assert not any("could not go on" in r.message for r in results)
