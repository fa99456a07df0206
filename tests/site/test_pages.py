"""What the site is made from: notebooks as pages, docstrings, references, KaTeX."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from autograder import app as command
from autograder.authoring.notebook_frame import set_address
from autograder.authoring.readme_table import colab_url
from autograder.authoring.site import api, build, katex
from autograder.authoring.site.bibliography import address, cited_key, entries
from autograder.authoring.site.docstrings import _exists, _names_together, to_rst
from autograder.authoring.site.lectures import lecture_page, notation_box
from autograder.authoring.site.pages import _with_links, notebooks
from autograder.errors import CourseError
from autograder.paths import ROOT, notebook_ipynb, notebook_md
from course_lib.course.syllabus import load
from tests.serving import files_of

COURSE = load()
PUBLIC = dataclasses.replace(COURSE, repository="https://github.com/a/b", tag="v1")
each_lecture = pytest.mark.parametrize("lecture", COURSE.lectures, ids=lambda lecture: lecture.id)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"


def built_page(lecture):
    return lecture_page(notebook_ipynb(lecture), COURSE, lecture, "figures")


def page_of(tmp_path, *cells, lecture=None, course=COURSE):
    file = tmp_path / "notebook.ipynb"
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python"}}
    nbformat.write(new_notebook(cells=list(cells), metadata=kernel), file)
    return lecture_page(file, course, lecture, "figures")


def shown(tmp_path, *outputs):
    page = page_of(tmp_path, new_markdown_cell("# T"), new_code_cell("x", outputs=list(outputs)))
    return page.notebook.cells[1].outputs


@each_lecture
def test_a_lectures_page_has_all_its_figures_with_their_alternative_texts(lecture):
    built = nbformat.read(notebook_ipynb(lecture), 4)
    page = built_page(lecture)
    before = [
        o for c in built.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})
    ]
    after = [
        o.data["text/html"]
        for c in page.notebook.cells
        for o in c.get("outputs", [])
        if "course-figure" in o.get("data", {}).get("text/html", "")
    ]
    assert len(before) == len(after) > 0
    for output, html in zip(before, after, strict=True):
        alt = re.search(r'alt="([^"]{30,})"', output.data["text/html"])
        assert alt
        assert alt[0] in html
        (file,) = re.findall(r'src="figures/([0-9a-f]{16}\.png)"', html)
        assert file in page.figures


@each_lecture
def test_no_page_has_a_marking_scheme_and_the_question_is_there(lecture):
    text = "\n".join(cell.source for cell in built_page(lecture).notebook.cells)
    assert "MARK SCHEME" in notebook_md(lecture).read_text(encoding="utf-8")
    assert "MARK SCHEME" not in text
    assert "1 point:" not in text
    assert "Your answer goes here" in text


@each_lecture
def test_a_page_has_one_badge_below_its_title_if_the_course_has_an_address(lecture, tmp_path):
    url = colab_url(PUBLIC, lecture)
    in_text = f"# Title\n\n[![Colab](https://colab.example/b.svg)]({url})\n\nText"
    for title in (in_text, "# Title\n\nText"):
        notebook = new_notebook(cells=[new_markdown_cell(title), new_code_cell("x")])
        set_address(notebook, lecture, PUBLIC)
        page = page_of(tmp_path, *notebook.cells, lecture=lecture, course=PUBLIC)
        cell, _ = page.notebook.cells
        assert cell.source.split("\n\n")[:2] == [
            "# Title",
            f"[![Open in Colab](/_static/colab-badge.svg)]({url})",
        ]
        assert cell.source.count(url) == 1
        assert cell.source.endswith("Text")
    page = page_of(tmp_path, new_markdown_cell("# Title\n\nText"), lecture=lecture)
    assert page.notebook.cells[0].source == "# Title\n\nText"


def test_the_site_refuses_a_notebook_with_another_address(tmp_path):
    lecture = COURSE.notebooks[0]
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), new_code_cell("x")])
    set_address(notebook, lecture, PUBLIC)
    with pytest.raises(CourseError, match=r"has the address github.com/a/b@v1 and course.toml has"):
        page_of(tmp_path, *notebook.cells, lecture=lecture)


def test_a_link_to_a_file_of_the_repository_needs_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.authoring.site.pages.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("[the `Makefile`](Makefile#x), [page](page.md), ![figure](a.png)")
    on_site = {"page.md", "a.png"}
    assert _with_links(page, COURSE, on_site) == (
        "the `Makefile`, [page](page.md), ![figure](a.png)"
    )
    assert _with_links(page, PUBLIC, on_site) == (
        "[the `Makefile`](https://github.com/a/b/blob/v1/Makefile#x), [page](page.md), "
        "![figure](a.png)"
    )


@each_lecture
def test_every_exercise_has_a_label_and_leads_to_its_function(lecture):
    text = "\n".join(cell.source for cell in built_page(lecture).notebook.cells)
    for exercise in lecture.exercises:
        label = f"exercise-{exercise.name.replace('.', '-').lower()}"
        assert text.count(f"({label})=\n## {exercise.section} ") == 1
        assert f"{{py:obj}}`{exercise.name} <course_lib.{exercise.name}>`" in text


@each_lecture
def test_every_lecture_says_what_its_symbols_mean(lecture):
    assert re.search(r"nats|in the \*\*units", notation_box(built_page(lecture).notebook) or "")


@each_lecture
def test_every_reference_of_a_lecture_is_in_the_bibliography_and_links_to_the_paper(lecture):
    source = notebook_md(lecture).read_text(encoding="utf-8")
    _, _, listed = re.split(r"(?m)(^## References$|^\*\*References\*\*$)", source)
    found = re.split(r"(?m)^- ", listed)[1:]
    assert len(found) >= 3
    keys = [cited_key(item) for item in found]
    assert [item for key, item in zip(keys, found, strict=True) if not key] == []
    unlinked = [
        item
        for key, item in zip(keys, found, strict=True)
        if key and not re.search(rf"\[\*[^*]+\*\]\({re.escape(address(key))}\)", item)
    ]
    assert unlinked == [], "an entry's title links to where the bibliography says"


@each_lecture
def test_every_source_that_a_docstring_names_is_in_the_bibliography(lecture):
    known = {
        (entry.persons["author"][0].last_names[0], entry.fields["year"])
        for entry in entries().entries.values()
    }
    text = (ROOT / "solutions" / f"{lecture.module}.py").read_text(encoding="utf-8")
    lines = re.findall(r"Source: ([^\n]*)", text)
    assert len(lines) >= 3
    for line in lines:
        for name, year in re.findall(r"(?:van den )?([A-ZÅØ][\w-]+)[^();:]*? \((\d{4})\)", line):
            assert (name, year) in known, line


def test_one_title_inside_another_is_not_mistaken_for_it():
    assert cited_key("(2014). Conditional generative adversarial nets.") == "mirza2014"
    assert cited_key("(2014). Generative adversarial nets.") == "goodfellow2014"
    assert cited_key("(1999). Generative adversarial nets.") is None


def test_a_widget_leaves_its_figure_or_nothing(tmp_path):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    text = {"text/plain": "interactive(children=(IntSlider(value=0),))"}
    assert shown(tmp_path, new_output("display_data", {**view, **text})) == []
    about = {"image/png": {"alt": "What is to be seen.", "width": 5}}
    (left,) = shown(
        tmp_path, new_output("display_data", {**view, "image/png": PNG}, metadata=about)
    )
    assert left.data["text/html"].startswith('<img class="course-figure" loading="lazy" alt="What')


def test_colours_of_a_terminal_and_progress_bars_are_not_on_a_page(tmp_path):
    out = new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\n")
    bar = new_output("stream", name="stderr", text="100%|██| 5/5")
    assert [o.text for o in shown(tmp_path, out, bar)] == ["red\n"]


def test_a_link_to_a_notebook_in_an_output_leads_to_its_page(tmp_path):
    html = '<a href="../02_two/02_two.ipynb">2</a> <a href="https://x.org/a.ipynb">3</a>'
    (output,) = shown(tmp_path, new_output("display_data", {"text/html": html}))
    assert 'href="../02_two/02_two.html"' in output.data["text/html"]
    assert 'href="https://x.org/a.ipynb"' in output.data["text/html"]


def test_every_folder_of_notebooks_is_a_page_in_the_order_of_the_syllabus(tmp_path):
    introduction, first, last = (COURSE.notebooks[k] for k in (0, 1, -1))
    more = f"{first.number}b_more"
    for name in (last.id, introduction.id, first.id, more, "drafts"):
        folder = tmp_path / "notebooks" / name
        folder.mkdir(parents=True)
        (folder / f"{'other' if name == 'drafts' else name}.ipynb").touch()
    found = notebooks(COURSE, tmp_path)
    assert [file.stem for file in found] == [introduction.id, first.id, more, last.id]
    assert list(found.values()) == [introduction, first, None, last]
    assert len(notebooks(COURSE)) >= len(COURSE.lectures)


@pytest.mark.parametrize(
    ("markdown", "rst"),
    [
        ("the `W[:, <i]`s of x", "the ``W[:, <i]``\\ s of x"),
        ("2 * x_ and |det|", "2 \\* x\\_ and \\|det\\|"),
        ("an *exact* value", "an *exact* value"),
        ("clip_weights_", "clip_weights\\_"),
    ],
)
def test_a_line_of_markdown_says_the_same_in_restructuredtext(markdown, rst):
    assert to_rst([markdown]) == [rst]


def test_tables_and_code_of_a_docstring_stay_tables_and_code():
    table = to_rst(["| a | b |", "|---|---|", "| `x` | 1 |"])
    assert table == [
        "", ".. list-table::", "   :header-rows: 1", "",
        "   * - a", "     - b", "   * - ``x``", "     - 1", "",
    ]  # fmt: skip
    assert to_rst(["|a − b| ≤ c"]) == ["\\|a − b\\| ≤ c"]
    assert to_rst(["Text:", "", "    f(*x)", "", "More"]) == [
        "Text:", "", "::", "", "    f(*x)", "", "", "More",
    ]  # fmt: skip
    assert to_rst(["Args:", "    x: a | b"]) == ["Args:", "    x: a \\| b"]


def test_arguments_that_share_a_line_are_not_taken_for_types():
    lines = [":param old, new: an edit", ":param x: of a, b: c", ":returns: a, b: c"]
    nothing: Any = None
    _names_together(nothing, "function", "f", None, None, lines)
    assert lines == [":param old,new: an edit", ":param x: of a, b: c", ":returns: a, b: c"]


def test_a_name_that_exists_is_told_from_a_misspelt_one():
    assert _exists("autograder.authoring.site.docstrings._exists")
    assert not _exists("autograder.authoring.site.docstrings.exists")
    assert not _exists("os.path")


def test_every_module_has_its_page_or_its_section():
    pages = api.pages(COURSE)
    text = "\n".join(pages.values())
    for lecture in COURSE.lectures:
        assert f"automodule:: course_lib.{lecture.module}\n" in text
    for name in (
        "course_lib.kit.train.loop",
        "course_lib.kit.plots.explore",
        "autograder.app",
    ):
        assert f"automodule:: {name}\n" in text
    assert "``autograder.sandbox.child``" in text
    assert not re.search(r"automodule:: (solutions|autograder\.(lectures|attacks))", text)


def test_katex_that_cannot_be_fetched_is_one_line_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(katex, "URL", "http://127.0.0.1:9/katex-0.19.1.tgz")
    with pytest.raises(CourseError, match=r"^KaTeX cannot be fetched from .*: build .*katex$"):
        katex.fetch()


def test_another_file_in_katexs_place_is_refused(monkeypatch, tmp_path):
    (tmp_path / "katex-0.19.1.tgz").write_bytes(b"something else")
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path / "cache"))
    with files_of(tmp_path) as address:
        monkeypatch.setattr(katex, "URL", f"{address}/katex-0.19.1.tgz")
        with pytest.raises(CourseError, match="hash"):
            katex.fetch()
    assert not (tmp_path / "cache" / "katex" / "katex-0.19.1.tgz").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CourseError, match="is no site but holds other files"):
        build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_warning_of_sphinxs_ends_the_build_and_keeps_the_site_of_before(monkeypatch, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "objects.inv").write_text("of before")
    monkeypatch.setattr("autograder.authoring.site.building.gather", lambda folder, course: None)
    failed = SimpleNamespace(returncode=1)
    monkeypatch.setattr("autograder.authoring.site.building.subprocess.run", lambda *a, **k: failed)
    with pytest.raises(CourseError, match="mend what Sphinx says above"):
        build(site)
    assert (site / "objects.inv").read_text() == "of before"


def test_the_command_says_where_the_first_page_is(monkeypatch):
    monkeypatch.setattr(
        "autograder.authoring.site.build", lambda jobs: ROOT / "build/site/index.html"
    )
    result = CliRunner().invoke(command.app, ["site"])
    assert result.exit_code == 0
    assert result.output.strip().endswith("build/site/index.html")
