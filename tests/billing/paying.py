"""Steps that the tests of the ways to pay share, on top of the world."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from psycopg2.extras import DateTimeTZRange

from billing.cards import card_saving
from billing.invoices import credit
from billing.models import Contract, SavedCard
from marketplace.assigning import record_confirmation, restate_shift
from marketplace.models import Assignment, Award, Job, Officer, Position, Shift
from tests.billing.world import World
from tests.factories.departments import SETTING_UP
from tests.factories.people import make_person

__all__ = ["assign", "refund_total", "save_card", "shift_of", "trust"]


def shift_of(job: Job, number: int = 1) -> Shift:
    return Shift.objects.get(job_id=job.id, number=number)


def assign(world: World, shift: Shift) -> Assignment:
    """An officer confirmed on the shift, announced as an award would, and heard by billing."""
    position = Position.objects.filter(shift=shift).order_by("rank_code")[0]
    officer = Officer.objects.create(
        person=make_person(), home_department_id=world.department.id, home_since_date=world.now.date(),
        display_name="Robin Ashdown", joined_at=world.now,
    )  # fmt: skip
    award = Award.objects.create(
        shift=shift, position=position, decided_at=world.now, decided_by="test", engine_version="1", policy_version=1,
        policy_sha256="0" * 64, snapshot={},
    )  # fmt: skip
    assignment = Assignment.objects.create(
        shift=shift, position=position, officer=officer, award=award, state=Assignment.State.CONFIRMED,
        period=DateTimeTZRange(shift.starts_at, shift.ends_at), authorised_ends_at=shift.ends_at,
        pay_rate_cents_per_hour=position.pay_rate_cents_per_hour, pay_code=position.pay_code, created_at=world.now,
    )  # fmt: skip
    with transaction.atomic():
        record_confirmation(assignment=assignment, shift=shift, position=position, actor=SETTING_UP, at=world.now)
        restate_shift(shift=shift, actor=SETTING_UP, at=world.now)
    world.relay()
    return assignment


def trust(world: World, contract: Contract, **changes: Any) -> None:
    """The department lets the client pay by a saved card and by invoice."""
    credit.grant(
        **{
            "client_id": contract.job.client_id,
            "department_id": world.department.id,
            "currency": contract.currency,
            "limit_cents": 1_000_000,
            "card_on_file": True,
            "reason": "A regular client.",
            "actor": SETTING_UP if SETTING_UP.person_id else world.requester.actor,
            "at": world.now,
            **changes,
        }
    )


def save_card(world: World, currency: str = "CAD", outcome: str = "pay") -> SavedCard:
    """Through Stripe's own page."""
    card = card_saving.start_saving(
        client=world.requester.client, currency=currency, success_url="http://localhost/saved",
        cancel_url="http://localhost/back", actor=world.requester.actor, at=world.now,
    )  # fmt: skip
    assert world.sandbox.page(urlsplit(card.page_url).path, {"outcome": outcome}).status == 303
    card_saving.refresh_card(card_id=card.id, at=world.now)
    card.refresh_from_db()
    return card


def refund_total(world: World) -> int:
    return sum(refund.amount for refund in world.refunds())
