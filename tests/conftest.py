"""For every test: one torch thread in each worker, so that workers do not fight for cores."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's site, built once; its tests share a worker (`xdist_group("site")`)."""
    from autograder.errors import CourseError
    from autograder.site import build, mathjax

    try:
        mathjax.fetch()
    except CourseError as error:
        pytest.skip(str(error))
    return build(tmp_path_factory.mktemp("site") / "site").parent
