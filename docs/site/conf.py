"""Sphinx's settings for the course's site; `make site` gathers the pages and runs it."""

from autograder.authoring.site.bibliography import FILE
from course_lib.course.syllabus import load

_course = load()

project = _course.name
author = "The authors of the course"
copyright = "2026, the authors of the course; text under CC BY 4.0, code under the MIT licence"
language = "en_GB"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
    "autograder.authoring.site.docstrings",
    "autograder.authoring.site.formulas",
    "autograder.authoring.site.loading",
]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
exclude_patterns = ["_generated"]
templates_path = ["_templates"]
nitpick_ignore_regex = [
    # Other packages' names, for which an inventory would have to be fetched.
    (r"py:.*", r"(?!(course_lib|autograder)\.).*"),
]

# The notebooks are shown with the outputs that are committed. No widget needs its manager, and
# nothing is loaded from elsewhere.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "substitution"]
# In the glossary, {{nade}} is the lecture's number and a link to it.
myst_substitutions = {
    lecture.module: (
        f"[Lecture {lecture.number.lstrip('0')}](/notebooks/{lecture.id}/{lecture.id}.ipynb)"
    )
    for lecture in _course.lectures
}
myst_heading_anchors = 4
myst_dmath_double_inline = True

html_math_renderer = "katex"

bibtex_bibfiles = [FILE.name]
bibtex_reference_style = "label"
bibtex_default_style = "plain"

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 78
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# As `:ivar:` every name would be looked up, and lead to whatever else is called so.
napoleon_custom_sections = [("Attributes", "params_style")]

copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True

html_theme = "sphinx_book_theme"
html_title = _course.name
html_static_path = ["_static"]
html_css_files = ["katex/katex.min.css", "icons.css", "course.css"]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "repository_url": _course.repository,
    "repository_branch": _course.tag,
    "use_repository_button": bool(_course.repository),
    "use_download_button": False,
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    # Modules, without their functions: these are in the page's own contents.
    "max_navbar_depth": 3,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    # The sidebar has the search field; the theme below this one would add a bar with another.
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
}
html_context = {"default_mode": "auto"}
