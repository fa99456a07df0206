"""Unusual but right modules lose no point through the sandbox."""

from __future__ import annotations

import pytest

from tests.attacks import honest

HONEST = honest()


@pytest.mark.parametrize("module", HONEST, ids=lambda a: a.name)
def test_no_point_is_lost(module, graded):
    for report in graded(module, seconds_per_property=10.0, seconds_per_exercise=60.0):
        broken = [(r.name, r.message) for r in report.results if not r.passed]
        assert report.points == report.max_points, broken


def test_there_are_enough_of_them():
    assert len(HONEST) >= 12
    assert all(module.about and module.base == "solution" for module in HONEST)
