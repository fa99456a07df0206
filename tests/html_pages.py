"""HTML that a test looks at: every tag closed in its order, and what is to be read."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Parsed"]


class Parsed(HTMLParser):
    """A piece of HTML; refuses tags that are not closed in their order.

    Attributes:
        seen: each tag with its attributes, in their order.
        text: what stands between the tags.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.seen: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """See `HTMLParser`."""
        self.seen.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        self.text += data
