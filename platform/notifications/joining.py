"""The invitation to join, and the letter to somebody whose request was entered by phone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import Person
from departments import invitations
from kernel.actors import Actor
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import Client
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link, tenant_link
from tenants.queries import get_active_tenant


def invite_and_write(*, department_id: UUID, entry_id: UUID, actor: Actor, at: datetime) -> invitations.OpenInvitation:
    """Invite a member of the roster and queue the letter with the code, both or neither. The code leaves only by mail.

    Raises RosterEntryNotFound, AlreadyLeft, AlreadyJoined.
    """
    with transaction.atomic():
        invited = invitations.invite_member(department_id=department_id, entry_id=entry_id, actor=actor, at=at)
        send_invitation(
            department_id=department_id,
            invitation_id=invited.invitation_id,
            code=invited.code,
            given_name=invited.given_name,
            work_email=invited.sent_to,
            at=at,
        )
    return invitations.open_invitation(department_id=department_id, invitation_id=invited.invitation_id)


def send_invitation(
    *, department_id: UUID, invitation_id: UUID, code: str, given_name: str, work_email: str, at: datetime
) -> None:
    """Queue the invitation with its one-time code, in the transaction that made it."""
    department = get_active_tenant(tenant_id=department_id)
    # Nobody has said yet in which language they read: their department's own is the likeliest.
    with speaking(department.language):
        letter = Letter(
            subject=gettext("%(department)s invites you to off-duty work") % {"department": department.name},
            heading=gettext("Welcome, %(name)s") % {"name": given_name},
            paragraphs=(
                gettext(
                    "%(department)s uses Muster for off-duty details. Open the page below and enter this code: %(code)s"
                )
                % {"department": department.name, "code": code},
                gettext("The code works once, for seven days. If you did not expect this, tell your coordinator."),
            ),
            facts=((gettext("Your code"), code),),
            action=(gettext("Join"), tenant_link(department_id, "joining:invitation", invitation_id=invitation_id)),
            sender=department.name,
        )
        send_letter(
            letter, business_key=f"invitation:{invitation_id}", recipient=work_email, tenant_id=department_id, at=at
        )


def invite_to_claim_account(*, event: Event, at: datetime) -> None:
    """marketplace.client_invited: a coordinator entered a caller's request; the account is the caller's to claim."""
    client = Client.objects.get(id=event.payload["client_id"])
    person = Person.objects.get(id=event.payload["person_id"])
    department = get_active_tenant(tenant_id=UUID(event.payload["department_id"]))
    letter = Letter(
        subject="Your request for officers",
        heading=f"A request was entered for {client.name}",
        paragraphs=(
            f"{department.name} entered it for you. Sign in with this address (we send a code, you need no password) "
            "to read the contract, accept it and pay.",
        ),
        action=("Sign in", marketplace_link("account_request_login_code")),
        sender=department.name,
    )
    send_letter(
        letter,
        business_key=f"{event.id}",
        recipient=person.email,
        person_id=person.id,
        tenant_id=department.id,
        at=at,
    )
