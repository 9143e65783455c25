"""What payees hear when money goes back: taken from their account, owed from now on, or kept from what they earned."""

from datetime import datetime
from uuid import UUID

from billing.models import Netting, PayeeAccount, TransferReversal
from kernel.subscriptions import Event
from notifications import wording
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.payees import tell_payee

_PAGES = {
    PayeeAccount.OwnerKind.DEPARTMENT: "department:debts",
    PayeeAccount.OwnerKind.AGENCY: "agency:money",
}


def tell_reversal(*, event: Event, at: datetime) -> None:
    """billing.reversal_done"""
    reversal = _reversal(event)
    _tell(
        event,
        at,
        subject="{job}: money was taken back",
        heading="Money was taken back from your payment account",
        paragraphs=(
            f"A part of the bill of job {reversal.debt.job.reference} went back to the client. "
            f"The reason: {reversal.debt.share.case.reason}",
            "Your next statement shows it.",
        ),
        job=reversal.debt.job.reference,
    )


def tell_refused_reversal(*, event: Event, at: datetime) -> None:
    """billing.reversal_refused: too little was in the account."""
    reversal = _reversal(event)
    _tell(
        event,
        at,
        subject="{job}: money to give back",
        heading="You have money to give back",
        paragraphs=(
            f"A part of the bill of job {reversal.debt.job.reference} went back to the client. "
            f"The reason: {reversal.debt.share.case.reason}",
            "There was too little in your payment account to take your part back. It is kept from what you earn next; "
            "you need not do anything.",
        ),
        job=reversal.debt.job.reference,
    )


def tell_netting(*, event: Event, at: datetime) -> None:
    """billing.debt_netted"""
    netting = Netting.objects.select_related("debt__job", "settlement__job").get(id=event.payload["netting_id"])
    left = wording.money(netting.debt.owed_cents, netting.currency)
    _tell(
        event,
        at,
        subject="{job}: a part was kept",
        heading="A part of what you earned was kept",
        paragraphs=(
            f"It pays what you had to give back of job {netting.debt.job.reference}.",
            f"Still to give back of that job: {left}.",
        ),
        job=netting.settlement.job.reference,
    )


def _reversal(event: Event) -> TransferReversal:
    return TransferReversal.objects.select_related("debt__job", "debt__share__case").get(
        id=event.payload["reversal_id"]
    )


def _tell(event: Event, at: datetime, *, subject: str, heading: str, paragraphs: tuple[str, ...], job: str) -> None:
    payload = event.payload
    owner_kind, owner_id = payload["owner_kind"], UUID(payload["owner_id"])
    page = _PAGES.get(owner_kind)
    letter = Letter(
        subject=subject.format(job=job),
        heading=heading,
        paragraphs=paragraphs,
        facts=(("Job", job), ("Amount", wording.money(payload["amount_cents"], payload["currency"]))),
        action=("See what you earned", tenant_link(owner_id, page) if page else marketplace_link("officer:earnings")),
    )
    tell_payee(letter, owner_kind=owner_kind, owner_id=owner_id, event=event, at=at)
