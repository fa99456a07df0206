"""`nbgrader collect` as the instructor follows links: one to `solutions/` would be copied."""

from __future__ import annotations

import os
import shutil
import stat
from typing import Any

from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.utils import ignore_patterns

from autograder.intake.plain_text import plain
from autograder.intake.regular_files import special

__all__ = ["CollectWithoutLinks"]


class CollectWithoutLinks(ExchangeCollect):
    """Collects regular files only; what else lies in a submission is named and left."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission out of the exchange."""
        most = 1000 * self.coursedir.max_dir_size
        size = self.get_size(src)
        if size > most:
            raise RuntimeError(f"{src} has {size} bytes, at most {most} are collected")
        stock = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )

        def ignored(folder: str, names: list[str]) -> set[str]:
            special = {n for n in names if not _ordinary(os.path.join(folder, n))}
            for name in sorted(special):
                shown = plain(f"{folder}/{name}", 500)
                self.log.warning("%s is a link or a special file: not collected", shown)
            return special | set(stock(folder, [n for n in names if n not in special]))

        shutil.copytree(src, dest, ignore=ignored)


def _ordinary(path: str) -> bool:
    about = os.lstat(path)
    return stat.S_ISDIR(about.st_mode) or not special(about)
