"""The style guide shows every component: none may come out raw, under the project's own template settings."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest
from django.test import RequestFactory

from portals import design

COMPONENTS = Path(__file__).parent.parent.parent / "templates/cotton"


class _NoMessages(BaseStorage):
    def _get(self, *args: object, **kwargs: object) -> tuple[list[object], bool]:
        return [], True

    def _store(self, messages: object, response: object, *args: object, **kwargs: object) -> list[object]:
        return []


def _request(query: str = "") -> HttpRequest:
    request = RequestFactory().get(f"/styleguide/?{query}")
    request.user = AnonymousUser()
    request.tenant = request.membership = None  # type: ignore[attr-defined]
    request._messages = _NoMessages(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("query", ["", "shell=bottom", "shell=top&hue=95", "errors=1"])
def test_every_component_is_rendered(query: str) -> None:
    page = design.style_guide(_request(query)).content.decode()
    assert "<c-" not in page
    assert "{%" not in page
    assert "{{" not in page
    repeated = [name for name, times in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if times > 1]
    assert not repeated


def test_a_refused_form_keeps_what_was_typed_and_ties_the_error_to_its_field() -> None:
    page = design.style_guide(_request("errors=1")).content.decode()
    assert "<title>Error: " in page
    assert 'value="Harbour Days"' in page
    email = re.search(r'<input type="email"[^>]*>', page)
    assert email is not None
    assert 'aria-invalid="true"' in email.group(0)
    assert 'aria-describedby="id_email_error id_email_help"' in email.group(0)
    assert 'href="#id_email"' in page
    assert 'type="date"' in page


def test_the_guide_uses_every_component() -> None:
    pages = "".join(path.read_text() for path in (COMPONENTS.parent).rglob("*.html"))
    for component in COMPONENTS.glob("*.html"):
        assert f"<c-{component.stem.replace('_', '-')}" in pages, component.name


@pytest.mark.parametrize("name", ["400", "403", "404", "500"])
def test_error_pages_need_nothing_but_themselves(name: str) -> None:
    page = design.sample_error(_request(), name).content.decode()
    assert "<h1>" in page
    assert "<script" not in page


def test_an_email_has_its_styles_inline() -> None:
    page = design.sample_mail(_request()).content.decode()
    assert '<h1 style="' in page
