"""The platform's books as one page: do they balance, where is the money, and what is still on its way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.books import balances
from billing.books.chart import CHART, Kind
from billing.books.ledger_verification import verify
from billing.books.money import JobMoney, platform_money
from billing.contested import freezing
from billing.models import Charge, HoldEnding, Refund, Transfer
from portals.operator.access import operator_page

MOVES_SHOWN = 50
MAXIMUM_YEAR = 9998
# A capture that failed was replaced by a charge of its own.
_ENDINGS_DONE = ("done", "failed", "cancelled")
_CHARGES_DONE = ("succeeded", "failed", "expired", "cancelled")


@dataclass(frozen=True)
class CurrencyBooks:
    """Cents. `accounts`: meaning and balance of each kind."""

    currency: str
    trial_balance: int
    accounts: list[tuple[str, str, int]]
    money: JobMoney


@require_safe
@operator_page
def money(request: HttpRequest) -> HttpResponse:
    as_of, refused = _as_of(request)
    moves = sorted(_moves(), key=lambda move: move["row"].created_at, reverse=True)  # type: ignore[attr-defined]
    return render(
        request,
        "operator/money.html",
        {
            "books": list(_books()),
            "chart": list(_chart(as_of)),
            "as_of": request.GET.get("as_of", ""),
            "as_of_refused": refused,
            "moves": moves[:MOVES_SHOWN],
            "problems": verify() if "verify" in request.GET else None,
        },
    )


def _books() -> Iterator[CurrencyBooks]:
    by_currency = balances.by_kind()
    for money in platform_money():
        by_kind = by_currency.get(money.currency, {})
        yield CurrencyBooks(
            currency=money.currency,
            trial_balance=sum(cents if CHART[kind].is_debit_normal else -cents for kind, cents in by_kind.items()),
            accounts=[(str(Kind(kind).label), CHART[kind].meaning, by_kind[kind]) for kind in CHART if kind in by_kind],
            money=money,
        )


def _as_of(request: HttpRequest) -> tuple[datetime | None, bool]:
    """The end of the day that is asked for (UTC); now when none is. The second is true for what is no day."""
    text = request.GET.get("as_of", "").strip()
    day = None
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None, True
    if day is None or day.year > MAXIMUM_YEAR:
        return None, day is not None
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1), False


def _chart(at: datetime | None) -> Iterator[dict[str, object]]:
    """Per currency all kinds of accounts that are used, with their balance then and the side that it stands on."""
    for currency, by_kind in balances.by_kind(at=at).items():
        rows = [(kind, by_kind[kind]) for kind in CHART if by_kind.get(kind)]
        debits = sum(cents for kind, cents in rows if CHART[kind].is_debit_normal)
        credits = sum(cents for kind, cents in rows if not CHART[kind].is_debit_normal)
        yield {
            "currency": currency,
            "rows": [
                {
                    "name": str(Kind(kind).label),
                    "meaning": CHART[kind].meaning,
                    "debit": cents if CHART[kind].is_debit_normal else None,
                    "credit": None if CHART[kind].is_debit_normal else cents,
                }
                for kind, cents in rows
            ],
            "debits": debits,
            "credits": credits,
            "difference": debits - credits,
        }


def _moves() -> Iterator[dict[str, object]]:
    """What was intended and is not final."""
    for charge in Charge.objects.exclude(state__in=_CHARGES_DONE).select_related("job")[:MOVES_SHOWN]:
        yield {"what": "Charge", "row": charge, "job": charge.job}
    refunds = Refund.objects.exclude(state__in=("done", "cancelled")).select_related("charge__job")[:MOVES_SHOWN]
    lost = freezing.lost_charges(job_ids={refund.charge.job_id for refund in refunds})
    for refund in refunds:
        by_hand = freezing.why_by_hand(refund, lost=lost)
        yield {"what": "Refund", "row": refund, "job": refund.charge.job, "by_hand": by_hand}
    for transfer in Transfer.objects.exclude(state__in=("done", "cancelled")).select_related("charge__job")[
        :MOVES_SHOWN
    ]:
        yield {"what": "Transfer", "row": transfer, "job": transfer.charge.job}
    for ending in HoldEnding.objects.exclude(state__in=_ENDINGS_DONE).select_related("charge__job")[:MOVES_SHOWN]:
        yield {"what": _("Capture of a hold") if ending.kind == "capture" else _("Release of a hold"), "row": ending,
               "job": ending.charge.job}  # fmt: skip
