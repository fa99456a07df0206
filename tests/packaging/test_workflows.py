"""The workflow files for a public repository parse, and call only what exists."""

from __future__ import annotations

import os
import re
import shlex

import pytest
import yaml
from typer.main import get_group

from autograder.app import app as autograder_app
from autograder.paths import ROOT
from course_lib.commands.app import app as course_app
from tests.packaging.test_pages import make_targets

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in FILES}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
# Programs of the runners' images and of Python.
GIVEN = {"cd", "gh", "python", "rm", "sha256sum", "sudo"}
ACTIONS = {"actions/checkout", "actions/setup-python"}
each_workflow = pytest.mark.parametrize("name", WORKFLOWS)


def steps(name):
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


def commands(name):
    """Every command of a workflow as its words."""
    for step in steps(name):
        for line in step.get("run", "").strip().splitlines():
            yield shlex.split(line.partition(" > ")[0])


def test_there_is_one_for_pushes_one_for_the_night_and_one_for_releases():
    # YAML reads the key `on` as a Boolean.
    events = {name: set(workflow[True]) for name, workflow in WORKFLOWS.items()}
    assert events == {
        "nightly": {"schedule", "workflow_dispatch"},
        "push": {"push", "pull_request"},
        "release": {"push"},
    }
    assert WORKFLOWS["release"][True]["push"] == {"tags": ["v*"]}


@each_workflow
def test_every_action_is_pinned_by_its_major_version_and_pip_is_cached(name):
    used = [step["uses"] for step in steps(name) if "uses" in step]
    for action in used:
        assert re.fullmatch(rf"({'|'.join(ACTIONS)})@v\d+", action), action
    set_up = [step["with"] for step in steps(name) if "setup-python" in step.get("uses", "")]
    assert len(set_up) == len(WORKFLOWS[name]["jobs"])
    for options in set_up:
        assert (options["cache"], options["cache-dependency-path"]) == ("pip", "constraints.txt")


@each_workflow
def test_a_workflow_may_only_read_and_a_release_may_write_itself(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    for job in WORKFLOWS[name]["jobs"].values():
        assert job["timeout-minutes"] <= 240
        expected = {"contents": "write"} if name == "release" else None
        assert job.get("permissions") == expected


@each_workflow
def test_every_command_and_every_target_exists(name):
    known = {"course": get_group(course_app).commands}
    known["autograder"] = get_group(autograder_app).commands
    for program, *arguments in commands(name):
        if program == "make":
            assert {a for a in arguments if "=" not in a} <= make_targets(), arguments
        elif program in known:
            command = known[program].get(arguments[0])
            assert command is not None, (program, arguments)
            options = {option for p in command.params for option in p.opts}
            assert {a for a in arguments if a.startswith("--")} <= options, arguments
        else:
            assert program in GIVEN, program
        for path in (a for a in arguments if a.startswith("tests/")):
            assert (ROOT / path).exists(), path


def test_the_whole_course_is_tested_on_the_oldest_and_the_newest_python():
    linux, student = (WORKFLOWS["push"]["jobs"][job] for job in ("linux", "student"))
    assert linux["strategy"]["matrix"]["python"] == ["3.11", "3.14"]
    assert {os_.partition("-")[0] for os_ in student["strategy"]["matrix"]["os"]} == {
        *("macos", "windows"),
    }
    run = [step.get("run", "") for step in linux["steps"]]
    assert any(line.startswith("make test") for line in run)
    half = [step.get("run", "") for step in student["steps"]]
    assert {"course status", "course check"} <= set(half)


def test_a_release_has_two_wheels_the_bundle_and_their_checksums():
    run = "\n".join(step.get("run", "") for step in steps("release"))
    assert "pip wheel --no-deps --no-build-isolation --wheel-dir dist . ./autograder" in run
    assert "autograder release --all --out dist/student_bundle" in run
    assert "sha256sum -- *.whl *.zip > SHA256SUMS" in run


@each_workflow
def test_a_workflow_names_no_repository(name):
    assert "github.com" not in TEXTS[name].replace("github.com/actions", "")


def test_the_script_for_other_runners_can_be_executed():
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").rstrip().endswith("make test")
    assert os.name == "nt" or os.access(script, os.X_OK)
