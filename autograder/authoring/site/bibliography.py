"""The bibliography, `docs/site/references.bib`, and which entry a printed reference means."""

from __future__ import annotations

import functools
import re
import unicodedata
from urllib.parse import quote

from pybtex.database import BibliographyData, parse_file

from autograder.paths import ROOT

__all__ = ["FILE", "address", "cited_key", "entries"]

FILE = ROOT / "docs" / "site" / "references.bib"


@functools.cache
def entries() -> BibliographyData:
    """All entries, by key."""
    return parse_file(str(FILE))


def cited_key(reference: str) -> str | None:
    """The key of the entry whose title and year occur in a printed reference, if there is one."""
    text = _plain(reference)
    found = {
        _plain(entry.fields["title"]): key
        for key, entry in entries().entries.items()
        if entry.fields["year"] in reference and _plain(entry.fields["title"]) in text
    }
    # One title may be the end of another: "(Conditional) generative adversarial nets".
    return found[max(found, key=len)] if found else None


def address(key: str) -> str:
    """Where the entry can be read, or is described: at arXiv, by its DOI, or at its own address."""
    fields = entries().entries[key].fields
    if "eprint" in fields:
        return f"https://arxiv.org/abs/{fields['eprint']}"
    # A bracket in a DOI would end a link of Markdown's.
    return f"https://doi.org/{quote(fields['doi'])}" if "doi" in fields else str(fields["url"])


def _plain(text: str) -> str:
    """Letters and digits only, so that neither braces nor line breaks nor accents count."""
    apart = unicodedata.normalize("NFKD", re.sub(r"[{}]", "", text))
    flat = apart.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", flat.lower()).strip()
