"""Everybody looks at everything that they may open: nobody is shown what is not theirs, and nothing breaks."""

import pytest

from kernel.models import AuditEvent
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tests.crawler.canaries import foreign_marks
from tests.crawler.checks import shown_to
from tests.crawler.visiting import Visits
from tests.crawler.world import MARKETPLACE, World

_ACTORS = (
    "client_a1", "client_a2", "client_b1", "officer_a1", "officer_a2", "officer_b1", "coordinator_a",
    "coordinator_b", "scheduler", "agency", "client_a4", "operator",
)  # fmt: skip


@pytest.mark.parametrize("name", _ACTORS)
def test_pages_and_endpoints_show_nobody_elses_marks(world: World, visits: Visits, name: str) -> None:
    found = shown_to(world, visits, name)
    assert not found, "\n".join(found)


def test_owners_do_see_their_own_marks(world: World, visits: Visits) -> None:
    """Without this, empty pages would pass."""
    seen = {
        ("client_a1", "/client/jobs/", MARKETPLACE): "cnry-aclient1-title",
        ("client_a1", f"/documents/{world.a.document('invoice').id}.pdf", MARKETPLACE): "cnry-abilling1-name",
        ("officer_a1", "/officer/profile/", MARKETPLACE): "cnry-aprivate1-home",
        ("officer_a1", "/api/v1/officer", MARKETPLACE): "cnry-aprivate1-home",
        ("coordinator_a", "/desk/requests.xlsx", world.a.host): "cnry-abilling1-name",
        ("coordinator_a", "/desk/roster/", world.a.host): "cnry-aofficer1-given",
        ("agency", "/staff/clients/", world.agency_host): "cnry-gbook-name",
        ("agency", "/staff/jobs/", world.agency_host): "cnry-aclient3-title",
        ("agency", "/staff/officers/", world.agency_host): "cnry-aofficer1-given",
        ("agency", "/staff/reconciliation/imports/", world.agency_host): "cnry-gbooks-file",
        ("client_a4", f"/client/jobs/{world.asked.id}/agencies/", MARKETPLACE): "cnry-hoffer-message",
        ("coordinator_b", "/api/v1/desk/jobs", world.b.host): "cnry-bclient1-title",
    }
    for (name, path, host), mark in seen.items():
        answer = visits.ask(world.actors[name], "GET", path, host=host)
        assert mark in answer.text.lower(), (name, path, answer.status)


def test_letters_and_texts_tell_only_their_reader_s_own(world: World) -> None:
    readers = {actor.person.email.lower(): actor for actor in world.actors.values() if actor.person is not None}
    for house in (world.a, world.b):
        client = house.clients[0].client
        readers[client.billing_email.lower()] = world.actors[f"client_{house.letter}1"]
        readers |= {secret.phone: world.actors[f"officer_{house.letter}{number}"]
                    for number, secret in enumerate(house.secrets, 1)}  # fmt: skip
    with acting_as(purpose="messaging"):
        messages = list(OutboundMessage.objects.all())
    assert {message.channel for message in messages} == {"email", "sms"}
    found = []
    for message in messages:
        reader = readers.get(message.recipient.lower())
        told = f"{message.subject}\n{message.text}\n{message.html}"
        allowed = reader.may_read if reader is not None else frozenset()
        said = [mark for mark in foreign_marks(told, allowed=allowed) if reader is not None]
        for secret in world.secrets:
            said += [f"{secret.owner}: {name}" for name in secret.found_in(told)]
        found += [f"{message.business_key} to {message.recipient}: {one}" for one in said]
    assert not found, "\n".join(sorted(set(found)))


def test_the_trail_of_what_was_done_holds_no_private_fact(world: World) -> None:
    with acting_as(purpose="worker"):
        events = [f"{event.action} {event.before} {event.after} {event.reason}" for event in AuditEvent.objects.all()]
    found = [
        f"{event[:80]}: {secret.owner} {name}"
        for event in events
        for secret in world.secrets
        for name in secret.found_in(event)
    ]
    assert not found, "\n".join(found)
