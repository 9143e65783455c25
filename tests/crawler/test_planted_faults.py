"""The test of the tests: faults of the kinds that happen, planted one by one. The crawler finds every one of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts import memberships
from agencies import staffing
from api.views import people
from billing.agreeing import contracts
from billing.documents import access as documents
from billing.models import Contract, IssuedDocument
from kernel import audit
from kernel.actors import system
from kernel.errors import NotPermitted
from kernel.identifiers import uuid7
from marketplace import access, agency_candidates, queries
from marketplace.agency_jobs import shift_of_agency
from marketplace.models import Assignment, Award, Job, Officer, Shift, Timesheet
from portals import doors
from portals.agency import job_views
from portals.client import job_page
from tests.crawler.checks import (
    changed_by_role,
    desk_open_to,
    foreign_rows_that_show,
    open_to_former_officer,
    shown_to,
)
from tests.crawler.moments import CRAWLED_AT
from tests.crawler.recipes import For
from tests.crawler.visiting import Visits
from tests.crawler.world import World

Check = Callable[[World, Visits], list[str]]
Plant = Callable[[World, pytest.MonkeyPatch], None]
_API = "api/v1/"


def _foreign(audience: For, *patterns: str) -> Check:
    return lambda world, visits: foreign_rows_that_show(world, visits, audience, patterns=patterns)


def _shown(name: str, *patterns: str) -> Check:
    return lambda world, visits: shown_to(world, visits, name, patterns=patterns)


def _instead(owner: Any, name: str, replacement: Callable[..., Any]) -> Plant:
    return lambda world, patch: patch.setattr(owner, name, replacement)


def _anybodys(model: Any, key: str) -> Callable[..., Any]:
    """An access function that has lost its filter."""

    def find(**named: Any) -> Any:
        return access._found(model.objects.filter(id=named[key]).first(), "There is none.")

    return find


def _anybodys_shift(*, agency_id: UUID, shift_id: UUID) -> Shift:
    """Found for whichever agency supplies its job."""
    job = Job.objects.filter(shifts=shift_id).first()
    return shift_of_agency(agency_id=job.agency_id if job and job.agency_id else agency_id, shift_id=shift_id)


def _shifts_of_any_agency(world: World, patch: pytest.MonkeyPatch) -> None:
    for asking in (job_views, staffing, agency_candidates):
        patch.setattr(asking, "shift_of_agency", _anybodys_shift)


def _tells_apart(**named: Any) -> Job:
    if Job.objects.filter(id=named["job_id"]).exists():
        raise NotPermitted("This request is somebody else's.")
    raise access.NotFound("There is no such request.")


def _writes_before_refusing(**named: Any) -> Job:
    audit.record(actor=system("curious"), action="job.looked_at", subject_kind="job", subject_id=uuid7(), at=CRAWLED_AT)
    raise access.NotFound("There is no such request.")


def _breaks(**named: Any) -> Job:
    return Job.objects.get(id=named["job_id"], title="")


def _names_with_phones(world: World, patch: pytest.MonkeyPatch) -> None:
    """The officer's number beside the name, on the page of the client whose shift it is."""
    phone, real = world.a.secrets[0].phone, job_page.AssignedOfficer

    def with_phone(**fields: Any) -> job_page.AssignedOfficer:
        return real(**{**fields, "name": f"{fields['name']} ({phone[2:5]}) {phone[5:8]}-{phone[8:]}"})

    patch.setattr(job_page, "AssignedOfficer", with_phone)


def _everybody_is_staff(**named: Any) -> memberships.StaffMembership:
    return memberships.StaffMembership(named["person_id"], named["tenant_id"], frozenset({"coordinator"}))


def _former_officers_pass(**named: Any) -> Officer:
    return access._found(Officer.objects.filter(person=named["person"]).first(), "You are no officer.")


def _role_is_not_asked(**named: Any) -> None:
    return None


FAULTS: dict[str, tuple[Plant, Check]] = {
    "a client's request without its client": (
        _instead(access, "job_for_client", _anybodys(Job, "job_id")),
        _foreign(For.CLIENT, f"{_API}jobs/<uuid:job_id>"),
    ),
    "withdrawing without the client": (
        _instead(access, "job_for_client", _anybodys(Job, "job_id")),
        _foreign(For.CLIENT, "client/jobs/<uuid:job_id>/withdraw/"),
    ),
    "a contract without its client": (
        _instead(contracts, "contract_for_client", _anybodys(Contract, "contract_id")),
        _foreign(For.CLIENT, "client/contracts/<uuid:contract_id>/"),
    ),
    "hours without their client": (
        _instead(access, "timesheet_for_client", _anybodys(Timesheet, "timesheet_id")),
        _foreign(For.CLIENT, f"{_API}timesheets/<uuid:timesheet_id>"),
    ),
    "rating without the client": (
        _instead(access, "assignment_for_client", _anybodys(Assignment, "assignment_id")),
        _foreign(For.CLIENT, "client/officers/<uuid:assignment_id>/rate/"),
    ),
    "an assignment without its officer": (
        _instead(access, "assignment_for_officer", _anybodys(Assignment, "assignment_id")),
        _foreign(For.OFFICER, "officer/shifts/<uuid:assignment_id>/"),
    ),
    "shifts of other departments": (
        _instead(access, "_officer_may_see", lambda officer, shift: True),
        _foreign(For.OFFICER, f"{_API}officer/shifts/<uuid:shift_id>"),
    ),
    "a document without its reader": (
        _instead(documents, "_may_see", lambda **named: True),
        _foreign(For.SIGNED_IN, f"{_API}documents/<uuid:document_id>/pdf"),
    ),
    "a request without its department": (
        _instead(access, "job_for_department", _anybodys(Job, "job_id")),
        _foreign(For.DESK, "desk/requests/<uuid:job_id>/"),
    ),
    "an award without its department": (
        _instead(access, "award_for_department", _anybodys(Award, "award_id")),
        _foreign(For.DESK, f"{_API}desk/awards/<uuid:award_id>"),
    ),
    "hours without their department": (
        _instead(access, "timesheet_for_department", _anybodys(Timesheet, "timesheet_id")),
        _foreign(For.DESK, f"{_API}desk/timesheets/<uuid:timesheet_id>/approve"),
    ),
    "foreign and missing answered differently": (
        _instead(access, "job_for_client", _tells_apart),
        _foreign(For.CLIENT, f"{_API}jobs/<uuid:job_id>/contracts"),
    ),
    "a refusal that writes": (
        _instead(access, "job_for_client", _writes_before_refusing),
        _foreign(For.CLIENT, f"{_API}jobs/<uuid:job_id>/money"),
    ),
    "a refusal that is a crash": (
        _instead(access, "job_for_client", _breaks),
        _foreign(For.CLIENT, f"{_API}jobs/<uuid:job_id>"),
    ),
    "a list of everybody's requests": (
        _instead(queries, "jobs_for_client", lambda person, **more: Job.objects.order_by("-submitted_at", "-id")),
        _shown("client_a2", f"{_API}jobs"),
    ),
    "a desk's list without its department": (
        _instead(
            queries,
            "timesheets_for_department",
            lambda department_id: Timesheet.objects.order_by("-submitted_at", "-id"),
        ),
        _shown("coordinator_b", f"{_API}desk/timesheets"),
    ),
    "everybody's documents in a list": (
        _instead(people, "documents_for_person", lambda **named: IssuedDocument.objects.order_by("-issued_at", "-id")),
        _shown("client_a2", f"{_API}documents"),
    ),
    "a private number beside a name": (_names_with_phones, _shown("client_a1", "client/jobs/<uuid:job_id>/")),
    "a desk that does not ask for the role": (
        _instead(doors, "require_any_role", _role_is_not_asked),
        lambda world, visits: changed_by_role(
            world, visits, "auditor", patterns=["desk/roster/<uuid:entry_id>/remove"]
        ),
    ),
    "everybody on the staff": (
        _instead(memberships, "find_membership", _everybody_is_staff),
        lambda world, visits: desk_open_to(world, visits, "client_a1", patterns=[f"{_API}desk/roster"]),
    ),
    "a shift without its agency": (
        _shifts_of_any_agency,
        _foreign(For.AGENCY, "staff/shifts/<uuid:shift_id>/<slug:rank_code>/"),
    ),
    "every agency's jobs in a list": (
        _instead(
            job_views, "jobs_of_agency", lambda agency_id: Job.objects.exclude(agency_id=None).select_related("client")
        ),
        _shown("agency", "staff/jobs/"),
    ),
    "officers for ever": (
        _instead(access, "officer_of", _former_officers_pass),
        lambda world, visits: open_to_former_officer(world, visits, patterns=[f"{_API}officer/bids"]),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(world: World, visits: Visits, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant, check = FAULTS[name]
    if name == "officers for ever":
        Officer.objects.filter(id=world.a.officers[0].id).update(left_at=CRAWLED_AT)
    assert not check(world, visits), "found before it was planted"
    plant(world, monkeypatch)
    if name == "everybody on the staff":
        # The endpoints hold the function by its name.
        monkeypatch.setattr("api.authentication.find_membership", _everybody_is_staff)
    assert check(world, visits)
