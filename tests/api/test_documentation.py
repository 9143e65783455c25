"""docs/api.md speaks of addresses and words that are there."""

import re
from pathlib import Path

import yaml

from messaging.consents import CONSENT_WORDING

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_address_that_the_page_names_is_in_the_schema() -> None:
    paths = yaml.safe_load((DOCS / "openapi.yaml").read_text())["paths"]
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "{id}", path.removeprefix("/api/v1/")))
        for path, methods in paths.items()
        for method in methods
    }
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) ([a-z][\w/{}-]*)", (DOCS / "api.md").read_text())
    assert len(named) > 25
    assert {pair for pair in named if pair not in known} == set()


def test_the_consent_is_quoted_word_for_word() -> None:
    page = " ".join((DOCS / "api.md").read_text().split())
    assert CONSENT_WORDING in page
