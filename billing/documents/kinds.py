"""What tells the kinds apart on paper: a title, a prefix of the number, and which columns the lines have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from billing.models import IssuedDocument

Kind = IssuedDocument.Kind


@dataclass(frozen=True, slots=True)
class Column:
    """`figure` names what of a line is shown, `heading` a key of the wording, `width` a share of the page."""

    figure: str
    heading: str
    width: float


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    title: str
    prefix: str
    columns: tuple[Column, ...]


_BILL = (
    Column("description", "col_description", 0.34),
    Column("worked", "col_worked", 0.09),
    Column("charged", "col_billed", 0.09),
    Column("rate", "col_rate", 0.13),
    Column("net", "col_net", 0.12),
    Column("tax", "col_tax", 0.10),
    Column("amount", "col_amount", 0.13),
)
_EARNINGS = (
    Column("description", "col_work", 0.39),
    Column("code", "col_code", 0.14),
    Column("worked", "col_worked", 0.10),
    Column("charged", "col_paid_hours", 0.11),
    Column("rate", "col_rate", 0.13),
    Column("amount", "col_amount", 0.13),
)
_SUMS = (
    Column("description", "col_description", 0.52),
    Column("net", "col_net", 0.16),
    Column("tax", "col_tax", 0.14),
    Column("amount", "col_amount", 0.18),
)
_MOVEMENTS = (
    Column("description", "col_description", 0.52),
    Column("code", "job", 0.28),
    Column("amount", "col_amount", 0.20),
)
# What the sections of a document name.
COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {"earnings": _EARNINGS, "movements": _MOVEMENTS}
_PAYMENT = (Column("description", "col_description", 0.78), Column("amount", "col_amount", 0.22))

KINDS: Final[Mapping[str, KindOfDocument]] = {
    Kind.INVOICE: KindOfDocument("title_invoice", "INV", _BILL),
    Kind.AGENCY_INVOICE: KindOfDocument("title_invoice", "INV", _BILL),
    Kind.CREDIT_NOTE: KindOfDocument("title_credit_note", "CN", _SUMS),
    Kind.RECEIPT: KindOfDocument("title_receipt", "RC", _PAYMENT),
    Kind.STATEMENT: KindOfDocument("title_statement", "ST", _EARNINGS),
    Kind.PERIOD_STATEMENT: KindOfDocument("title_statement", "PS", _EARNINGS),
    Kind.SELF_BILLED_INVOICE: KindOfDocument("title_self_billed", "SB", _EARNINGS),
    Kind.REMITTANCE: KindOfDocument("title_remittance", "RM", _SUMS),
}
