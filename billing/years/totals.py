"""What each payee was paid in a calendar year: the day of the payment counts, by the payee's own calendar. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.years.thresholds import thresholds_for


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that went to a payee, or came back from them (`cents` below zero). `fee_cents` was kept from it before."""

    job_id: UUID | None
    happened_at: datetime
    cents: int
    fee_cents: int = 0


@dataclass(frozen=True, slots=True)
class YearTotal:
    """Cents. gross = paid and what was kept as fees; net = gross − fees − reversed. `forms` are those reached."""

    payee_kind: str
    payee_id: str
    name: str
    country: str
    currency: str
    year: int
    gross_cents: int
    fees_cents: int
    reversed_cents: int
    payments: int
    forms: tuple[str, ...] = ()

    @property
    def net_cents(self) -> int:
        return self.gross_cents - self.fees_cents - self.reversed_cents

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "forms": list(self.forms), "net_cents": self.net_cents}


@dataclass(frozen=True, slots=True)
class Payee:
    kind: str
    id: UUID
    name: str
    country: str
    currency: str
    time_zone: str


def years_of(*, payee: Payee, payments: Iterable[Payment]) -> dict[int, YearTotal]:
    """By year. What came back corrects the year in which that job was last paid before, however late it came."""
    zone = ZoneInfo(payee.time_zone)
    ordered = sorted(payments, key=lambda payment: payment.happened_at)
    last_year: dict[UUID | None, int] = {}
    totals: dict[int, YearTotal] = {}
    for payment in ordered:
        year = payment.happened_at.astimezone(zone).year
        if payment.cents >= 0:
            last_year[payment.job_id] = year
        else:
            year = last_year.get(payment.job_id, year)
        before = totals.get(year) or YearTotal(
            payee.kind, str(payee.id), payee.name, payee.country, payee.currency, year, 0, 0, 0, 0
        )
        totals[year] = replace(
            before,
            gross_cents=before.gross_cents + max(payment.cents, 0) + payment.fee_cents,
            fees_cents=before.fees_cents + payment.fee_cents,
            reversed_cents=before.reversed_cents + max(-payment.cents, 0),
            payments=before.payments + (payment.cents > 0),
        )
    return {year: replace(total, forms=_forms(total)) for year, total in totals.items()}


def _forms(total: YearTotal) -> tuple[str, ...]:
    reached = thresholds_for(country=total.country, year=total.year, payee_kind=total.payee_kind)
    return tuple(
        one.form
        for one in reached
        if one.is_reached(gross_cents=total.gross_cents, net_cents=total.net_cents, payments=total.payments)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A payee's year as it was filed, and as it is now; one of them is None when the payee was not there."""

    filed: YearTotal | None
    now: YearTotal | None

    @property
    def net_change_cents(self) -> int:
        return (self.now.net_cents if self.now else 0) - (self.filed.net_cents if self.filed else 0)


def changes(*, filed: Sequence[YearTotal], now: Sequence[YearTotal]) -> list[Change]:
    """Where the figures differ; a changed name alone is no correction."""
    before, after = ({_key(one): one for one in rows} for rows in (filed, now))
    found = [Change(before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())]
    return [one for one in found if _figures(one.filed) != _figures(one.now)]


def total_from_json(stored: dict[str, Any]) -> YearTotal:
    values = {name: value for name, value in stored.items() if name != "net_cents"}
    return YearTotal(**{**values, "forms": tuple(values["forms"])})


def _key(total: YearTotal) -> tuple[str, str, str]:
    return total.payee_kind, total.payee_id, total.currency


def _figures(total: YearTotal | None) -> tuple[int, int, int, int] | None:
    if total is None:
        return None
    return total.gross_cents, total.fees_cents, total.reversed_cents, total.payments
