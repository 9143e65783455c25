"""The platform's books as one page: do they balance, where is the money, and what is still on its way."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import balances
from billing.chart import CHART, PAYABLE_KINDS, Kind
from billing.ledger_verification import verify
from billing.models import Charge, LedgerEntry, Refund, Settlement, Transfer
from portals.operator.access import operator_page

MOVES_SHOWN = 50
MAXIMUM_YEAR = 9998
_CHARGES_DONE = ("succeeded", "failed", "expired", "cancelled")


@dataclass(frozen=True)
class CurrencyBooks:
    """Cents. `accounts`: meaning and balance of each kind. `difference` is zero when the identity holds."""

    currency: str
    trial_balance: int
    accounts: list[tuple[str, str, int]]
    captured: int
    refunded: int
    transferred: int
    fee: int
    fee_tax: int
    held: int
    written_off: int = 0

    @property
    def difference(self) -> int:
        gone = self.refunded + self.transferred + self.fee + self.fee_tax + self.held
        return self.captured + self.written_off - gone


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
    balances: dict[str, dict[str, int]] = {}
    trial: dict[str, int] = {}
    totals = LedgerEntry.objects.values("currency", "account__kind").annotate(
        debits=Sum("amount_cents", filter=Q(direction="debit"), default=0),
        credits=Sum("amount_cents", filter=Q(direction="credit"), default=0),
    )
    for row in totals:
        signed = row["debits"] - row["credits"]
        kind = row["account__kind"]
        balances.setdefault(row["currency"], {})[kind] = signed if CHART[kind].is_debit_normal else -signed
        trial[row["currency"]] = trial.get(row["currency"], 0) + signed
    settled = _by_currency(
        Settlement.objects.all(),
        fee=Sum(F("service_fee_cents") - F("credited_fee_cents"), default=0),
        tax=Sum(F("service_fee_tax_cents") - F("credited_fee_tax_cents"), default=0),
    )
    charged = _by_currency(
        Charge.objects.all(),
        captured=Sum("amount_cents", filter=Q(state="succeeded"), default=0),
        written_off=Sum("amount_cents", filter=Q(written_off_at__isnull=False), default=0),
    )
    amount = Sum("amount_cents", default=0)
    refunded = _by_currency(Refund.objects.filter(state="done"), amount=amount)
    transferred = _by_currency(Transfer.objects.filter(state="done"), amount=amount)
    for currency, by_kind in sorted(balances.items()):
        held = by_kind.get(Kind.PREPAID_JOB, 0) + sum(by_kind.get(kind, 0) for kind in PAYABLE_KINDS)
        yield CurrencyBooks(
            currency=currency,
            trial_balance=trial[currency],
            accounts=[(str(Kind(kind).label), CHART[kind].meaning, by_kind[kind]) for kind in CHART if kind in by_kind],
            captured=charged[currency]["captured"],
            refunded=refunded[currency]["amount"],
            transferred=transferred[currency]["amount"],
            fee=settled[currency]["fee"],
            fee_tax=settled[currency]["tax"],
            held=held - by_kind.get(Kind.CLIENT_RECEIVABLE, 0),
            written_off=charged[currency]["written_off"],
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
    for refund in Refund.objects.exclude(state__in=("done", "cancelled")).select_related("charge__job")[:MOVES_SHOWN]:
        yield {"what": "Refund", "row": refund, "job": refund.charge.job}
    for transfer in Transfer.objects.exclude(state__in=("done", "cancelled")).select_related("charge__job")[
        :MOVES_SHOWN
    ]:
        yield {"what": "Transfer", "row": transfer, "job": transfer.charge.job}


def _by_currency(rows: QuerySet[Any], **sums: Sum) -> dict[str, Counter[str]]:
    """The sums of each currency, in one query; of one without rows they are 0."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows.order_by().values("currency").annotate(**sums):
        found[row.pop("currency")].update(row)
    return found
