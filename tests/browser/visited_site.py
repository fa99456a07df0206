"""Opens every page of the site in a browser, and writes down what is to be seen there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Route

__all__ = ["PHONE", "Seen", "visit"]

PHONE, DESK = 390, 1366
# Text as a reader sees it: no code, no typeset formula.
_LOOK = r"""() => {
  const text = (document.querySelector('article') || document.body).cloneNode(true);
  text.querySelectorAll('pre, code, script, style, .katex').forEach(e => e.remove());
  const images = [...document.images].filter(i => !i.closest('.hidden'));
  return {
    title: document.title,
    ids: [...document.querySelectorAll('[id]')].map(e => e.id),
    links: [...document.links].map(a => a.href),
    broken: images.filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src),
    silent: images.filter(i => !i.alt.trim()).map(i => i.src),
    figures: document.querySelectorAll('img.course-figure').length,
    formulas: document.querySelectorAll('.katex').length,
    unread: [...document.querySelectorAll('.katex')]
      .filter(e => !e.querySelector('math')).map(e => e.textContent.slice(0, 80)),
    errors: [...document.querySelectorAll('.problematic, .system-message')]
      .map(e => e.textContent.slice(0, 80)),
    leftover: text.textContent.match(/.{0,30}(\$|\\\(|\\\[|\\begin\{|\\tag\{).{0,30}/g) || [],
    next: document.querySelector('.prev-next-footer a.right-next')?.href,
    widgets: document.querySelectorAll('.widget-subarea, [type*="widget-view"]').length,
  };
}"""
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width + 1) return [];
  // What scrolls by itself makes the page no wider.
  const scrollsInside = e => {
    for (e = e.parentElement; e && e.tagName !== 'ARTICLE'; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    return false;
  };
  const wide = [...document.querySelectorAll('main article *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .filter(e => !scrollsInside(e));
  return [document.documentElement.scrollWidth + ' px',
          ...wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120))];
}"""
# What a reader cannot see or cannot know of: the end of a formula that leaves the box which cuts it
# off, and anything that scrolls but throws no shadow at its edge, or that no key reaches.
_CUT = """() => {
  const style = e => getComputedStyle(e);
  const cuts = e => {
    do e = e.parentElement; while (e.parentElement && style(e).overflowX === 'visible');
    return e;
  };
  const article = document.querySelector('article') || document.body;
  const scrolls = e => ['auto', 'scroll'].includes(style(e).overflowX);
  const shows = e => scrolls(e) && e.tabIndex === 0 &&
    style(e).backgroundAttachment.includes('local');
  const lost = [...article.querySelectorAll('.katex-base')].filter(part => {
    const [a, b] = [part, cuts(part)].map(e => e.getBoundingClientRect());
    return a.width && (a.left < b.left - 2 || (a.right > b.right + 2 && !shows(cuts(part))));
  }).map(part => part.closest('.katex'));
  // The table of standings, an output, scrolls on a phone without a sign of it.
  const hidden = [...article.querySelectorAll('*:not(.text_html)')].filter(e =>
    e.scrollWidth > e.clientWidth + 2 && scrolls(e) && !shows(e));
  return [...lost, ...hidden].map(e => e.textContent.slice(0, 60));
}"""


@dataclass
class Seen:
    """One page.

    Attributes:
        facts: what `_LOOK` returned.
        console: errors and warnings of the console, exceptions included.
        failed: addresses that the site's server does not have.
        outside: addresses elsewhere that the page asked for; they were refused.
        wide: what is wider than a phone's screen.
        cut: formulas, code and tables of which something is lost, at a desk's or a phone's width.
    """

    facts: dict
    console: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


def visit(browser: Browser, address: str, folder: Path) -> dict[str, Seen]:
    """Every page by its path, at a desk's and at a phone's width.

    Args:
        browser: whose contexts are used.
        address: where the site is served, without a slash at the end.
        folder: the site's files.
    """
    pages = [p for p in sorted(folder.rglob("*.html")) if "_static" not in p.parts]
    context = browser.new_context()
    try:
        return {
            str(p.relative_to(folder)): _look(context, address, str(p.relative_to(folder)))
            for p in pages
        }
    finally:
        context.close()


def _look(context: BrowserContext, address: str, path: str) -> Seen:
    seen = Seen({})

    def refused(route: Route) -> None:
        seen.outside.append(route.request.url)
        route.abort()

    page = context.new_page()
    page.set_viewport_size({"width": DESK, "height": 900})
    page.route(re.compile(rf"^(?!{re.escape(address)}/|data:|blob:)"), refused)
    page.on(
        "console",
        lambda m: seen.console.append(m.text) if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("response", lambda r: seen.failed.append(r.url) if r.status >= 400 else None)
    page.goto(f"{address}/{path}")
    # Everything is laid out, in sight or not.
    page.add_style_tag(content="article section { content-visibility: visible !important }")
    # Figures load when they come into sight, and folded hints have some, too.
    page.evaluate(
        "async () => { document.querySelectorAll('details').forEach(d => { d.open = true });"
        "for (const i of document.images) { i.loading = 'eager' }"
        "await Promise.all([...document.images].map(i => i.decode().catch(() => {}))) }"
    )
    seen.facts = page.evaluate(_LOOK)
    seen.cut = page.evaluate(_CUT)
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.wait_for_timeout(500)  # the theme's script looks anew at what scrolls
    seen.wide, seen.cut = page.evaluate(_WIDE), seen.cut + page.evaluate(_CUT)
    page.close()
    return seen
