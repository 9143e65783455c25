"""What no template may hold: things the content security policy kills, icons that are not there, raw colours."""

import re
from pathlib import Path

import pytest

from portals.states import alert_look, known_states

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.name + path.parent.name)
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons/lucide.svg").read_text()))

FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style[\s>]",
    "hx-on": r"\bhx-on\b",
    "an event attribute": r"<[^>]*\son(click|change|submit|load|input|key\w+)\s*=",
    "a javascript address": r"javascript:",
    "an htmx trigger filter": r"hx-trigger=\"[^\"]*\[",
    "an inline script": r"<script(?![^>]*\b(src|type=\"application/json\"))[^>]*>",
    "a colour outside the theme": r"\b(text|bg|border)-(gray|slate|zinc|red|green|blue|yellow|amber|orange)-\d",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_breaks_the_policy(page: Path) -> None:
    source = re.sub(r"{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.DOTALL)
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source)]
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_icon_exists(page: Path) -> None:
    source = page.read_text()
    named = set(re.findall(r'{% icon "([^"]+)"', source)) | set(re.findall(r'\bicon(?:_after)?="([a-z0-9-]+)"', source))
    named |= set(re.findall(r'<c-icon name="([a-z0-9-]+)"', source))
    assert named <= SPRITE, "add them to assets/icons/names.txt and build the sprite"


def test_every_state_has_an_icon_and_a_tone() -> None:
    tones = {"neutral", "primary", "info", "success", "warning", "error"}
    for state, look in known_states().items():
        assert look.icon in SPRITE, state
        assert look.tone in tones, state
    for level in ("debug", "info", "success", "warning", "error", "danger", "unknown"):
        assert alert_look(level).icon in SPRITE
        assert alert_look(level).tone in tones


def test_the_style_sheet_is_small_and_names_no_other_host() -> None:
    sheet = (ROOT / "static/css/muster.css").read_text()
    assert len(sheet) < 90_000
    assert not re.search(r"url\((?![\"']?(?:\.\./|data:))", sheet)
