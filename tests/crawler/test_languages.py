"""Every page that an officer can open, in each language: nothing of it is left in English."""

import re
from html.parser import HTMLParser

# Words that neither French nor Spanish has: one of them alone gives an English sentence away.
_ENGLISH = re.compile(
    r"\b(the|your|you|yours|and|of|is|are|was|were|with|until|from|this|that|not|for|by|they|their|what|when|why|how|"
    r"who|which|has|have|had|been|be|will|may|can|it|its|at|to|shift|shifts|hours|award|awarded|bid|bids|officer|"
    r"officers|department|agency|rules|pay|paid|work|worked|clock|next|page|see|open|closed|never|only)\b",
    re.IGNORECASE,
)
_SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-countdown-prefix")
_VIEWS = ("", "?view=bids", "?view=past", "?view=map", "?verify=1")


class _Texts(HTMLParser):
    """What a reader sees or hears, outside of scripts and of what is marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.language = given.get("lang") or ""
        hidden = tag in ("script", "style") or (tag != "html" and "lang" in given) or self._hidden
        if not hidden:
            self.found += [value for name in _SPOKEN_ATTRIBUTES if (value := given.get(name))]
        if tag not in ("meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "line", "circle", "source"):
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        if not self._hidden and text.strip():
            self.found.append(" ".join(text.split()))

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def texts_of(page: str) -> _Texts:
    reader = _Texts()
    reader.feed(page)
    return reader
