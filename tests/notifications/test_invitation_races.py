"""Two waves at the same time: an officer still hears of no more than they want."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import pytest
from django.db import connection, transaction

from kernel.identifiers import uuid7
from marketplace import inviting
from marketplace.models import Invitation, Shift
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.outbox import drain
from tests.factories.venues import NOW, job_terms, shift_terms

pytestmark = pytest.mark.usefixtures("committed_database", "as_worker")


@pytest.mark.parametrize("guarded", [False, True])
def test_two_waves_at_once_count_each_other(department: Tenant, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    govern(department, messages={"digest_over": 1, "offers_a_day": 1})
    make_officer(department)
    drain(at=NOW)
    for _ in range(2):
        fund(submit(make_requester(), terms=job_terms(shifts=(shift_terms(ranks={"constable": 1}),))))
    together = Barrier(2)
    plan = inviting.tellings

    def plan_together(**named):
        planned = plan(**named)
        # Both have counted before either writes. With the guard the second waits for the first, which goes on alone.
        with suppress(BrokenBarrierError):
            together.wait(timeout=2 if guarded else 20)
        return planned

    monkeypatch.setattr(inviting, "tellings", plan_together)
    if not guarded:
        monkeypatch.setattr(inviting, "_one_at_a_time", lambda department_ids: None)

    def tell(shift_id: UUID) -> None:
        with acting_as(purpose="worker"), transaction.atomic():
            inviting.begin_round(shift_id=shift_id, event_id=uuid7(), tier_id="", at=NOW)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(tell, Shift.objects.values_list("id", flat=True)))
    told = sorted(Invitation.objects.values_list("telling", flat=True))
    assert told == (["single", "summary"] if guarded else ["single", "single"])
