"""What payees hear of the payment service: it asks them for something, by a day, and where to give it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from accounts.desk_roles import AGENCY_MONEY_HANDLERS, MONEY_HANDLERS
from billing.connect.keeping import asked_of
from billing.connect.wording import in_words
from billing.models import PayeeAccount
from kernel.languages import DEFAULT_LANGUAGE, speaking
from kernel.subscriptions import Event
from marketplace.models import Officer
from messaging.spoken import spoken
from notifications import wording
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import write_to_officer
from tenants.queries import get_tenant


def tell_requirements(*, event: Event, at: datetime) -> None:
    """billing.payee_requirements_due. Nobody is written to who has answered meanwhile."""
    account = PayeeAccount.objects.get(id=UUID(event.payload["payee_account_id"]))
    if not account.asked:
        return
    if account.owner_kind == PayeeAccount.OwnerKind.OFFICER:
        officer = Officer.objects.select_related("person").get(id=account.owner_id)
        zone = get_tenant(tenant_id=officer.home_department_id).time_zone
        # The page makes a fresh link on every visit, so this address never expires.
        with speaking(officer.person.language):
            letter = _letter(account, whose="", zone=zone, url=marketplace_link("officer:payee_start"))
    else:
        tenant = get_tenant(tenant_id=account.owner_id)
        page = "department:onboarding" if tenant.is_department else "agency:onboarding"
        letter = _letter(account, whose=tenant.name, zone=tenant.time_zone, url=tenant_link(tenant.id, page))
    tell_payee(letter, owner_kind=account.owner_kind, owner_id=account.owner_id, event=event, at=at)


def tell_payee(letter: Letter, *, owner_kind: str, owner_id: UUID, event: Event, at: datetime) -> None:
    """The officer, or everybody who handles the money of the department or agency."""
    if owner_kind == PayeeAccount.OwnerKind.OFFICER:
        officer = Officer.objects.select_related("person").get(id=owner_id)
        write_to_officer(officer, letter, event=event, at=at)
        return
    roles = MONEY_HANDLERS if owner_kind == PayeeAccount.OwnerKind.DEPARTMENT else AGENCY_MONEY_HANDLERS
    for role in roles:
        tell_staff(letter, role=role, department_id=owner_id, event=event, at=at)


def payee_language(*, owner_kind: str, owner_id: UUID) -> str:
    """The officer's own; desks are written to in English."""
    if owner_kind != PayeeAccount.OwnerKind.OFFICER:
        return DEFAULT_LANGUAGE
    return Officer.objects.values_list("person__language", flat=True).get(id=owner_id)


def _letter(account: PayeeAccount, *, whose: str, zone: str, url: str) -> Letter:
    """`whose` "" is the reader's own."""
    deadline = account.asked_deadline_at
    until = wording.moment(deadline, zone) if deadline is not None else ""
    if not account.may_receive:
        consequence = gettext(
            "Until it has it, transfers are held. Nothing is lost: they go on as soon as it is there."
        )
    elif until:
        said = gettext("You are paid as usual until %(moment)s. From then on transfers are held until it has it.")
        consequence = said % {"moment": until}
    else:
        consequence = gettext("You are paid as usual for now. Answer soon, or transfers will be held.")
    subject = gettext("Your payments need an answer")
    if until and account.may_receive:
        subject = gettext("Your payments need an answer by %(moment)s") % {"moment": until}
    why = gettext("It needs to know more about you before it may go on paying out.")
    if whose:
        why = gettext("It needs to know more about %(name)s before it may go on paying out.") % {"name": whose}
    return Letter(
        subject=subject,
        heading=gettext("The payment service asks for something"),
        paragraphs=(why, consequence),
        facts=(
            (gettext("Asked for"), ", ".join(map(spoken, in_words(one.code for one in asked_of(account))))),
            *(((gettext("By"), until),) if until else ()),
        ),
        action=(gettext("Answer on its page"), url),
        footnote=gettext("This address always works: it opens a fresh page of the payment service each time."),
    )
