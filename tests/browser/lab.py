"""JupyterLab as a student uses it: menus, tabs and keys, nothing that a student cannot do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from course_lib.course import syllabus
from tests.serving import TOKEN

_RUNS_WITHIN = 180_000  # milliseconds, on a busy machine
_IN_FRONT = ":not(.lm-mod-hidden)"
PROMPT = "$ "  # of the terminals' shell


@dataclass(frozen=True)
class Started:
    """The course's folder, and where its JupyterLab answers."""

    folder: Path
    address: str


@dataclass
class Cell:
    """A code cell of a notebook."""

    node: Locator

    @property
    def outputs(self) -> Locator:
        """What it has shown."""
        return self.node.locator(".jp-OutputArea-output")

    @property
    def number(self) -> int | None:
        """The number in front of it, None before it has run."""
        text = self.node.locator(".jp-InputPrompt").first.text_content() or ""
        found = re.search(r"\d+", text)
        return int(found[0]) if found else None

    def run(self) -> None:
        """Click into it, press Shift-Enter, and wait until it is through."""
        before = self.number
        self.node.locator(".jp-InputPrompt").first.click()
        self.node.page.keyboard.press("Shift+Enter")
        prompt = self.node.locator(".jp-InputPrompt").first
        was = re.escape(f"[{before}]:") if before else r"\[ \]:"
        expect(prompt).to_have_text(re.compile(rf"^(?!{was})\[\d+\]:$"), timeout=_RUNS_WITHIN)


@dataclass
class Lab:
    """One page with JupyterLab in it."""

    page: Page
    address: str

    def start(self) -> None:
        """Load it, with no tab open, as at the first start."""
        self.page.goto(f"{self.address}/lab?reset&token={TOKEN}")
        self._item(syllabus.load().lectures[0].id).wait_for()  # `make lab` opens in notebooks/

    def _item(self, name: str) -> Locator:
        exact = re.compile(rf"^{re.escape(name)}$")
        return self.page.locator(".jp-DirListing-item").filter(
            has=self.page.locator(".jp-DirListing-itemText", has_text=exact)
        )

    def menu(self, *path: str) -> None:
        """Choose from the menu bar: `menu("File", "New", "Terminal")`."""
        first, *rest = path
        self.page.get_by_role("menuitem", name=first, exact=True).click()
        for depth, name in enumerate(rest):
            exact = re.compile(rf"^{re.escape(name)}$")
            entry = (
                self.page.locator(".lm-Menu")
                .nth(depth)
                .locator(".lm-Menu-item")
                .filter(has=self.page.locator(".lm-Menu-itemLabel", has_text=exact))
            )
            entry.hover()
            if depth == len(rest) - 1:
                entry.click()

    def open(self, *path: str) -> None:
        """Open a file by the file browser, from the course's folder down."""
        self.page.locator(".jp-BreadCrumbs-home").click()
        for name in path:
            self._item(name).dblclick()

    @property
    def notebook(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(f".jp-NotebookPanel{_IN_FRONT}")

    @property
    def editor(self) -> Locator:
        """The text editor in front."""
        return self.page.locator(f".jp-FileEditor{_IN_FRONT}")

    def open_notebook(self, *path: str) -> None:
        """Open a notebook and wait until all of it is there, and its kernel."""
        self.open(*path)
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text(re.compile(r"\| Idle"), timeout=_RUNS_WITHIN)
        expect(status).to_contain_text(re.compile(r"Cell \d+/\d+"))
        total = re.search(r"Cell \d+/(\d+)", status.inner_text())
        assert total
        # Cells out of sight are added when the browser has time.
        expect(self.notebook.locator(".jp-Cell")).to_have_count(int(total[1]), timeout=_RUNS_WITHIN)

    def cells(self) -> list[Cell]:
        """The code cells of the notebook in front, from the top."""
        return [Cell(node) for node in self.notebook.locator(".jp-CodeCell").all()]

    def cell(self, source: str) -> Cell:
        """The first code cell that has this in its source."""
        code = self.notebook.locator(".jp-CodeCell")
        inputs = self.page.locator(".jp-InputArea-editor", has_text=source)
        return Cell(code.filter(has=inputs).first)

    def below(self, cell: Cell, source: str) -> Cell:
        """A new cell below another one, with this in it."""
        cell.node.locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(source)
        return self.cell(source)

    def run_all(self) -> None:
        """Run → Run All Cells, until the last one is through."""
        self.menu("Run", "Run All Cells")
        last = self.notebook.locator(".jp-CodeCell").last.locator(".jp-InputPrompt").first
        expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=_RUNS_WITHIN)

    def save(self, tab: str) -> None:
        """Ctrl-S in the tab that has the focus; its name no longer has the mark of the unsaved."""
        name = self.tab(tab)
        expect(name).to_have_class(re.compile("lm-mod-current"))
        self.page.keyboard.press("Control+s")
        expect(name).not_to_have_class(re.compile("jp-mod-dirty"))

    def tab(self, name: str) -> Locator:
        """A tab of the main area, by what stands on it."""
        return self.page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text=name)

    def close(self, tab: str) -> None:
        """Close a tab by its cross."""
        self.tab(tab).locator(".lm-TabBar-tabCloseIcon").click()
        expect(self.tab(tab)).to_have_count(0)

    def beside(self, tab: str) -> None:
        """Drag a tab to the right edge, so that two things are to be seen."""
        grip = self.tab(tab).bounding_box()
        dock = self.page.locator("#jp-main-dock-panel").bounding_box()
        assert grip
        assert dock
        x, y = grip["x"] + 30, grip["y"] + 12
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x, y + 60, steps=5)
        mouse.move(dock["x"] + dock["width"] - 15, dock["y"] + dock["height"] / 2, steps=10)
        mouse.up()
        expect(self.page.locator("#jp-main-dock-panel .lm-DockPanel-tabBar")).to_have_count(2)

    def replace_line(self, having: str, text: str) -> None:
        """Put `text` in the place of a line of the editor in front."""
        self.editor.locator(".cm-line", has_text=having).click(click_count=3)
        self.page.keyboard.insert_text(text)

    def terminal(self) -> Terminal:
        """File → New → Terminal."""
        number = self.page.locator(".jp-Terminal").count()
        self.menu("File", "New", "Terminal")
        terminal = Terminal(self.page.locator(f"#jp-Terminal-{number}"))
        terminal.wait()
        return terminal


@dataclass
class Terminal:
    """JupyterLab's terminal, read as a screen reader does."""

    node: Locator

    def lines(self) -> list[str]:
        """What stands in it."""
        rows = self._rows.all_text_contents()
        return [row.replace("\xa0", " ").rstrip() for row in rows if row.strip("\xa0 ")]

    def run(self, command: str) -> str:
        """Type a command, press Enter, and wait; returns what the whole terminal shows."""
        self.node.click()
        self.node.page.keyboard.type(command)
        expect(self._rows.filter(has_text=command)).to_have_count(1)
        self.node.page.keyboard.press("Enter")
        self.wait()
        return "\n".join(self.lines())

    def wait(self) -> None:
        """Until the prompt stands in the last line that has something."""
        last = self._rows.filter(has_text=re.compile(r"[^\s\xa0]")).last
        prompt = re.compile(rf"^{re.escape(PROMPT.strip())}[\s\xa0]*$")
        expect(last).to_have_text(prompt, timeout=_RUNS_WITHIN)

    @property
    def _rows(self) -> Locator:
        return self.node.locator(".xterm-accessibility-tree [role=listitem]")
