"""The gradebook can be a PostgreSQL database."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
INITDB = shutil.which("initdb") or (str(_BINARIES[-1]) if _BINARIES else None)


@pytest.fixture
def database():
    """The address of a server that lives as long as the test."""
    pytest.importorskip("psycopg", reason="needs pip install psycopg[binary]")
    if INITDB is None:
        pytest.skip("no PostgreSQL server is installed")
    # Not below pytest's own folder, which is closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="course-postgresql-") as folder:
        Path(folder).chmod(0o755)
        data, user = Path(folder, "data"), []
        data.mkdir()
        if os.geteuid() == 0:
            # The server refuses to run as root.
            if shutil.which("runuser") is None:
                pytest.skip("the server does not run as root")
            shutil.chown(data, "nobody")
            user = ["runuser", "-u", "nobody", "--"]
        subprocess.run(
            [*user, INITDB, "-D", data, "-U", "grader", "-A", "trust", "-N"],
            check=True, capture_output=True,
        )  # fmt: skip
        server = subprocess.Popen(
            [*user, Path(INITDB).parent / "postgres", "-D", data, "-k", data, "-h", "", "-F"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                if (data / ".s.PGSQL.5432").exists():
                    break
                time.sleep(0.1)
            yield f"postgresql+psycopg://grader@/postgres?host={data}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def test_a_class_is_graded_into_postgresql(database, make_class):
    course = make_class(students=2, settings=f"c.CourseDirectory.db_url = {database!r}\n")
    course.nbgrader("generate_assignment", "02_coins", "--force")
    assert "2 submissions written" in course.grade().words
    assert "nothing to do" in course.grade().words
    course.nbgrader("autograde", "02_coins", "--force")
    course.nbgrader("export", "--to=grades.csv")
    lines = (course.folder / "grades.csv").read_text().splitlines()
    assert len(lines) == 3
