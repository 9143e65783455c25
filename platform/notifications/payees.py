"""What payees hear of the payment service: it asks them for something, by a day, and where to give it."""

from datetime import datetime
from uuid import UUID

from accounts.desk_roles import AGENCY_MONEY_HANDLERS, MONEY_HANDLERS
from billing.connect.keeping import asked_of
from billing.connect.wording import in_words
from billing.models import PayeeAccount
from kernel.subscriptions import Event
from marketplace.models import Officer
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
        home_id = Officer.objects.values_list("home_department_id", flat=True).get(id=account.owner_id)
        zone = get_tenant(tenant_id=home_id).time_zone
        # The page makes a fresh link on every visit, so this address never expires.
        letter = _letter(account, whose="you", zone=zone, url=marketplace_link("officer:payee_start"))
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


def _letter(account: PayeeAccount, *, whose: str, zone: str, url: str) -> Letter:
    deadline = account.asked_deadline_at
    until = wording.moment(deadline, zone) if deadline is not None else ""
    if not account.may_receive:
        consequence = "Until it has it, transfers are held. Nothing is lost: they go on as soon as it is there."
    elif until:
        consequence = f"You are paid as usual until {until}. From then on transfers are held until it has it."
    else:
        consequence = "You are paid as usual for now. Answer soon, or transfers will be held."
    return Letter(
        subject="Your payments need an answer" + (f" by {until}" if until and account.may_receive else ""),
        heading="The payment service asks for something",
        paragraphs=(f"It needs to know more about {whose} before it may go on paying out.", consequence),
        facts=(
            ("Asked for", ", ".join(in_words(one.code for one in asked_of(account)))),
            *((("By", until),) if until else ()),
        ),
        action=("Answer on its page", url),
        footnote="This address always works: it opens a fresh page of the payment service each time.",
    )
