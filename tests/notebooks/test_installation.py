"""The first cell beside what somebody else installed, as in Colab: it adds, and changes nothing.

A virtual environment of its own with pip, in which stand-ins of other versions are installed first.
All packages come from a folder, so that no network is needed and pip could take newer ones.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from autograder.authoring.notebook_frame import install_code
from autograder.paths import ROOT
from course_lib.course import syllabus
from course_lib.notebook import installation

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# What lies there before the course comes, all of it within the declared ranges but for Colab's own
# kernel and widgets, and `typer`, which the course has to replace.
BEFORE = {
    "torch": "2.6.0+cu124",
    "numpy": "1.26.4",
    "ipykernel": "6.17.1",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.8.0",
    "rich": "13.7.1",
    "typer": "0.7.0",
    "unrelated": "1.0",
}
# What could be had. The newest of some would draw other versions in.
OFFERED = [
    *(("torch", "99.0", ()), ("numpy", "99.0", ()), ("matplotlib", "99.0", ())),
    *(("ipykernel", "99.0", ()), ("ipywidgets", "99.0", ()), ("unrelated", "99.0", ())),
    *(("beartype", "0.20.0", ()), ("beartype", "99.0", ("unrelated>=99",))),
    *(("jaxtyping", "0.3.0", ("numpy>=1.26",)), ("jaxtyping", "99.0", ("numpy>=99",))),
    *(("typer", "0.12.0", ("rich>=13",)), ("typer", "99.0", ("rich>=99",)), ("rich", "99.0", ())),
    *(("scikit-learn", "1.4.0", ("numpy>=1.26",)), ("scikit-learn", "99.0", ("numpy>=99",))),
    *(("platformdirs", "4.2.0", ()), ("pooch", "1.8.0", ()), ("tqdm", "4.66.0", ())),
]
RUN = """
import pathlib, sys
try:
    exec(pathlib.Path(sys.argv[1]).read_text(), {})
except RuntimeError as error:
    print(*error._render_traceback_(), sep="\\n")
"""


def stand_in(folder: Path, name: str, version: str, needs: tuple[str, ...] = ()) -> Path:
    """A wheel that has a name, a version and requirements, and nothing else."""
    stem = name.replace("-", "_")
    file = folder / f"{stem}-{version}-py3-none-any.whl"
    about = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    about += [f"Requires-Dist: {need}" for need in needs]
    tag = ["Wheel-Version: 1.0", "Generator: test", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(f"{stem}/__init__.py", f"__version__ = {version!r}\n")
        for entry, lines in (("METADATA", about), ("WHEEL", tag), ("RECORD", [])):
            text = "".join(f"{line}\n" for line in lines)
            wheel.writestr(f"{stem}-{version}.dist-info/{entry}", text)
    return file


class Machine:
    """Somebody else's environment."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder, self.offered = folder, folder / "offered"
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        self.python = str(next((folder / "venv").glob("[bS]*/python*")))
        self.offered.mkdir()
        for name, version, needs in OFFERED:
            stand_in(self.offered, name, version, needs)
        (folder / "before").mkdir()
        self.pip(*(stand_in(folder / "before", *item) for item in BEFORE.items()))
        site = next((folder / "venv").rglob("site-packages"))
        # ipykernel itself needs it, so that it is in every kernel.
        packaging = metadata.distribution("packaging")
        for file in packaging.files or ():
            if file.suffix != ".pyc" and ".." not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                (site / file).write_bytes(Path(str(packaging.locate_file(file))).read_bytes())
        # Debian's packages have versions that pip cannot read; removed ones may leave a rest.
        for rest, text in (
            ("python_apt-2.7build1", "Name: python-apt\nVersion: 2.7build1\n"),
            ("x-1", ""),
        ):
            (site / f"{rest}.dist-info").mkdir()
            (site / f"{rest}.dist-info" / "METADATA").write_text(text)
        self.beside = folder / "content"
        self.beside.mkdir()
        shutil.copy(wheel, self.beside)
        (folder / "cell.py").write_text(install_code(syllabus.load()), encoding="utf-8")

    def env(self) -> dict[str, str]:
        offered = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.offered)}
        return offered | {"PATH": "", "PIP_CONFIG_FILE": "/dev/null", "HOME": str(self.folder)}

    def pip(self, *wheels: Path) -> None:
        command = [self.python, "-m", "pip", "install", "-q", "--no-deps", *map(str, wheels)]
        subprocess.run(command, check=True, env=self.env())

    def installed(self) -> dict[str, str]:
        code = (
            "import json; from importlib.metadata import distributions; "
            "print(json.dumps({d.metadata['Name']: d.version for d in distributions() "
            "if d.metadata and d.metadata['Name']}))"
        )
        done = subprocess.run([self.python, "-c", code], capture_output=True, check=True)
        return json.loads(done.stdout)

    def first_cell(self, *, cwd: Path | None = None) -> str:
        """What the first cell prints in a folder, by default in the one that has the wheel."""
        done = subprocess.run(
            [self.python, "-c", RUN, self.folder / "cell.py"],
            cwd=cwd or self.beside,
            env=self.env(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


# One environment for all of them, wherever they run.
pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture(scope="module")
def machine(tmp_path_factory, wheel) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"), wheel)


def test_the_course_is_added_and_what_was_there_keeps_its_version(machine):
    before = machine.installed()
    assert before["torch"] == BEFORE["torch"]
    said = machine.first_cell().splitlines()
    after = machine.installed()
    assert {n: after[n] for n in before} == before | {"typer": "0.12.0"}
    assert set(after) - set(before) == {
        *("course-lib", "beartype", "jaxtyping", "platformdirs", "pooch", "scikit-learn", "tqdm"),
    }
    assert (after["jaxtyping"], after["beartype"]) == ("0.3.0", "0.20.0")
    assert said[0].startswith("installed: beartype 0.20.0, ")
    assert said[0].endswith("; as they were: torch 2.6.0+cu124 and numpy 1.26.4")
    assert said[1:] == ["In place of typer 0.7.0: restart the session, then run this cell again."]
    # The next day nothing is missing, and nothing is said.
    assert machine.first_cell() == ""
    assert machine.installed() == after


@pytest.mark.parametrize(("name", "old"), [("torch", "2.0.1+cu118"), ("numpy", "1.22.4")])
def test_a_torch_or_numpy_that_does_not_do_is_one_line_and_stays(machine, name, old):
    before = machine.installed()
    machine.pip(stand_in(machine.folder / "before", name, old))
    said = machine.first_cell()
    assert machine.installed() == before | {name: old, "course-lib": VERSION}
    machine.pip(machine.folder / "before" / f"{name}-{BEFORE[name]}-py3-none-any.whl")
    (line,) = said.splitlines()
    assert line.startswith(f"The course cannot be installed here: {name} {old} is installed, and")
    assert f"needs {next(r.specifier for r in declared() if r.name == name)}. It is left" in line


def test_packages_that_cannot_go_together_are_one_line_and_change_nothing(machine):
    machine.first_cell()
    command = [machine.python, "-m", "pip", "uninstall", "-q", "-y", "jaxtyping"]
    subprocess.run(command, check=True, env=machine.env())
    before = machine.installed()
    kept = machine.offered / "jaxtyping-0.3.0-py3-none-any.whl"
    aside = kept.rename(machine.folder / kept.name)
    said = machine.first_cell()
    aside.rename(kept)
    assert machine.installed() == before
    (line,) = said.splitlines()
    assert "pip could not install jaxtyping>=0.3: ERROR: " in line


def declared() -> list[Requirement]:
    return [Requirement(line) for line in metadata.requires("course-lib") or []]


def test_a_python_that_is_too_old_is_one_line(monkeypatch):
    monkeypatch.setattr(syllabus, "in_checkout", lambda: False)
    monkeypatch.setattr("platform.python_version", lambda: "3.10.13")
    with pytest.raises(installation.Unsuitable, match=r"this is Python 3.10.13, and the course"):
        installation.complete()
    # The cell asks before it installs: pip would refuse, and the cell go on.


@pytest.fixture
def without_course(machine):
    """The machine before the course came."""
    command = [machine.python, "-m", "pip", "uninstall", "-q", "-y", "course-lib"]
    subprocess.run(command, check=True, env=machine.env(), capture_output=True)
    return machine


def test_the_wheel_of_an_uploaded_bundle_is_installed(without_course, wheel, tmp_path):
    with zipfile.ZipFile(tmp_path / "student_bundle (1).zip", "w") as bundle:
        bundle.write(wheel, f"student_bundle-0.2.0-3f9a1c2e/{wheel.name}")
        bundle.writestr("student_bundle-0.2.0-3f9a1c2e/README.md", "")
    without_course.first_cell(cwd=tmp_path)
    assert "course-lib" in without_course.installed()
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_without_a_bundle_one_line_says_what_to_upload(without_course, tmp_path):
    before = without_course.installed()
    # An upload that is not complete is no zip file yet.
    (tmp_path / "student_bundle.zip").write_bytes(b"PK\3\4 and the rest is on its way")
    (line,) = without_course.first_cell(cwd=tmp_path).splitlines()
    assert line.startswith("The course is not installed: upload student_bundle.zip into this")
    assert without_course.installed() == before


def test_a_wheel_that_cannot_be_installed_is_one_line(without_course, wheel, tmp_path):
    (tmp_path / wheel.name).write_bytes(b"damaged")
    (line,) = without_course.first_cell(cwd=tmp_path).splitlines()
    assert line.startswith(f"The course is not installed: {wheel.name} could not be installed: ERR")


def test_an_address_that_cannot_be_reached_is_one_line(without_course, tmp_path):
    url = "https://github.com/someone/course"
    public = dataclasses.replace(syllabus.load(), repository=url, tag="v1")
    cell = without_course.folder / "cell.py"
    old = cell.read_text(encoding="utf-8")
    cell.write_text(install_code(public), encoding="utf-8")
    # The PATH of this machine is empty: there is no git to fetch it with.
    (line,) = without_course.first_cell(cwd=tmp_path).splitlines()
    cell.write_text(old, encoding="utf-8")
    assert line.startswith("The course is not installed: git+https://github.com/someone/course@v1 ")


def test_in_a_checkout_nothing_is_looked_at(monkeypatch, capsys):
    assert syllabus.in_checkout()
    monkeypatch.setattr(metadata, "requires", lambda name: pytest.fail("looked"))
    installation.complete()
    assert capsys.readouterr().out == ""
