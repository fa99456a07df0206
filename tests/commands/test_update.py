"""`course update`: a corrected course in the place of the old one, and nothing written is lost."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from autograder.authoring import release as releasing
from course_lib.course import archive, release, swap, syllabus
from course_lib.course.scaffold import scaffold_text
from tests.processes import Ran

MODULE = Path("course_lib/coins.py")
NOTEBOOK = Path("notebooks/02_coins/02_coins.ipynb")
COURSE = syllabus.load()
HELPER = (
    '# Mine, for one model.\ndef _share(log_probs):\n    """Of mine."""\n    return log_probs\n'
)
BODY = "        # my own idea\n        return self.logits(x).sum(dim=1)\n"


def zipped(folder: Path, target: Path) -> Path:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    content = {f"{folder.name}/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in files}
    target.write_bytes(archive.zipped(content))
    return target


def corrected(text: str, module: str) -> str:
    """The scaffold of a release that corrects lecture 2."""
    made = scaffold_text(text, module)
    for old, new in (
        ("K models.\n", "K models, all equally likely.\n"),
        ('"""Log-probability of every example.', '"""Log-probability of each example.'),
        ("def sample(self, n: int, seed: int)", "def sample(self, n: int, seed: int = 0)"),
    ):
        made = made.replace(old, new)
    return made


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> tuple[Path, Path]:
    """The course as it was first released, and corrected."""
    folder = tmp_path_factory.mktemp("releases")
    releasing.make_bundle(folder / "old", COURSE.notebooks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "scaffold_text", corrected)
        releasing.make_bundle(folder / "new", COURSE.notebooks)
    checks = folder / "new" / "course_lib/lectures/coins/checks.py"
    text = checks.read_text("utf-8")
    checks.write_text(text.replace('"""Two models with p', '"""Two coins with p'), "utf-8")
    (folder / "new" / "course_lib/lectures/dice/inputs.py").rename(
        folder / "new" / "course_lib/lectures/dice/drawn.py"
    )
    built = json.loads((folder / "new" / NOTEBOOK).read_text("utf-8"))
    first = built["cells"][0]
    first |= {"id": "0123456789ab", "source": f"{''.join(first['source'])} Corrected."}
    (folder / "new" / NOTEBOOK).write_text(json.dumps(built), "utf-8")
    return folder / "old", folder / "new"


@pytest.fixture
def newer(releases, tmp_path) -> Path:
    return zipped(releases[1], tmp_path / "student_bundle.zip")


@pytest.fixture
def folder(releases, tmp_path, monkeypatch) -> Path:
    """A student's folder with some of everything written."""
    made = Path(shutil.copytree(releases[0], tmp_path / "my_course"))
    text = (made / MODULE).read_text("utf-8")
    for old, new in (
        ("import math\n", "import math\nimport time  # mine\n"),
        ("def mixture", f"EPS = 1e-7\n\n\n{HELPER}\n\ndef mixture"),
        (
            "    @torch.no_grad()\n",
            "    def _mine(self):\n        return 3\n\n    @torch.no_grad()\n",
        ),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    begin = text.index("        raise NotImplementedError", text.index("def log_prob"))
    end = text.index("\n", text.index("section 2.2", begin))
    end = text.index(")\n", end - 2) + 2
    text = text[:begin] + BODY + text[end:]
    (made / MODULE).write_text(text, "utf-8")
    (made / "notes.txt").write_text("mine", "utf-8")
    (made / ".venv").mkdir()
    (made / ".venv" / ".set-up").write_text("here", "utf-8")
    monkeypatch.chdir(made)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def backup(folder: Path) -> Path:
    (found,) = folder.parent.glob(f"{folder.name}.before-*")
    return found


def test_every_written_line_is_in_the_corrected_file_and_the_correction_too(
    student, folder, releases, newer
):
    before = contents(folder)
    new = release.read(releases[1])
    assert new is not None
    ran = student.run("update", str(newer))
    assert ran.code == 0, ran.err
    text = MODULE.read_text("utf-8")
    # What is left without the student's lines is the corrected scaffold, to the letter.
    for mine in (
        *("import time  # mine\n", f"EPS = 1e-7\n\n\n{HELPER}\n\n"),
        "    def _mine(self):\n        return 3\n\n",
    ):
        assert text.count(mine) == 1
        text = text.replace(mine, "")
    scaffold = (releases[1] / MODULE).read_text("utf-8")
    begin = scaffold.index("        raise", scaffold.index("def log_prob"))
    assert text.replace(BODY, "") == scaffold.replace(scaffold[begin:].split("\n\n")[0] + "\n", "")
    # The old folder is whole beside it, but for what is installed.
    old = {name: data for name, data in before.items() if not name.startswith(".venv")}
    assert contents(backup(folder)) == old
    assert (folder / "notes.txt").read_text("utf-8") == "mine"
    assert not (folder / ".venv" / ".set-up").exists()
    assert not (folder / "course_lib/lectures/dice/inputs.py").exists()
    assert (folder / "course_lib/lectures/dice/drawn.py").is_file()
    assert not list(folder.glob(".updating*"))
    now = release.read(folder)
    assert now is not None
    assert (now.version, len(now.before)) == (new.version, 1)
    said = ran.words
    assert "coins.Coins.log_prob carried over docstring" in said
    assert "coins.mixture_log_prob not written docstring, new property: Two coins with p" in said
    assert "`import time # mine`, `EPS = 1e-7`, `_share`, `_mine`" in said
    assert "look at: coins.Coins.log_prob: docstring; `course check coins.Coins.log_prob`" in said
    assert "Your folder as it was: ../my_course.before-" in said


def test_answers_and_cells_of_the_notebook_are_carried(student, folder, newer):
    built = json.loads(NOTEBOOK.read_text("utf-8"))
    cells = built["cells"]
    (reflection,) = (
        c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "reflection"
    )
    reflection["source"] = "My answer."
    code = [c for c in cells if c["cell_type"] == "code" and "nbgrader" not in c["metadata"]]
    edited = next(c for c in code if "tags" not in c["metadata"])
    edited |= {"source": "edited = 1", "outputs": [], "execution_count": 7}
    cells[0]["source"] = "# My title"  # the new release has another cell there
    own = {"id": "9f0c1d2e", "cell_type": "markdown", "metadata": {}, "source": "A note of mine."}
    cells.insert(3, own)
    NOTEBOOK.write_text(json.dumps(built), "utf-8")
    ran = student.run("update", str(newer))
    assert ran.code == 0, ran.err
    now = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(c["source"]) for c in now]
    assert sources[0].endswith("Corrected.")
    assert sources[1] == "# My title"
    assert sources[4] == own["source"]
    assert sources.count("My answer.") == 1
    assert now[sources.index("My answer.")]["metadata"]["nbgrader"]["grade_id"] == "reflection"
    assert now[sources.index("edited = 1")]["execution_count"] == 7
    assert len(now) == len(cells) + 1
    assert len({c["id"] for c in now}) == len(now)
    said = ran.words
    assert "your answer, 1 cell of your own, 1 cell that you had edited, 1 beside a new" in said
    assert "look at: 02_coins.ipynb: the course changed 1 of the cells" in said


def test_cells_whose_ids_a_program_has_changed_are_not_doubled(student, folder, newer):
    built = json.loads(NOTEBOOK.read_text("utf-8"))
    for number, cell in enumerate(built["cells"]):
        cell["id"] = f"other-{number}"
    NOTEBOOK.write_text(json.dumps(built), "utf-8")
    student.run("update", str(newer))
    assert len(json.loads(NOTEBOOK.read_text("utf-8"))["cells"]) == len(built["cells"])


def test_files_that_cannot_be_read_are_kept_beside_the_new_ones_and_named(student, folder, newer):
    MODULE.write_text("def broken(:\n", "utf-8")
    NOTEBOOK.write_text("no notebook", "utf-8")
    ran = student.run("update", str(newer))
    assert ran.code == 0
    assert "coins.py, line 1: SyntaxError" in ran.words
    assert "your file is course_lib/coins.before_update.py" in ran.words
    assert "your file is 02_coins.before_update.ipynb" in ran.words
    assert Path("course_lib/coins.before_update.py").read_text("utf-8") == "def broken(:\n"
    assert NOTEBOOK.with_name("02_coins.before_update.ipynb").read_text("utf-8") == "no notebook"
    assert "all equally likely" in MODULE.read_text("utf-8")


def test_a_ready_made_file_that_was_changed_is_named(student, folder, newer):
    plots = Path("course_lib/kit/device.py")
    plots.write_text(plots.read_text("utf-8") + "# changed\n", "utf-8")
    ran = student.run("update", str(newer))
    assert "look at: course_lib/kit/device.py, which you had changed" in ran.words


def test_without_the_old_wheel_what_is_written_is_still_carried(student, folder, newer):
    (wheel,) = Path().glob("*.whl")
    wheel.unlink()
    ran = student.run("update", str(newer))
    assert ran.code == 0
    text = MODULE.read_text("utf-8")
    assert BODY in text
    assert HELPER in text
    assert "all equally likely" in text


def test_a_lecture_that_the_new_download_lacks_stays(student, folder, releases, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "scaffold_text", corrected)
        releasing.make_bundle(tmp_path / "one", COURSE.lectures[:1])
    mine = MODULE.read_bytes()
    assert student.run("update", str(tmp_path / "one")).code == 0  # unpacked, as Safari does
    assert MODULE.read_bytes() == mine
    assert NOTEBOOK.is_file()
    now = release.read(folder)
    assert now is not None
    assert "02_coins" in now.cells


def refused(ran: Ran, before: dict[str, bytes], folder: Path) -> str:
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert contents(folder) == before
    assert list(folder.parent.glob("my_course.*")) == []
    return ran.err


def test_what_is_no_newer_release_of_this_course_is_one_line_and_changes_nothing(
    student, folder, releases, newer, tmp_path, monkeypatch
):
    before = contents(folder)

    def said(source: Path) -> str:
        return refused(student.run("update", str(source)), before, folder)

    assert "is not here" in said(tmp_path / "none.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(newer.read_bytes()[:5000])
    assert "cut.zip is no zip, or the download is not complete" in said(cut)
    other = tmp_path / "thesis.zip"
    other.write_bytes(archive.zipped({"thesis.tex": b"years of work"}))
    assert "thesis.zip is no download of this course" in said(other)
    same = zipped(releases[0], tmp_path / "same.zip")
    assert "you have this version already: " in said(same)
    elsewhere = shutil.copytree(releases[1], tmp_path / "elsewhere")
    toml = elsewhere / "course.toml"
    toml.write_text(toml.read_text("utf-8").replace('id = "small"', 'id = "large"'), "utf-8")
    assert "is the download of another course, A small course" in said(elsewhere)
    older = shutil.copytree(releases[1], tmp_path / "older")
    (older / release.FILE).write_text(release.Release("0.1.9-12345678").text(), "utf-8")
    assert "is version 0.1.9-12345678, which is older than yours" in said(older)
    monkeypatch.chdir(tmp_path)
    assert "is no course folder: `cd` to" in said(newer)


def test_a_version_that_the_folder_had_before_is_older(student, folder, releases, newer, tmp_path):
    student.run("update", str(newer))
    ran = student.run("update", str(zipped(releases[0], tmp_path / "first.zip")))
    assert "older than yours" in ran.err


def test_a_name_in_the_zip_cannot_leave_the_folder(student, folder, releases, tmp_path):
    zip_ = zipped(releases[1], tmp_path / "bad.zip")
    files = contents(releases[1])
    zip_.write_bytes(
        archive.zipped({**{f"a/{n}": d for n, d in files.items()}, "a/../../out.txt": b"out"})
    )
    assert student.run("update", str(zip_)).code == 0
    assert list(tmp_path.rglob("out.txt")) == []


@pytest.mark.parametrize("moved", [0, 1, 40])
def test_stopped_while_files_are_put_in_place_it_is_finished_later(
    student, folder, newer, monkeypatch, moved
):
    replace, count = os.replace, iter(range(moved))

    def dying(source, target):
        next(count)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(swap.os, "replace", dying)
        with pytest.raises(StopIteration):
            student.run("update", str(newer))
    assert BODY in (backup(folder) / MODULE).read_text("utf-8")
    ran = student.run("update", str(newer))
    assert "The update that was interrupted is finished." in ran.out
    assert "you have this version already" in ran.err
    text = MODULE.read_text("utf-8")
    assert BODY in text
    assert "all equally likely" in text
    assert not list(folder.glob(".updating*"))


def test_stopped_before_that_the_folder_is_as_it_was(student, folder, newer, monkeypatch):
    before = contents(folder)

    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(swap.shutil, "copytree", full)
    refused(student.run("update", str(newer)), before, folder)
