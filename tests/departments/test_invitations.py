"""Joining by invitation: the link, the code, and how often it may be guessed."""

from datetime import timedelta

import pytest

from departments.invitations import (
    LIFETIME,
    check_code,
    invitation_of_token,
    invite_member,
    open_invitation,
)
from departments.models import Invitation
from departments.refusals import AlreadyJoined, InvitationCodeWrong, InvitationExpired, InvitationNotFound
from departments.roster import member, remove_member
from kernel.models import AuditEvent, OutboxEvent
from tenants.context import tenant_context
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, join, make_member

pytestmark = pytest.mark.django_db


def _invite(tenant: Tenant, entry_id):  # type: ignore[no-untyped-def]
    return invite_member(department_id=tenant.id, entry_id=entry_id, actor=SETTING_UP, at=LONG_AGO)


def test_the_code_opens_it_however_it_is_typed_and_is_stored_nowhere(department: Tenant) -> None:
    dale = make_member(department)
    invited = _invite(department, dale.entry_id)
    typed = f" {invited.code[:4].lower()}-{invited.code[4:].lower()} "
    opened = check_code(department_id=department.id, invitation_id=invited.invitation_id, code=typed, at=LONG_AGO)
    assert opened.member.entry_id == dale.entry_id
    assert invited.sent_to == dale.work_email
    with tenant_context(department):
        stored = str(Invitation.objects.values().get())
    told = str(list(OutboxEvent.objects.values_list("payload"))) + str(list(AuditEvent.objects.values_list("after")))
    assert invited.code not in stored + told


def test_wrong_codes_run_out_and_then_even_the_right_one_is_refused(department: Tenant) -> None:
    invited = _invite(department, make_member(department).entry_id)
    door = {"department_id": department.id, "invitation_id": invited.invitation_id, "at": LONG_AGO}
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(InvitationCodeWrong) as refusal:
            check_code(code="WRONG", **door)
        assert refusal.value.numbers["attempts_left"] == left
    with pytest.raises(InvitationCodeWrong):
        check_code(code=invited.code, **door)


def test_an_invitation_ends(department: Tenant) -> None:
    invited = _invite(department, make_member(department).entry_id)
    door = {"department_id": department.id, "invitation_id": invited.invitation_id, "code": invited.code}
    assert check_code(at=LONG_AGO + LIFETIME - timedelta(seconds=1), **door)
    with pytest.raises(InvitationExpired):
        check_code(at=LONG_AGO + LIFETIME, **door)


def test_a_second_invitation_replaces_the_first(department: Tenant) -> None:
    dale = make_member(department)
    earlier, later = _invite(department, dale.entry_id), _invite(department, dale.entry_id)
    with pytest.raises(InvitationNotFound):
        open_invitation(department_id=department.id, invitation_id=earlier.invitation_id)
    assert open_invitation(department_id=department.id, invitation_id=later.invitation_id).sent_to == dale.work_email


def test_another_department_does_not_have_it(department: Tenant, other_department: Tenant) -> None:
    invited = _invite(department, make_member(department).entry_id)
    with pytest.raises(InvitationNotFound):
        open_invitation(department_id=other_department.id, invitation_id=invited.invitation_id)


def test_links_are_ours_or_nobodys(department: Tenant) -> None:
    invited = _invite(department, make_member(department).entry_id)
    assert invitation_of_token(link_token=invited.link_token) == invited.invitation_id
    for link_token in (invited.link_token[:-1] + "_", str(invited.invitation_id), "", "a:b:c"):
        with pytest.raises(InvitationNotFound):
            invitation_of_token(link_token=link_token)


def test_leaving_takes_the_open_invitation_along(department: Tenant) -> None:
    dale = make_member(department)
    invited = _invite(department, dale.entry_id)
    remove_member(department_id=department.id, entry_id=dale.entry_id, actor=SETTING_UP, at=LONG_AGO)
    with pytest.raises(InvitationNotFound):
        open_invitation(department_id=department.id, invitation_id=invited.invitation_id)


def test_joining_ties_the_entry_to_its_officer_once(department: Tenant) -> None:
    dale = make_member(department)
    officer = join(dale)
    assert member(department_id=department.id, entry_id=dale.entry_id).officer_id == officer.id
    with pytest.raises(AlreadyJoined):
        _invite(department, dale.entry_id)
