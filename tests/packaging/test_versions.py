"""The declared ranges, the exact versions and conda's environment say the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from autograder.paths import ROOT

PROJECTS = {
    name: tomllib.loads((ROOT / name).read_text(encoding="utf-8"))["project"]
    for name in ("pyproject.toml", "autograder/pyproject.toml")
}
OWN = {canonicalize_name(project["name"]) for project in PROJECTS.values()}
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = {
    canonicalize_name(name): version
    for name, _, version in (line.partition("==") for line in CONSTRAINTS if line[0] != "#")
}


def declared() -> list[Requirement]:
    found = []
    for project in PROJECTS.values():
        found += project["dependencies"]
        for extra in project["optional-dependencies"].values():
            found += extra
    return [r for r in map(Requirement, found) if canonicalize_name(r.name) not in OWN]


def test_all_versions_are_the_same_and_so_is_the_tag_of_a_release():
    """The workflow for releases sets RELEASE_TAG."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\S+)", changes)
    assert newest
    (version,) = {project["version"] for project in PROJECTS.values()}
    assert (citation["version"], newest[1]) == (version, version)
    assert os.environ.get("RELEASE_TAG", f"v{version}") == f"v{version}"
    assert Version(version) >= Version("0.2.0")


def test_the_citation_has_what_its_format_asks_for_and_no_address():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    optional = {"abstract", "keywords", "license", "type", "version"}
    assert set(citation) <= {"cff-version", "message", "title", "authors", *optional}
    assert citation["type"] == "software"
    assert all(set(author) == {"name"} for author in citation["authors"])


def environment() -> tuple[dict[str, str], list[str]]:
    """Conda's packages with their version, and pip's lines."""
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in wanted if isinstance(entry, dict))
    conda = [re.fullmatch(r"([\w.-]+)([<>=!].*)?", e) for e in wanted if isinstance(e, str)]
    return {m[1]: m[2] or "" for m in conda if m}, pip


@pytest.mark.parametrize("requirement", declared(), ids=lambda r: r.name)
def test_every_dependency_has_an_exact_version_inside_its_range(requirement):
    version = PINS.get(canonicalize_name(requirement.name))
    assert version, f"{requirement.name} is not in constraints.txt: run `make constraints`"
    assert version in requirement.specifier


def test_every_line_of_the_constraints_is_one_exact_public_version():
    lines = [line for line in CONSTRAINTS if line[0] != "#"]
    assert len(PINS) == len(lines) > 100
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert not OWN & set(PINS)
    assert all(Version(version).local is None for version in PINS.values())


def test_the_course_is_tested_with_this_torch():
    assert PINS[canonicalize_name("torch")] == "2.13.0"


@pytest.mark.skipif(
    Path(sys.prefix).resolve() != (ROOT / ".venv").resolve(),
    reason="only the environment that the Makefile makes has to have the exact versions",
)
def test_what_is_installed_has_the_exact_versions():
    other = {}
    # Not all of sys.path: setuptools puts packages of its own there.
    for distribution in metadata.distributions(path=[sysconfig.get_path("purelib")]):
        name = canonicalize_name(distribution.metadata["Name"])
        installed = Version(distribution.version).public
        if name in PINS and Version(installed) != Version(PINS[name]):
            other[name] = (installed, PINS[name])
    assert other == {}, "run `make lab`, or `make constraints` if the newer versions are meant"


def test_condas_python_is_one_that_both_packages_accept():
    conda, _ = environment()
    series = conda["python"].lstrip("=")
    for project in PROJECTS.values():
        assert f"{series}.0" in SpecifierSet(project["requires-python"])


def test_conda_installs_what_the_makefile_installs_in_the_exact_versions():
    conda, pip = environment()
    assert set(conda) == {"python", "pip"}, "a package here would have a version of its own"
    assert pip == ["-c constraints.txt", "-e .[lab]", "-e ./autograder[test,site]"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in pip:
        option, _, value = line.partition(" ")
        assert f"{option} {value}" in makefile or f'{option} "{value}"' in makefile


def python_of(version: tuple[int, ...], file: Path) -> Path:
    """A program that runs `-c` as a Python of this version would."""
    said = ".".join(map(str, version))
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.version_info = {version}; '
        f'sys.version = \'{said} (default)\'; sys.argv.pop(0); exec(sys.argv[1])" "$@"\n',
        encoding="utf-8",
    )
    file.chmod(0o755)
    return file


@pytest.mark.skipif(os.name == "nt", reason="the Makefile is for Linux and macOS")
@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3": (3, 9, 6), "python3.12": (3, 12, 1), "python3.11": (3, 11, 2)}, "python3.12"),
        ({"python3": (3, 12, 1), "python3.13": (3, 13, 0)}, "python3"),
        ({"python3": (3, 9, 6)}, "python3"),
        ({}, "python3"),
    ],
)
def test_a_python_that_is_new_enough_is_found(tmp_path, there, taken):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("make", "sh", "uname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    for name, version in there.items():
        python_of(version, tools / name)
    run = subprocess.run(
        ["make", "--dry-run", "lab"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = (each for each in run.stdout.splitlines() if "import sys; sys.version_info" in each)
    assert line.startswith(f"{taken} -c ")


@pytest.mark.skipif(os.name == "nt", reason="the Makefile is for Linux and macOS")
def test_a_python_that_is_too_old_is_one_clear_line(tmp_path):
    old = python_of((3, 9, 6), tmp_path / "old-python")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for python, said in (
        (str(old), "is 3.9.6. Get one from"),
        ("no-such-python", "there is no 'no-such-python' here"),
    ):
        run = subprocess.run(
            ["make", "lab", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True
        )
        lines = [line for line in run.stderr.splitlines() if not line.startswith("make")]
        assert run.returncode != 0
        assert len(lines) == 1, run.stderr
        assert lines[0].startswith("Python 3.11 or newer is needed")
        assert said in lines[0]
        assert not (tmp_path / ".venv").exists()
