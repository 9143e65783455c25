"""The department's own house: who serves, by which rules, and to which account its share goes."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskEndpoint, DeskMoneyEndpoint, operation
from api.serializers.desk import (
    InvitedOut,
    MemberChangeIn,
    MemberIn,
    MemberOut,
    PolicyDocumentOut,
    PolicyIn,
    PolicyOut,
    PolicyQuery,
    RosterQuery,
)
from api.serializers.jobs import OptionalReasonIn
from api.serializers.officers import OnboardingIn, OnboardingOut, PayeeAccountOut
from api.throttles import Payments
from api.views.officers import refreshed_accounts
from billing.models import PayeeAccount
from billing.paying_out import payees
from departments import policies, roster
from marketplace import policy_publishing
from notifications import joining


class Roster(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_roster_list", tag="roster", query=RosterQuery, answers=MemberOut(many=True))
    def get(self, request: Request) -> Response:
        """Members by name; those who left only when asked for by `status=left`."""
        asked = self.asked(RosterQuery)
        found = roster.list_members(
            department_id=self.department_id, text=asked["text"], status=asked["status"] or None
        )
        return self.answer(MemberOut, found, many=True)

    @operation("desk_roster_add", tag="roster", asks=MemberIn, answers=MemberOut, status=201)
    def post(self, request: Request) -> Response:
        added = roster.add_member(
            department_id=self.department_id, **self.parsed(MemberIn), actor=self.actor, at=self.at
        )
        return self.answer(MemberOut, added, status=201)


class Member(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_roster_read", tag="roster", answers=MemberOut)
    def get(self, request: Request, entry_id: UUID) -> Response:
        return self.answer(MemberOut, roster.member(department_id=self.department_id, entry_id=entry_id))

    @operation("desk_roster_change", tag="roster", asks=MemberChangeIn, answers=MemberOut)
    def patch(self, request: Request, entry_id: UUID) -> Response:
        """Change what is given. The marketplace learns only whether they may work, never why."""
        changed = roster.change_member(
            department_id=self.department_id,
            entry_id=entry_id,
            **self.parsed(MemberChangeIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(MemberOut, changed)


class MemberRemoval(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_roster_remove", tag="roster", asks=OptionalReasonIn, answers=MemberOut)
    def post(self, request: Request, entry_id: UUID) -> Response:
        """The member leaves: from now on no bid, award or clock-in passes."""
        removed = roster.remove_member(
            department_id=self.department_id,
            entry_id=entry_id,
            reason=self.parsed(OptionalReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(MemberOut, removed)


class MemberInvitations(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_roster_invite", tag="roster", answers=InvitedOut, status=201)
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Invite a member by a letter with a code to the work address; an earlier invitation stops working."""
        invited = joining.invite_and_write(
            department_id=self.department_id, entry_id=entry_id, actor=self.actor, at=self.at
        )
        return self.answer(InvitedOut, invited, status=201)


class Policies(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_policies_list", tag="policies", answers=PolicyOut(many=True))
    def get(self, request: Request) -> Response:
        """All published versions, the newest first."""
        return self.answer(PolicyOut, policies.list_policies(department_id=self.department_id), many=True)

    @operation("desk_policies_publish", tag="policies", asks=PolicyIn, answers=PolicyOut, status=201)
    def post(self, request: Request) -> Response:
        """Publish the next version. It is never edited, and never starts before a shift that was judged already."""
        published = policy_publishing.publish_document(
            department_id=self.department_id, **self.parsed(PolicyIn), actor=self.actor, at=self.at
        )
        return self.answer(PolicyOut, published, status=201)


class PolicyInForce(DeskEndpoint):
    @operation("desk_policies_in_force", tag="policies", query=PolicyQuery, answers=PolicyDocumentOut)
    def get(self, request: Request) -> Response:
        """The rules in force today, or on a date."""
        on_date = self.asked(PolicyQuery)["on_date"]
        found = (
            policies.policy_at(department_id=self.department_id, at=self.at)
            if on_date is None
            else policies.policy_in_force(department_id=self.department_id, on_date=on_date)
        )
        return self.answer(PolicyDocumentOut, found)


class PolicyByVersion(DeskEndpoint):
    @operation("desk_policies_read", tag="policies", answers=PolicyDocumentOut)
    def get(self, request: Request, version: int) -> Response:
        found = policies.policy_version(department_id=self.department_id, version=version)
        return self.answer(PolicyDocumentOut, found)


class DeskPayeeAccounts(DeskMoneyEndpoint):
    throttle_classes = [Payments]

    @operation("desk_payee_accounts", tag="desk", answers=PayeeAccountOut(many=True))
    def get(self, request: Request) -> Response:
        """The department's own account, as the payment provider has it now."""
        return self.answer(PayeeAccountOut, refreshed_accounts("department", self.department_id, self.at), many=True)


class DeskOnboarding(DeskMoneyEndpoint):
    throttle_classes = [Payments]

    @operation("desk_payee_onboarding", tag="desk", asks=OnboardingIn, answers=OnboardingOut)
    def post(self, request: Request) -> Response:
        """A fresh link to the provider's page for the department's details and bank."""
        url = payees.start_onboarding(
            owner_kind=PayeeAccount.OwnerKind.DEPARTMENT,
            owner_id=self.department_id,
            currency=self.department.currency,
            actor=self.actor,
            at=self.at,
            **self.parsed(OnboardingIn),
        )
        return self.answer(OnboardingOut, {"url": url})
