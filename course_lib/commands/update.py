"""`course update`: a newer download in the place of an older one, and nothing written is lost."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from course_lib.course import release, swap
from course_lib.course.terminal import COLOUR, console, empty_table, shown_path
from course_lib.course.updating import Updated, update

__all__ = ["run"]


def run(source: Path) -> None:
    """Update the course folder that the working directory is in, and say what was done.

    Args:
        source: the zip of the newer release, or the folder that it was unpacked to.

    Raises:
        CommandError: this is no course folder, or the source is no newer release of it.
    """
    folder = release.find_folder(Path.cwd())
    if swap.finish(folder):
        console().print("The update that was interrupted is finished.")
    _print(update(folder, source))


def _print(done: Updated) -> None:
    out = console()
    out.print(f"{done.old} is now {done.new}", style="bold")
    if done.rows:
        table = empty_table("")
        table.title = None
        table.add_column("", overflow="fold")
        table.add_column("yours", overflow="fold")
        table.add_column("changed in the course", overflow="fold")
        for row in done.rows:
            table.add_row(Text(row.what), Text(row.yours), Text(row.changed))
        out.print(table)
    else:
        out.print("You had written nothing yet, so there was nothing to carry over.")
    for line in done.look_at:
        out.print(f"look at: {line}", style=COLOUR["failed"], soft_wrap=True)
    out.print(f"Your folder as it was: {shown_path(done.kept)}", soft_wrap=True)
    out.print("next: `make lab` installs what is new; `course check` checks what you have written")
