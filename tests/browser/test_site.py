"""The built site in a real browser: every page, then what a reader does with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import Browser, Page

from autograder.authoring.site.pages import notebooks
from course_lib.course.syllabus import load
from tests.browser.visited_site import Seen, visit
from tests.serving import files_of

pytestmark = pytest.mark.xdist_group("site")
EXERCISE, LAST = load().lectures[0].exercises[0], load().lectures[-1]
LECTURES = [f"notebooks/{file.stem}/{file.stem}.html" for file in notebooks(load())]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with files_of(site) as served:
        yield served


@pytest.fixture(scope="module")
def seen(browser: Browser, address: str, site: Path) -> dict[str, Seen]:
    return visit(browser, address, site)


def test_every_lecture_and_every_other_page_was_opened(seen):
    assert {
        *LECTURES,
        "index.html",
        "glossary.html",
        f"api/course_lib.{EXERCISE.module}.html",
    } <= set(seen)
    assert all(page.facts["title"] for page in seen.values())


FAULTS: dict[str, Callable[[Seen], object]] = {
    "an error in the console": lambda page: page.console,
    "a request to anything outside of the site": lambda page: page.outside,
    "a request for what is not there": lambda page: page.failed,
    "an image that is not shown": lambda page: page.facts["broken"],
    "an image without an alternative text": lambda page: page.facts["silent"],
    "a mistake of its source": lambda page: page.facts["errors"],
    "a formula that a screen reader cannot read": lambda page: page.facts["unread"],
    "TeX in the text": lambda page: page.facts["leftover"],
    "anything wider than a phone": lambda page: page.wide,
    "a formula that is cut, or anything that hides that it scrolls": lambda page: page.cut,
    "a widget without its figure": lambda page: page.facts["widgets"],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_page_has(seen, fault):
    of = FAULTS[fault]
    assert {path: of(page) for path, page in seen.items() if of(page)} == {}


def test_every_lecture_has_figures_and_formulas(seen):
    for lecture in load().lectures:
        assert seen[f"notebooks/{lecture.id}/{lecture.id}.html"].facts["figures"] >= 5
    for path in LECTURES[1:]:  # but for the introduction
        assert seen[path].facts["formulas"] >= 100


def test_every_link_inside_the_site_leads_to_a_page_and_to_a_place_on_it(seen, address, site):
    broken = {}
    for path, page in seen.items():
        for link in page.facts["links"]:
            target, anchor = urldefrag(link)
            if not target.startswith(f"{address}/"):
                continue
            name = unquote(target.removeprefix(f"{address}/")).partition("?")[0] or "index.html"
            known = name in seen or (site / name).is_file()
            if not known or (anchor and unquote(anchor) not in ["", *seen[name].facts["ids"]]):
                broken[path] = link
    assert broken == {}


def test_next_leads_through_all_lectures_in_order(seen, address):
    for path, following in itertools.pairwise(LECTURES):
        assert seen[path].facts["next"] == f"{address}/{following}"


def test_a_hint_is_folded_until_it_is_clicked(page: Page, address: str):
    page.goto(f"{address}/{LECTURES[2]}")
    hint = page.locator("details", has_text="Hint ").first
    inside = hint.locator("p").first
    assert not inside.is_visible()
    hint.locator("summary").click()
    assert inside.is_visible()


def test_the_search_finds_terms_lectures_and_functions(page: Page, address: str):
    for words, expected in (
        (LAST.title.partition(":")[0], LAST.id),
        ("posterior collapse", "glossary.html"),
        (EXERCISE.attribute, f"api/course_lib.{EXERCISE.module}.html"),
    ):
        page.goto(f"{address}/search.html?q={words.replace(' ', '+')}")
        page.locator("#search-results li").first.wait_for()
        found = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
        assert any(expected in link for link in found), (words, found)


# The ratio of WCAG 2, of the text to the first ground behind it that is not transparent.
CONTRAST = """elements => elements.map(element => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = text => numbers(text).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  let ground = element;
  const clear = e => { const n = numbers(getComputedStyle(e).backgroundColor); return n[3] === 0; };
  while (ground.parentElement && clear(ground)) ground = ground.parentElement;
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]
    .map(light);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_check_cards_and_tables_can_be_read_in_light_and_in_dark(page: Page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/{LECTURES[2]}")
    assert page.locator("html").get_attribute("data-theme") == scheme
    shown = page.locator("div.cell_output .text_html :is(span, code, div, td, th, caption)")
    ratios = shown.evaluate_all(CONTRAST)
    assert len(ratios) > 50
    assert min(ratios) >= 4.5
