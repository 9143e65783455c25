"""The one look of issued documents: reportlab, an embedded font, black on white. Same content, same bytes."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT_FOLDER = Path(__file__).parent / "fonts"
INK = colors.HexColor("#16202c")
MUTED = colors.HexColor("#55606d")
RULE = colors.HexColor("#b8c0ca")
CONTENT_WIDTH = LETTER[0] - 36 * mm


@cache
def register_fonts() -> None:
    for name in ("Regular", "Semibold", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Muster-{name}", FONT_FOLDER / f"SourceSans3-{name}.ttf"))


@cache
def styles() -> dict[str, ParagraphStyle]:
    register_fonts()
    body = ParagraphStyle("body", fontName="Muster-Regular", fontSize=9.5, leading=13, textColor=INK)
    return {
        "body": body,
        "small": ParagraphStyle("small", parent=body, fontSize=8, leading=11, textColor=MUTED),
        "label": ParagraphStyle("label", parent=body, fontSize=8, leading=11, textColor=MUTED),
        "strong": ParagraphStyle("strong", parent=body, fontName="Muster-Semibold"),
        "right": ParagraphStyle("right", parent=body, alignment=TA_RIGHT),
        "right_strong": ParagraphStyle("right_strong", parent=body, fontName="Muster-Bold", alignment=TA_RIGHT),
        "title": ParagraphStyle("title", parent=body, fontName="Muster-Bold", fontSize=20, leading=24),
        "issuer": ParagraphStyle("issuer", parent=body, fontName="Muster-Bold", fontSize=12, leading=15),
        "heading": ParagraphStyle(
            "heading", parent=body, fontName="Muster-Semibold", fontSize=8, leading=11, textColor=MUTED
        ),
        "heading_right": ParagraphStyle(
            "heading_right",
            parent=body,
            fontName="Muster-Semibold",
            fontSize=8,
            leading=11,
            textColor=MUTED,
            alignment=TA_RIGHT,
        ),
    }


def text(value: object, style: str = "body") -> Paragraph:
    """Whatever people typed is text, never markup."""
    return Paragraph(escape(str(value)).replace("\n", "<br/>"), styles()[style])


def letterhead(*, issuer: Sequence[str], title: str, number: str, facts: Sequence[tuple[str, str]]) -> list[Flowable]:
    """Issuer on the left, title and number with dated facts on the right."""
    left = [text(issuer[0], "issuer"), *(text(line, "small") for line in issuer[1:] if line)]
    right: list[Flowable] = [text(title, "title"), text(number, "strong")]
    right += [text(f"{label}: {value}", "body") for label, value in facts]
    table = Table([[left, right]], colWidths=[CONTENT_WIDTH * 0.52, CONTENT_WIDTH * 0.48])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return [table, Spacer(0, 8 * mm)]


def pairs(rows: Sequence[tuple[str, str]]) -> Flowable:
    """Labels and values side by side."""
    table = Table(
        [[text(label, "label"), text(value)] for label, value in rows],
        colWidths=[CONTENT_WIDTH * 0.2, CONTENT_WIDTH * 0.8],
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    return table


def lines_table(
    *, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], numeric_from: int
) -> Flowable:
    """A ruled table whose heading repeats on each page; columns from `numeric_from` on are aligned to the right."""

    def cell(value: str, column: int, heading: bool = False) -> Paragraph:
        if heading:
            return text(value, "heading_right" if column >= numeric_from else "heading")
        return text(value, "right" if column >= numeric_from else "body")

    data = [[cell(value, column, heading=True) for column, value in enumerate(headings)]]
    data += [[cell(value, column) for column, value in enumerate(row)] for row in rows]
    table = Table(data, colWidths=[CONTENT_WIDTH * width for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def totals(rows: Sequence[tuple[str, str, bool]]) -> Flowable:
    """Right-hand sums: label, amount, and whether it is the one that matters."""
    data = [
        [text(label, "right_strong" if strong else "right"), text(amount, "right_strong" if strong else "right")]
        for label, amount, strong in rows
    ]
    table = Table(data, colWidths=[CONTENT_WIDTH * 0.76, CONTENT_WIDTH * 0.24])
    rules = [("LINEABOVE", (1, index), (1, index), 0.8, INK) for index, row in enumerate(rows) if row[2]]
    table.setStyle(
        TableStyle(
            [
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                *rules,
            ]
        )
    )
    return table


def build(*, story: list[Flowable], title: str, author: str, footer: str) -> bytes:
    """Lay it out. `invariant` leaves out the clock, so that the same content gives the same bytes and hash."""
    register_fonts()
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=LETTER,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=20 * mm,
        title=title,
        author=author,
        invariant=1,
    )

    def draw_footer(canvas: Canvas, layout: Any) -> None:
        canvas.saveState()
        canvas.setFont("Muster-Regular", 8)
        canvas.setFillColor(MUTED)
        canvas.drawString(18 * mm, 12 * mm, footer)
        canvas.drawRightString(LETTER[0] - 18 * mm, 12 * mm, f"Page {layout.page}")
        canvas.restoreState()

    document.build(story, onFirstPage=draw_footer, onLaterPages=draw_footer)
    return buffer.getvalue()
