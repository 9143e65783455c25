"""What a department or an agency was paid in one calendar month: a line for each transfer, with its job and its tax.

What was taken back of a transfer is a line below zero, in the month in which it was taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Manager, Q, Sum

from billing.documents.content import DocumentContent, Fact, Line, Total
from billing.documents.issuers import Issuer, issuer_of, platform_issuer
from billing.documents.storing import Readers, issue_once, issued_before
from billing.documents.wording import Wording
from billing.models import IssuedDocument, Settlement, Transfer, TransferReversal
from departments.policy.prices import ShiftPrice
from kernel.money import split_largest_remainder

Kind = IssuedDocument.Kind
# A transfer that began before midnight may be written down a little after it.
GRACE: Final = timedelta(hours=6)
_LOOKED_BACK: Final = timedelta(days=70)
_OWNER_KINDS: Final = ("department", "agency")


def issue_due_remittances(*, at: datetime) -> list[IssuedDocument]:
    """For everybody who was paid in the month that has ended where they are, what is not issued yet.

    Needs a session that may see payees' accounts.
    """
    moved = _payees(Transfer.objects, "payee_account", at) | _payees(
        TransferReversal.objects, "transfer__payee_account", at
    )
    issued = []
    for owner_kind, owner_id, currency in sorted(moved):
        ended = (issuer_of(tenant_id=owner_id).local_date(at - GRACE)).replace(day=1) - timedelta(days=1)
        document = issue_remittance(
            owner_kind=owner_kind, owner_id=owner_id, currency=currency, month=ended.replace(day=1), at=at
        )
        if document is not None:
            issued.append(document)
    return issued


def issue_remittance(
    *, owner_kind: str, owner_id: UUID, currency: str, month: date, at: datetime
) -> IssuedDocument | None:
    """`month` is its first day. The same one when it was issued before; None when no money moved in it.

    `total_cents` is below zero when more was taken back than was transferred.
    """
    business_key = f"remittance:{owner_kind}:{owner_id}:{currency}:{month:%Y-%m}"
    earlier = issued_before(business_key)
    if earlier is not None:
        return earlier
    payee, issuer = issuer_of(tenant_id=owner_id), platform_issuer()
    next_month = (month + timedelta(days=32)).replace(day=1)
    wanted: dict[str, Any] = {"currency": currency, "state": Transfer.State.DONE}
    wanted |= {"done_at__gte": _midnight(month, payee), "done_at__lt": _midnight(next_month, payee)}
    transfers = _transfers(owner_kind, owner_id, wanted)
    reversals = _reversals(owner_kind, owner_id, wanted)
    if not transfers and not reversals:
        return None
    return issue_once(
        business_key=business_key,
        kind=Kind.REMITTANCE,
        issuer=issuer,
        readers=Readers(**{f"{owner_kind}_id": owner_id}),
        write=lambda number, issued_on: _content(
            payee=payee,
            issuer=issuer,
            currency=currency,
            transfers=transfers,
            reversals=reversals,
            period=(month, next_month - timedelta(days=1)),
            number=number,
            issued_on=issued_on,
        ),
        at=at,
    )


def _payees(moves: Manager[Any], account: str, at: datetime) -> set[tuple[str, UUID, str]]:
    """Kind of owner, owner and currency of the moves that were done lately."""
    recent = moves.filter(state=Transfer.State.DONE, done_at__gte=at - _LOOKED_BACK)
    found = recent.filter(**{f"{account}__owner_kind__in": _OWNER_KINDS}).order_by()
    return set(found.values_list(f"{account}__owner_kind", f"{account}__owner_id", "currency").distinct())


def _transfers(owner_kind: str, owner_id: UUID, wanted: dict[str, Any]) -> list[Transfer]:
    found = Transfer.objects.filter(payee_account__owner_kind=owner_kind, payee_account__owner_id=owner_id, **wanted)
    return list(found.select_related("settlement__job", "settlement__shift").order_by("done_at", "id"))


def _reversals(owner_kind: str, owner_id: UUID, wanted: dict[str, Any]) -> list[TransferReversal]:
    found = TransferReversal.objects.filter(
        transfer__payee_account__owner_kind=owner_kind, transfer__payee_account__owner_id=owner_id, **wanted
    )
    return list(found.select_related("transfer__settlement__job").order_by("done_at", "id"))


def _content(
    *,
    payee: Issuer,
    issuer: Issuer,
    currency: str,
    transfers: Sequence[Transfer],
    reversals: Sequence[TransferReversal],
    period: tuple[date, date],
    number: str,
    issued_on: date,
) -> DocumentContent:
    words = Wording(payee.language)
    taxes = _tax_of_transfers([*transfers, *(reversal.transfer for reversal in reversals)])
    lines = (
        *(_line(transfer, taxes.get(transfer.id, 0), payee.zone, words) for transfer in transfers),
        *(
            _line_of_reversal(
                reversal, _tax_taken_back(reversal, taxes.get(reversal.transfer_id, 0)), payee.zone, words
            )
            for reversal in reversals
        ),
    )
    total_cents = sum(line.gross_cents for line in lines)
    tax_cents = sum(line.tax_cents for line in lines)
    return DocumentContent(
        kind=Kind.REMITTANCE,
        number=number,
        language=payee.language,
        issued_on=issued_on.isoformat(),
        currency=currency,
        issuer=issuer.party,
        recipient=payee.party,
        recipient_term="paid_to",
        facts=(Fact("period", words.period(*period)),),
        lines=lines,
        totals=(
            Total("subtotal", total_cents - tax_cents),
            Total("total_tax", tax_cents),
            Total("total_transferred", total_cents, is_strong=True),
        ),
        total_cents=total_cents,
        notes=(words.say("note_remittance"),),
    )


def _line(transfer: Transfer, tax_cents: int, zone: str, words: Wording) -> Line:
    settlement, job = transfer.settlement, transfer.settlement.job
    done_at = transfer.done_at or transfer.created_at
    pay_cents = sum(settlement.split["officer_cents"].values())
    supplied = words.say(
        "line_supplied",
        supplied=words.money(settlement.supplier_cents, settlement.currency),
        pay=words.money(pay_cents, settlement.currency),
    )
    shift = settlement.shift
    what = (words.say("line_passed_on"),) if transfer.late_charge_id else (supplied,) if pay_cents else ()
    return Line(
        description=f"{job.reference} · {job.title}",
        details=(
            words.slot(shift.starts_at, shift.ends_at, shift.time_zone),
            *what,
            words.say(
                "line_transfer_detail",
                date=words.day(done_at.astimezone(ZoneInfo(zone)).date()),
                provider_reference=transfer.provider_reference,
            ),
        ),
        net_cents=transfer.amount_cents - tax_cents,
        tax_cents=tax_cents,
        gross_cents=transfer.amount_cents,
    )


def _line_of_reversal(reversal: TransferReversal, tax_cents: int, zone: str, words: Wording) -> Line:
    job, done_at = reversal.transfer.settlement.job, reversal.done_at or reversal.created_at
    return Line(
        description=words.say("line_reversal", reference=job.reference, title=job.title),
        details=(
            words.say(
                "line_reversal_detail",
                date=words.day(done_at.astimezone(ZoneInfo(zone)).date()),
                provider_reference=reversal.provider_reference,
                transfer=reversal.transfer.provider_reference,
            ),
        ),
        net_cents=tax_cents - reversal.amount_cents,
        tax_cents=-tax_cents,
        gross_cents=-reversal.amount_cents,
    )


def _tax_taken_back(reversal: TransferReversal, tax_cents: int) -> int:
    """Of the transfer's tax. Counted from all that was taken back so far: a transfer that goes back whole, in however
    many parts and months, takes its tax back exactly."""
    transfer = reversal.transfer
    done = TransferReversal.objects.filter(transfer=transfer, state=TransferReversal.State.DONE)
    earlier = done.filter(Q(done_at__lt=reversal.done_at) | Q(done_at=reversal.done_at, id__lt=reversal.id))
    before: int = earlier.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    until = before + reversal.amount_cents
    return tax_cents * until // transfer.amount_cents - tax_cents * before // transfer.amount_cents


def _tax_of_transfers(transfers: Sequence[Transfer]) -> dict[UUID, int]:
    """The supplier's tax is in the supplier's share; where several charges bring it, each brings its part.

    All parts of a share are split together, so that the months in which they arrive sum to the tax. What was taken off
    a share before it was sent, or netted, takes its part of the tax with it. What was charged for paying late has none.
    """
    settlements = {transfer.settlement_id: transfer.settlement for transfer in transfers}
    owner_kind = transfers[0].payee_account.owner_kind
    shares: dict[UUID, list[Transfer]] = defaultdict(list)
    of_the_share = Transfer.objects.filter(
        settlement_id__in=list(settlements),
        payee_account_id=transfers[0].payee_account_id,
        assignment_id=None,
        late_charge=None,
    ).exclude(state=Transfer.State.CANCELLED)
    for part in of_the_share.order_by("id"):
        shares[part.settlement_id].append(part)
    found: dict[UUID, int] = {}
    for settlement_id, parts in shares.items():
        settlement, sent = settlements[settlement_id], [part.amount_cents for part in parts]
        not_sent = max(settlement.split[f"{owner_kind}_cents"] - sum(sent), 0)
        cents = split_largest_remainder(_supplier_tax(settlement), [*sent, not_sent])
        found |= dict(zip((part.id for part in parts), cents[:-1], strict=True))
    return found


def _supplier_tax(settlement: Settlement) -> int:
    return ShiftPrice.from_json(settlement.price).supplier_tax_cents


def _midnight(day: date, payee: Issuer) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(payee.zone))
