"""Invoices drawn from their content, against plain canvas calls that put the same text in the same places; memory."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO

from bench.figures import Figure, median_seconds
from billing.documents.content import DocumentContent, Fact, Line, Party, Tax, Total
from billing.documents.layout import render
from billing.documents.rendering import INK, LETTER, register_fonts

_FEW, _MANY = 20, 100
_BETWEEN_COLLECTIONS = 10


def measure() -> list[Figure]:
    register_fonts()
    figures = []
    for lines, documents in ((4, 20), (40, 5)):
        content = _invoice(lines)
        drawn = _drawn_text(content)
        ours = _seconds(documents, lambda content=content: render(content))
        peer = _seconds(documents, lambda drawn=drawn: _plain(drawn))
        figures.append(
            Figure(
                "invoices drawn", f"{lines} lines", "invoices/CPU s", documents / ours, documents / peer,
                "reportlab canvas calls, same text, same places, same fonts",
            )
        )  # fmt: skip
    few, many = _peak_mebibytes(_FEW), _peak_mebibytes(_MANY)
    figures.append(Figure("peak memory", f"{_MANY} invoices", "MiB", many, few, f"{_FEW} invoices: 1 is flat"))
    return figures


def _seconds(count: int, call: Callable[[], object]) -> float:
    """Of this process alone: nothing is waited for."""
    return median_seconds(lambda: _times(count, call), runs=3, clock=time.process_time)


def _times(count: int, call: Callable[[], object]) -> None:
    for _ in range(count):
        call()


def _invoice(lines: int) -> DocumentContent:
    line = Line(
        "Constable", 123_456, details=("Éloïse Ñuñez-Castañeda",), worked_minutes=215, charged_minutes=240,
        rate_cents_per_hour=10_975, net_cents=109_262, tax_cents=14_194,
    )  # fmt: skip
    return DocumentContent(
        kind="invoice",
        number="LRPS-INV-2026-00042",
        language="en",
        issued_on="2026-12-01",
        currency="CAD",
        issuer=Party("Lakeshore Regional Police", "1 Quay Road, Oakville ON", "details@example.org", "+1 905 555 0100"),
        recipient=Party("Harbour Fair", "2 Quay Road, Oakville ON", "pay@example.org"),
        recipient_term="bill_to",
        facts=(Fact("job", "AB12CD34 · Harbour Days"), Fact("venue", "Harbour, 1 Harbour Street")),
        lines=(line,) * lines,
        net_cents=109_262 * lines,
        taxes=(Tax("HST", 1300, "10000 0001 RT0001", 14_194 * lines),),
        totals=(Total("total", 123_456 * lines, is_strong=True), Total("balance", 0, is_strong=True)),
        total_cents=123_456 * lines,
        notes=("Worked is the time verified on site.",),
    )


def _drawn_text(content: DocumentContent) -> list[list[tuple[str, float, float, str, float]]]:
    """Page by page each piece of text with its font and place, heard from our own drawing."""
    from reportlab.pdfgen.textobject import PDFTextObject

    pages: list[list[tuple[str, float, float, str, float]]] = [[]]
    original = PDFTextObject._formatText

    def heard(self: PDFTextObject, text: str) -> str:
        canvas = self._canvas
        x, y = canvas.absolutePosition(self._x, self._y)
        while len(pages) < canvas.getPageNumber():
            pages.append([])
        pages[canvas.getPageNumber() - 1].append((self._fontname, self._fontsize, x, text, y))
        return original(self, text)

    PDFTextObject._formatText = heard
    try:
        render(content)
    finally:
        PDFTextObject._formatText = original
    return pages


def _plain(pages: list[list[tuple[str, float, float, str, float]]]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=LETTER, invariant=1)
    for page in pages:
        canvas.setFillColor(INK)
        for font, size, x, text, y in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _peak_mebibytes(count: int) -> float:
    content = _invoice(4)
    render(content)
    tracemalloc.start()
    # Layouts are cycles: without this the peak would tell when the collector happened to run.
    for _ in range(count // _BETWEEN_COLLECTIONS):
        _times(_BETWEEN_COLLECTIONS, lambda: render(content))
        gc.collect()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024 / 1024
