"""What payees hear when money goes back: taken from their account, owed from now on, or kept from what they earned."""

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from billing.models import Netting, PayeeAccount, TransferReversal
from kernel.languages import speaking
from kernel.subscriptions import Event
from notifications import wording
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.payees import payee_language, tell_payee

_PAGES = {
    PayeeAccount.OwnerKind.DEPARTMENT: "department:debts",
    PayeeAccount.OwnerKind.AGENCY: "agency:money",
}


def tell_reversal(*, event: Event, at: datetime) -> None:
    """billing.reversal_done"""
    reversal = _reversal(event)
    with _language(event):
        _tell(
            event,
            at,
            subject=gettext("%(job)s: money was taken back"),
            heading=gettext("Money was taken back from your payment account"),
            paragraphs=(_why(reversal), gettext("Your next statement shows it.")),
            job=reversal.debt.job.reference,
        )


def tell_refused_reversal(*, event: Event, at: datetime) -> None:
    """billing.reversal_refused: too little was in the account."""
    reversal = _reversal(event)
    with _language(event):
        _tell(
            event,
            at,
            subject=gettext("%(job)s: money to give back"),
            heading=gettext("You have money to give back"),
            paragraphs=(
                _why(reversal),
                gettext(
                    "There was too little in your payment account to take your part back. It is kept from what you "
                    "earn next; you need not do anything."
                ),
            ),
            job=reversal.debt.job.reference,
        )


def tell_netting(*, event: Event, at: datetime) -> None:
    """billing.debt_netted"""
    netting = Netting.objects.select_related("debt__job", "settlement__job").get(id=event.payload["netting_id"])
    left = wording.money(netting.debt.owed_cents, netting.currency)
    with _language(event):
        _tell(
            event,
            at,
            subject=gettext("%(job)s: a part was kept"),
            heading=gettext("A part of what you earned was kept"),
            paragraphs=(
                gettext("It pays what you had to give back of job %(job)s.") % {"job": netting.debt.job.reference},
                gettext("Still to give back of that job: %(amount)s.") % {"amount": left},
            ),
            job=netting.settlement.job.reference,
        )


def _language(event: Event) -> AbstractContextManager[None]:
    payload = event.payload
    return speaking(payee_language(owner_kind=payload["owner_kind"], owner_id=UUID(payload["owner_id"])))


def _why(reversal: TransferReversal) -> str:
    return gettext("A part of the bill of job %(job)s went back to the client. The reason: %(reason)s") % {
        "job": reversal.debt.job.reference,
        "reason": reversal.debt.share.case.reason,
    }


def _reversal(event: Event) -> TransferReversal:
    return TransferReversal.objects.select_related("debt__job", "debt__share__case").get(
        id=event.payload["reversal_id"]
    )


def _tell(event: Event, at: datetime, *, subject: str, heading: str, paragraphs: tuple[str, ...], job: str) -> None:
    payload = event.payload
    owner_kind, owner_id = payload["owner_kind"], UUID(payload["owner_id"])
    page = _PAGES.get(owner_kind)
    letter = Letter(
        subject=subject % {"job": job},
        heading=heading,
        paragraphs=paragraphs,
        facts=(
            (gettext("Job"), job),
            (gettext("Amount"), wording.money(payload["amount_cents"], payload["currency"])),
        ),
        action=(
            gettext("See what you earned"),
            tenant_link(owner_id, page) if page else marketplace_link("officer:earnings"),
        ),
    )
    tell_payee(letter, owner_kind=owner_kind, owner_id=owner_id, event=event, at=at)
