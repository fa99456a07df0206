"""A real browser, driven by Playwright: Chromium of the system, or Playwright's own download.

`COURSE_SCREENSHOTS=docs/images` keeps the pictures that the pages use, in a finer grain.
"""

import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from autograder.authoring.release import make_bundle
from course_lib.course import syllabus
from tests.browser.lab import PROMPT, Lab, Started
from tests.serving import options, private, running

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREENSHOTS = os.environ.get("COURSE_SCREENSHOTS")
LARGEST = 200_000  # bytes of a picture in the repository
PATIENCE = 60_000  # milliseconds, on a busy machine
# The badge at the head of each notebook is a picture of Colab's.
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" width="117" height="20" font-family="sans-serif"
font-size="12"><rect width="117" height="20" rx="3" fill="#555"/><text x="14" y="14" fill="#fff">\
Open in Colab</text></svg>"""
# A student's environment has none of what comes with the autograder.
PAGE = {"disabledExtensions": {"@jupyter/nbgrader": True, "jupyterlab-jupytext": True}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skipped with a reason where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            if found:
                raise
            pytest.skip(
                "no browser here: `apt-get install chromium` or `playwright install chromium` "
                f"({str(error).splitlines()[0]})"
            )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page, 1280 × 900, in a context of its own."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, device_scale_factor=1.5 if SCREENSHOTS else 1
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def badge(page: Page) -> None:
    """A picture in the place of Colab's, for pages that show a notebook: tests use no network."""
    page.route(BADGE, lambda route: route.fulfill(content_type="image/svg+xml", body=DRAWN))


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What goes wrong in the page from here on: errors in its console, and uncaught ones."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def shot(page: Page) -> Callable[..., None]:
    """Keep a picture of the page, or of a part of it, where pictures are asked for."""

    def keep(name: str, part: Locator | None = None) -> None:
        if not SCREENSHOTS:
            return
        taken = (part or page).screenshot(animations="disabled")
        with Image.open(io.BytesIO(taken)) as image:
            small = image.convert("RGB").quantize(128)
        file = Path(SCREENSHOTS) / f"{name}.png"
        small.save(file, optimize=True)
        assert file.stat().st_size <= LARGEST, f"{file}: {file.stat().st_size:,} bytes"

    return keep


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """What a student has unpacked, set up as `make lab` leaves it, and `make lab` run in it."""
    place = tmp_path_factory.mktemp("student")
    folder = place / "course"
    make_bundle(folder, syllabus.load().notebooks)
    # The set-up is that of this test's own environment, link by link, and stamped as done here.
    environment = folder / ".venv"
    environment.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".set-up":
            (environment / part.name).symlink_to(part)
    (environment / ".set-up").write_text(f"{folder}\n")
    env = private(place) | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "PS1": PROMPT}
    _write(place / "config/labconfig/page_config.json", PAGE)
    # A terminal's text is drawn on a canvas unless a screen reader is to read it.
    terminal = "config/lab/user-settings/@jupyterlab/terminal-extension/plugin.jupyterlab-settings"
    _write(place / terminal, {"screenReaderMode": True})
    address, own = options()
    # Away from a terminal the server would start login shells, which forget make's PATH.
    own += ["""--ServerApp.terminado_settings='{"shell_command": ["bash", "--norc"]}'"""]
    own += ["""--ServerApp.jpserver_extensions="{'jupyterlab_jupytext': False}\""""]
    # --old-file: whatever happens, nothing is installed into the environment that tests run in.
    command = ["make", "--old-file=.venv/.set-up", "lab", f"LAB_ARGS={' '.join(own)}"]
    with running(command, address, folder, env):
        yield Started(folder, address)


def _write(file: Path, values: dict) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


@pytest.fixture
def lab(page, started, badge, complaints) -> Iterator[Lab]:
    """JupyterLab in a browser, no network; nothing may go wrong in the page's console."""
    lab = Lab(page, started.address)
    lab.start()
    yield lab
    assert complaints == []
