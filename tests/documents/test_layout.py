"""The one layout, from values alone: no database."""

from dataclasses import replace
from io import BytesIO
from itertools import cycle, pairwise

import pytest
from pypdf import PdfReader

from billing.documents.content import DocumentContent, Fact, Line, Party, Tax, Total, content_hash
from billing.documents.kinds import KINDS
from billing.documents.layout import render
from kernel.languages import LANGUAGES

LINE = Line(
    "Constable, night premium",
    123_456,
    details=("Éloïse Ñuñez-Castañeda de l’Œuvre",),
    code="OT1.5",
    worked_minutes=215,
    charged_minutes=240,
    rate_cents_per_hour=10_975,
    net_cents=109_262,
    tax_cents=14_194,
)


def content(kind: str = "invoice", language: str = "en", lines: int = 1) -> DocumentContent:
    return DocumentContent(
        kind=kind,
        number="LRPS-INV-2026-00042",
        language=language,
        issued_on="2026-12-01",
        currency="CAD",
        issuer=Party("Service de police", "1, rue de l’Œuvre", tax_numbers=("GST/HST 10000 0001 RT0001",)),
        recipient=Party("Foire d’été <b>& fils</b>", "2 Quay Road\nOakville ON"),
        recipient_term="bill_to",
        facts=(Fact("job", "AB12 · Fête"),),
        lines=(LINE,) * lines,
        net_cents=100_000,
        taxes=(Tax("HST", 1300, "10000 0001 RT0001", 13_000), Tax("QST", 997.5, "", 9_975)),
        totals=(Total("total", 122_975, is_strong=True), Total("balance", 0)),
        total_cents=122_975,
        notes=("A sentence.",),
    )


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(("kind", "language"), list(zip(KINDS, cycle(LANGUAGES), strict=False)))
def test_every_kind_is_drawn(kind: str, language: str) -> None:
    text = " ".join(pages(render(content(kind, language)))[0].split())
    assert "Éloïse Ñuñez-Castañeda de l’Œuvre" in text
    assert "Foire d’été <b>& fils</b>" in text
    assert f"{'TPS/TVH' if language == 'fr-CA' else 'GST/HST'} 10000 0001 RT0001" in text


def test_the_same_content_gives_the_same_bytes_also_after_the_database_reordered_it() -> None:
    written = content(language="fr-CA").to_json()
    reordered = {name: written[name] for name in sorted(written)}
    assert render(DocumentContent.from_json(reordered)) == render(content(language="fr-CA"))
    assert content_hash(reordered) == content_hash(written)
    assert content_hash({**written, "total_cents": 1}) != content_hash(written)


def test_forty_lines_go_over_pages_with_their_headings_and_numbers() -> None:
    found = pages(render(content(lines=40)))
    assert len(found) >= 2
    for number, text in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in text
    assert all("Description" in text for text in found[:-1])
    assert "Total" in found[-1]


def test_large_amounts_stay_in_their_columns() -> None:
    large = replace(content(), lines=(replace(LINE, net_cents=98_765_432_100, gross_cents=98_765_432_100),))
    page = PdfReader(BytesIO(render(large))).pages[0]
    starts: list[tuple[float, float, str, float]] = []
    page.extract_text(
        visitor_text=lambda text, _cm, matrix, _font, size: starts.append((matrix[5], matrix[4], text.strip(), size))
    )
    row = sorted((x, text, size) for _, x, text, size in starts if text.startswith("CA$987") or text == "CA$141.94")
    assert len(row) == 3
    for (left, text, size), (right, _, _) in pairwise(row):
        # Figures of this font are half an em wide.
        assert left + len(text) * size * 0.45 < right
