"""What the content security policy refuses silently, found in the templates before a browser does.

The policy allows scripts and styles from our own files only. A refused `hx-on` does nothing; a refused trigger filter
is worse: htmx ignores the filter and sends the request anyway.

    python -m config.lints.templates templates
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

TEMPLATE_SYNTAX = re.compile(r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|{%.*?%}|{{.*?}}", re.DOTALL)
EVENT_HANDLER = re.compile(
    r"on(abort|blur|change|click|contextmenu|copy|cut|dblclick|drag\w*|drop|error|focus\w*|input|invalid|key\w+|load\w*"
    r"|mouse\w+|paste|pointer\w+|reset|resize|scroll|select|submit|toggle|touch\w+|unload|wheel)"
)
# Data, not code: the policy lets both through.
HARMLESS_SCRIPT_TYPES = {"application/json", "application/ld+json"}


@dataclass(frozen=True)
class Finding:
    """One line of one template that the policy would refuse."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class _Reader(HTMLParser):
    def __init__(self, *, is_mail: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_mail = is_mail
        self.findings: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attributes}
        for name, value in given.items():
            for message in self._about_attribute(name, value):
                self._note(message)
        if tag == "script" and "src" not in given and given.get("type") not in HARMLESS_SCRIPT_TYPES:
            self._note("inline <script>: move it to a file under static/js")
        # Mail programs know no style sheets; the styles of a mail are laid into its elements when it is sent.
        if tag == "style" and not self.is_mail:
            self._note("inline <style>: move it to assets/")

    handle_startendtag = handle_starttag  # type: ignore[assignment]

    def _about_attribute(self, name: str, value: str) -> Iterator[str]:
        if name.startswith(("hx-on", "data-hx-on")):
            yield f"{name}: needs eval, which the policy refuses; listen in static/js"
        elif EVENT_HANDLER.fullmatch(name):
            yield f"{name}: inline handler; listen in static/js"
        elif name == "style" and not self.is_mail:
            yield 'style="": use a class, or a data attribute read by a script'
        elif name.removeprefix("data-") == "hx-trigger" and "[" in value:
            yield "hx-trigger with a filter: ignored under the policy, so the request is always sent"
        elif name.removeprefix("data-") in {"hx-vals", "hx-headers"} and value.lstrip().startswith(
            ("js:", "javascript:")
        ):
            yield f"{name} with js: needs eval, which the policy refuses"
        elif name.removeprefix("data-") == "hx-vars":
            yield "hx-vars needs eval, which the policy refuses; use hx-vals"
        elif value.strip().lower().startswith("javascript:"):
            yield f"{name}: a javascript: address"

    def _note(self, message: str) -> None:
        self.findings.append((self.getpos()[0], message))


def _blank(match: re.Match[str]) -> str:
    # Line numbers must survive.
    return re.sub(r"[^\n]", " ", match.group())


def findings_in_text(text: str, *, path: Path) -> list[Finding]:
    """What is wrong in one template. Files in an `email` folder or named `email*` may hold styles."""
    is_mail = path.name.startswith("email") or any(part in {"email", "emails", "mail"} for part in path.parts)
    reader = _Reader(is_mail=is_mail)
    reader.feed(TEMPLATE_SYNTAX.sub(_blank, text))
    reader.close()
    return [Finding(path=path, line=line, message=message) for line, message in reader.findings]


def findings_in_folder(folder: Path) -> list[Finding]:
    """Every finding in the HTML files below `folder`, in the order of their paths."""
    found: list[Finding] = []
    for path in sorted(folder.rglob("*.html")):
        found += findings_in_text(path.read_text(encoding="utf-8"), path=path)
    return found


if __name__ == "__main__":
    all_findings = [finding for name in sys.argv[1:] for finding in findings_in_folder(Path(name))]
    sys.stdout.writelines(f"{finding}\n" for finding in all_findings)
    raise SystemExit(1 if all_findings else 0)
