"""The one look of issued documents: reportlab, an embedded font, black on white. Same content, same bytes."""

from collections.abc import Sequence
from functools import cache, lru_cache, partial
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
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT_FOLDER = Path(__file__).parent / "fonts"
INK = colors.HexColor("#16202c")
MUTED = colors.HexColor("#55606d")
RULE = colors.HexColor("#8c95a1")
CONTENT_WIDTH = LETTER[0] - 36 * mm
_BESIDE_FIGURES = 3
_LOGO_WIDTH, _LOGO_HEIGHT = 62 * mm, 18 * mm
_WIDTHS_KEPT = 8_192


class _MeasuredFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """Remembers how wide texts are: a document asks for the same words many times, and the next one again."""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(name, file)
        self.stringWidth = lru_cache(maxsize=_WIDTHS_KEPT)(super().stringWidth)


@cache
def register_fonts() -> None:
    for name in ("Regular", "Semibold", "Bold"):
        pdfmetrics.registerFont(_MeasuredFont(f"Muster-{name}", FONT_FOLDER / f"SourceSans3-{name}.ttf"))


@cache
def styles() -> dict[str, ParagraphStyle]:
    register_fonts()
    body = ParagraphStyle("body", fontName="Muster-Regular", fontSize=9.5, leading=13, textColor=INK)
    return {
        "body": body,
        "small": ParagraphStyle("small", parent=body, fontSize=8, leading=11, textColor=MUTED),
        "label": ParagraphStyle("label", parent=body, fontSize=8, leading=11, textColor=MUTED),
        "strong": ParagraphStyle("strong", parent=body, fontName="Muster-Semibold"),
        # A table's cells have padding of their own; this stands on one edge with them.
        "note": ParagraphStyle("note", parent=body, fontSize=8, leading=11, textColor=MUTED, leftIndent=-6),
        "section": ParagraphStyle("section", parent=body, fontName="Muster-Semibold", leftIndent=-6, spaceAfter=2),
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


def picture(content: bytes, *, width: int, height: int) -> Flowable:
    """A logo in the place that a letterhead has for it, whatever its own proportions."""
    scale = min(_LOGO_WIDTH / width, _LOGO_HEIGHT / height)
    return Image(BytesIO(content), width=width * scale, height=height * scale, hAlign="LEFT")


def letterhead(
    *,
    issuer: Sequence[str],
    title: str,
    number: str,
    facts: Sequence[tuple[str, str]],
    logo: Flowable | None = None,
    labelled: str = "{label}: {value}",
) -> list[Flowable]:
    """Logo and issuer on the left, title and number with dated facts on the right."""
    left: list[Flowable] = [logo, Spacer(0, 2 * mm)] if logo is not None else []
    left += [text(issuer[0], "issuer"), *(text(line, "small") for line in issuer[1:] if line)]
    right: list[Flowable] = [text(title, "title"), text(number, "strong")]
    right += [text(labelled.format(label=label, value=value), "body") for label, value in facts]
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

    heads = [text(value, "heading_right" if at >= numeric_from else "heading") for at, value in enumerate(headings)]
    words = [CONTENT_WIDTH * width - 2 * _BESIDE_FIGURES for width in widths[:numeric_from]]
    data = [
        heads,
        *([*map(_words_or_paragraph, row, words), *row[numeric_from:]] for row in rows),
    ]
    table = Table(data, colWidths=[CONTENT_WIDTH * width for width in widths], repeatRows=1)
    size = _size_that_fits([row[numeric_from:] for row in rows], widths[numeric_from:])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("FONT", (0, 1), (-1, -1), "Muster-Regular", 9.5, 13),
                ("FONTSIZE", (numeric_from, 1), (-1, -1), size),
                ("TEXTCOLOR", (0, 1), (-1, -1), INK),
                ("ALIGN", (numeric_from, 1), (-1, -1), "RIGHT"),
                ("LEFTPADDING", (numeric_from, 0), (-1, -1), _BESIDE_FIGURES),
                ("RIGHTPADDING", (numeric_from, 0), (-1, -1), _BESIDE_FIGURES),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _words_or_paragraph(value: str, room: float) -> str | Paragraph:
    """A paragraph costs ten times what a plain text does: only what must break is one. Figures never break."""
    fits = all(pdfmetrics.stringWidth(line, "Muster-Regular", 9.5) <= room for line in value.split("\n"))
    return value if fits else text(value)


def _size_that_fits(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> float:
    """Of all figures alike, so that columns stay calm: smaller where a large amount would run into its neighbour."""
    size = 9.5
    for column, width in enumerate(widths):
        room = CONTENT_WIDTH * width - 2 * _BESIDE_FIGURES
        longest = max((row[column] for row in rows), key=len, default="")
        taken = pdfmetrics.stringWidth(longest, "Muster-Regular", size)
        if taken > room:
            size *= room / taken
    return size


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


class _NumberedCanvas(Canvas):
    """Writes the footer when it knows how many pages there are."""

    def __init__(self, *arguments: Any, footer: str, page_words: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._footer_text, self._page_words = footer, page_words
        self._finished: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # reportlab calls it so
        self._finished.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for state in self._finished:
            self.__dict__.update(state)
            self._draw_footer(len(self._finished))
            super().showPage()
        super().save()

    def _draw_footer(self, pages: int) -> None:
        self.saveState()
        self.setFont("Muster-Regular", 8)
        self.setFillColor(MUTED)
        self.drawString(18 * mm, 12 * mm, self._footer_text)
        where = self._page_words.format(page=self._pageNumber, pages=pages)
        self.drawRightString(LETTER[0] - 18 * mm, 12 * mm, where)
        self.restoreState()


def build(
    *,
    story: list[Flowable],
    title: str,
    author: str,
    footer: str,
    page_words: str = "Page {page} of {pages}",
    language: str = "en",
) -> bytes:
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
        lang=language,
        invariant=1,
    )
    document.build(story, canvasmaker=partial(_NumberedCanvas, footer=footer, page_words=page_words))
    return buffer.getvalue()
