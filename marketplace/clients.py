"""Clients: businesses and citizens who ask for officers, the people who act for them, and departments' blocks."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.people import create_person, person_by_email
from accounts.refusals import EmailTaken
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace import access, events
from marketplace.acting import person_id_of
from marketplace.models import Client, ClientBlock, ClientMember
from marketplace.refusals import ClientAlreadyBlocked, ClientNotBlocked, ReasonMissing
from marketplace.terms import check_text


def create_client(
    *,
    person: Person,
    kind: str,
    name: str,
    billing_email: str,
    phone: str = "",
    billing_address: str = "",
    actor: Actor,
    at: datetime,
) -> Client:
    """A client account with one person who acts for it. Raises InvalidInput subclasses that name the field."""
    if kind not in Client.Kind.values:
        raise InvalidInput("Say whether you are a person, a business or a non-profit.", field="kind")
    check_text(field="name", what="the client's name", text=name, maximum=160)
    check_text(field="phone", what="the phone number", text=phone, maximum=20, required=False)
    check_text(field="billing_address", what="the billing address", text=billing_address, maximum=300, required=False)
    _check_email(billing_email, "billing_email")
    with transaction.atomic():
        client = Client.objects.create(
            kind=kind,
            name=name.strip(),
            billing_email=billing_email.strip().lower(),
            phone=phone.strip(),
            billing_address=billing_address.strip(),
            created_at=at,
        )
        ClientMember.objects.create(client=client, person=person, started_at=at)
        audit.record(
            actor=actor,
            action="client.created",
            subject_kind="client",
            subject_id=client.id,
            at=at,
            after={"kind": client.kind, "name": client.name, "person_id": str(person.id)},
        )
    return client


def change_client(
    *,
    client_id: UUID,
    kind: str,
    name: str,
    billing_email: str,
    phone: str = "",
    billing_address: str = "",
    actor: Actor,
    at: datetime,
) -> Client:
    """New details of a client, for contracts and invoices to come. Raises InvalidInput subclasses that name the field.

    Whoever calls has found the client through an access function.
    """
    if kind not in Client.Kind.values:
        raise InvalidInput("Say whether you are a person, a business or a non-profit.", field="kind")
    check_text(field="name", what="the client's name", text=name, maximum=160)
    check_text(field="phone", what="the phone number", text=phone, maximum=20, required=False)
    check_text(field="billing_address", what="the billing address", text=billing_address, maximum=300, required=False)
    _check_email(billing_email, "billing_email")
    wanted = {
        "kind": kind,
        "name": name.strip(),
        "billing_email": billing_email.strip().lower(),
        "phone": phone.strip(),
        "billing_address": billing_address.strip(),
    }
    with transaction.atomic():
        client = Client.objects.select_for_update().get(id=client_id)
        before = {field: getattr(client, field) for field in wanted}
        changed = [field for field in wanted if wanted[field] != before[field]]
        if not changed:
            return client
        for field in changed:
            setattr(client, field, wanted[field])
        client.save(update_fields=changed)
        audit.record(
            actor=actor,
            action="client.changed",
            subject_kind="client",
            subject_id=client.id,
            at=at,
            before={field: before[field] for field in changed},
            after={field: wanted[field] for field in changed},
        )
    return client


def client_for_caller(
    *,
    department_id: UUID,
    name: str,
    email: str,
    phone: str = "",
    kind: str = Client.Kind.BUSINESS,
    actor: Actor,
    at: datetime,
) -> Client:
    """The client of somebody on the coordinator's phone, made when needed, and an invitation by mail to claim it.

    Somebody known by that address keeps their account; the client of the same name that they act for is used again.
    """
    _check_email(email, "email")
    check_text(field="name", what="the client's name", text=name, maximum=160)
    with transaction.atomic():
        person = _person_at(email, actor=actor, at=at)
        known = (
            Client.objects.filter(members__person=person, members__ended_at=None, name__iexact=name.strip())
            .order_by("created_at")
            .first()
        )
        if known is not None:
            return known
        client = create_client(
            person=person, kind=kind, name=name, billing_email=email, phone=phone, actor=actor, at=at
        )
        outbox.announce(
            name=events.CLIENT_INVITED,
            payload={
                "client_id": str(client.id),
                "person_id": str(person.id),
                "department_id": str(department_id),
            },
            tenant_id=department_id,
            at=at,
        )
    return client


def clients_of(person: Person) -> list[Client]:
    """The clients that a person acts for, the oldest first."""
    return list(
        Client.objects.filter(members__person=person, members__ended_at=None).order_by("members__started_at", "id")
    )


def block_client(*, client_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> ClientBlock:
    """Take no more requests from a client. What is agreed already goes on.

    Raises NotFound for a client who never asked this department, ReasonMissing, ClientAlreadyBlocked.
    """
    if not reason.strip():
        raise ReasonMissing("Give a reason: it stays on file.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    client = access.client_for_department(department_id=department_id, client_id=client_id)
    with transaction.atomic():
        # The same row that submitting locks: a request is either before the block or refused by it.
        client = Client.objects.select_for_update().get(id=client.id)
        standing = _live_block(client_id=client.id, department_id=department_id)
        if standing is not None:
            raise ClientAlreadyBlocked(standing.blocked_at)
        block = ClientBlock.objects.create(
            client=client,
            department_id=department_id,
            reason=reason.strip(),
            blocked_by_person_id=person_id_of(actor),
            blocked_at=at,
        )
        _record(block, "client.blocked", actor, at, reason=reason.strip())
        outbox.announce(
            name=events.CLIENT_BLOCKED,
            payload={"client_id": str(client.id), "department_id": str(department_id)},
            tenant_id=department_id,
            at=at,
        )
    return block


def lift_block(*, client_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> ClientBlock:
    """Raises ClientNotBlocked."""
    with transaction.atomic():
        Client.objects.select_for_update().filter(id=client_id).first()
        block = _live_block(client_id=client_id, department_id=department_id)
        if block is None:
            raise ClientNotBlocked()
        block.lifted_at = at
        block.lifted_by_person_id = actor.person_id
        block.save(update_fields=["lifted_at", "lifted_by_person_id"])
        _record(block, "client.unblocked", actor, at)
    return block


def is_blocked(*, client_id: UUID, department_id: UUID) -> bool:
    return _live_block(client_id=client_id, department_id=department_id) is not None


def _live_block(*, client_id: UUID, department_id: UUID) -> ClientBlock | None:
    return ClientBlock.objects.filter(client_id=client_id, department_id=department_id, lifted_at=None).first()


def _person_at(email: str, *, actor: Actor, at: datetime) -> Person:
    known = person_by_email(email=email)
    if known is not None:
        return known
    try:
        # With a known address, not proved yet: signing in by a code to it proves it.
        with transaction.atomic():
            return create_person(email=email, given_name="", family_name="", actor=actor, at=at)
    except (EmailTaken, IntegrityError):
        return Person.objects.get(email__iexact=email.strip())


def _check_email(email: str, field: str) -> None:
    try:
        validate_email(email.strip())
    except ValidationError:
        raise InvalidInput("Enter an e-mail address such as name@example.com.", field=field) from None
    check_text(field=field, what="the e-mail address", text=email, maximum=254)


def _record(block: ClientBlock, action: str, actor: Actor, at: datetime, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="client",
        subject_id=block.client_id,
        tenant_id=block.department_id,
        at=at,
        before={"blocked": action != "client.blocked"},
        after={"blocked": action == "client.blocked"},
        reason=reason,
    )
