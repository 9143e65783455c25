"""How an officer comes in: by the link and the code that their department's roster sent to the work address."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import DepartmentEndpoint, operation
from api.serializers.officers import AcceptInvitationIn, InvitationOut, JoinedOut
from api.throttles import Invitations
from departments import invitations
from marketplace import joining, officers


class InvitationById(DepartmentEndpoint):
    throttle_classes = [Invitations]

    @operation("invitations_read", tag="joining", answers=InvitationOut, public=True)
    def get(self, request: Request, invitation_id: UUID) -> Response:
        """What the link leads to. It shows no name and no whole address: links are forwarded."""
        found = invitations.open_invitation(department_id=self.department_id, invitation_id=invitation_id, at=self.at)
        return self.answer(
            InvitationOut,
            {
                "invitation_id": found.invitation_id,
                "department_name": self.department.name,
                "sent_to": found.sent_to_shortened,
                "expires_at": found.expires_at,
                "attempts_left": found.attempts_left,
            },
        )


class InvitationAcceptance(DepartmentEndpoint):
    throttle_classes = [Invitations]

    @operation("invitations_accept", tag="joining", asks=AcceptInvitationIn, answers=JoinedOut, status=201)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Join. A new person chooses a password and accepts the terms; a signed-in one gives the code alone."""
        asked = self.parsed(AcceptInvitationIn)
        invitation = {"department_id": self.department_id, "invitation_id": invitation_id, "code": asked["code"]}
        if request.user.is_authenticated:
            officer = officers.join_by_invitation(
                person=self.person,
                **invitation,  # type: ignore[arg-type]
                actor=self.actor,
                at=self.at,
            )
        else:
            officer = joining.join_by_invitation(
                **invitation,  # type: ignore[arg-type]
                password=asked["password"],
                accepts_terms=asked["accept_terms"],
                actor=self.actor,
                at=self.at,
            )
        return self.answer(JoinedOut, officer, status=201)
