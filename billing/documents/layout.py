"""The one layout of all documents: letterhead, facts, lines, taxes, sums, sentences. What stands there is content."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from billing.documents import rendering
from billing.documents.content import DocumentContent, Line, Party, Section, Total
from billing.documents.kinds import COLUMNS, KINDS, Column
from billing.documents.logos import logo_of
from billing.documents.wording import Wording

# Its heading, the table's, and one line of the usual length: else a new page begins with it.
_ROOM_FOR_A_SECTION = 45 * mm


def render(content: DocumentContent) -> bytes:
    """A PDF; the same content gives the same bytes. Raises NotFound when its logo is not stored."""
    words, kind = Wording(content.language), KINDS[content.kind]
    title = words.say(content.title or kind.title)
    story: list[Flowable] = rendering.letterhead(
        issuer=_party_lines(content.issuer, words),
        title=title,
        number=content.number,
        facts=[
            (words.say("date"), words.iso_date(content.issued_on)),
            (words.say("currency"), content.currency),
        ],
        logo=_logo(content.logo_sha256),
        labelled=words.say("labelled"),
    )
    story += [
        rendering.pairs(
            [
                (words.say(content.recipient_term), "\n".join(_party_lines(content.recipient, words))),
                *((words.say(fact.term), fact.text) for fact in content.facts if fact.text),
            ]
        ),
        *([Spacer(0, 6 * mm), _table(content.lines, kind.columns, content, words)] if content.lines else []),
        *(part for section in content.sections for part in _section(section, content, words)),
        *_sums(_totals(content, words)),
        Spacer(0, 6 * mm),
        *(rendering.text(note, "note") for note in content.notes),
    ]
    return rendering.build(
        story=story,
        title=f"{title} {content.number}",
        author=content.issuer.name,
        footer=f"{title} {content.number} · {content.issuer.name}",
        page_words=words.say("page"),
        language=content.language,
    )


def _section(section: Section, content: DocumentContent, words: Wording) -> list[Flowable]:
    drawn: list[Flowable] = [
        CondPageBreak(_ROOM_FOR_A_SECTION),
        Spacer(0, 6 * mm),
        rendering.text(words.say(section.term), "section"),
    ]
    if section.lines:
        drawn.append(_table(section.lines, COLUMNS[section.columns], content, words))
    return drawn + _sums([_sum(total, content, words) for total in section.totals])


def _table(lines: Sequence[Line], columns: Sequence[Column], content: DocumentContent, words: Wording) -> Flowable:
    return rendering.lines_table(
        headings=[words.say(column.heading) for column in columns],
        rows=[[_cell(line, column, content, words) for column in columns] for line in lines],
        widths=[column.width for column in columns],
        numeric_from=2 if columns[1].figure == "code" else 1,
    )


def _sums(rows: Sequence[tuple[str, str, bool]]) -> list[Flowable]:
    return [Spacer(0, 3 * mm), KeepTogether([rendering.totals(rows)])] if rows else []


def _party_lines(party: Party, words: Wording) -> list[str]:
    lines = [party.name, party.address, party.email, party.phone]
    registered = [number.partition(" ") for number in party.tax_numbers]
    return [line for line in lines if line] + [
        words.say("tax_number", number=f"{words.tax_name(name)} {number}") for name, _, number in registered
    ]


def _cell(line: Line, column: Column, content: DocumentContent, words: Wording) -> str:
    match column.figure:
        case "description":
            return "\n".join(filter(None, [line.description, *line.details]))
        case "code":
            return line.code
        case "worked":
            return words.hours(line.worked_minutes) if line.worked_minutes is not None else ""
        case "charged":
            return words.hours(line.charged_minutes) if line.charged_minutes else ""
        case "rate":
            return words.rate(line.rate_cents_per_hour, content.currency)
        case "net":
            return words.figure(line.net_cents, content.currency)
        case "tax":
            return words.figure(line.tax_cents, content.currency) if line.tax_cents else ""
        case "amount":
            return words.figure(line.gross_cents, content.currency)
    raise KeyError(column.figure)


def _totals(content: DocumentContent, words: Wording) -> list[tuple[str, str, bool]]:
    rows: list[tuple[str, str, bool]] = []
    if content.net_cents is not None:
        rows.append((words.say("subtotal"), words.money(content.net_cents, content.currency), False))
        rows += [
            (
                words.tax_label(
                    name=tax.name,
                    rate_basis_points=tax.rate_basis_points,
                    registration_number=tax.registration_number,
                ),
                words.money(tax.cents, content.currency),
                False,
            )
            for tax in content.taxes
        ]
    return rows + [_sum(total, content, words) for total in content.totals]


def _sum(total: Total, content: DocumentContent, words: Wording) -> tuple[str, str, bool]:
    return words.say(total.term), words.money(total.cents, content.currency), total.is_strong


def _logo(sha256: str) -> Flowable | None:
    if not sha256:
        return None
    logo = logo_of(sha256)
    return rendering.picture(logo.content, width=logo.width, height=logo.height)
