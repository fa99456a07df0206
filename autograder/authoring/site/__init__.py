"""`autograder site`: the course as a static site to read, from the executed notebooks.

| module | does |
|---|---|
| `building` | gathers the pages in a folder, runs Sphinx on it with warnings as errors |
| `pages` | the pages of `docs/` and of the root, and the table of contents from `course.toml` |
| `lectures` | a built notebook as a page: figures as files, no marking scheme |
| `api` | a page for each part of `course_lib` and `autograder` |
| `bibliography` | which entry of `references.bib` a printed reference means |
| `docstrings` | a Sphinx extension: docstrings are Markdown |
| `formulas` | a Sphinx extension: formulas are typeset while the site is built |
| `katex` | what typesets them, from its npm package |
| `loading` | a Sphinx extension: a page loads only what it needs, and says what it is about |
"""

from autograder.authoring.site.building import build

__all__ = ["build"]
