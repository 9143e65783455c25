"""Who calls: a session token of the sign-in endpoints, or a browser's session."""

from typing import Any, cast
from uuid import UUID

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from accounts.memberships import StaffMembership, find_membership
from tenants.context import identify_person
from tenants.models import Tenant


class SessionToken(XSessionTokenAuthentication):  # type: ignore[misc]
    """First in the list, so that a stranger is answered 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.SessionToken"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "`meta.session_token` of POST /_allauth/app/v1/auth/login, good on every host.",
        }


def tenant_of(request: Request) -> Tenant | None:
    """Whose host was asked; the middleware has found it."""
    return cast(Tenant | None, getattr(request, "tenant", None))


def membership_of(request: Request) -> StaffMembership | None:
    return cast(StaffMembership | None, getattr(request, "membership", None))


def enter_as_caller(request: Request) -> None:
    """What `PersonMiddleware` does for browsers: a token is only read after the middleware has run."""
    if not isinstance(request.successful_authenticator, SessionToken):
        return
    tenant = tenant_of(request)
    person_id = cast(UUID, request.user.pk)
    membership = find_membership(person_id=person_id, tenant_id=tenant.id) if tenant is not None else None
    request._request.membership = membership  # type: ignore[attr-defined]
    identify_person(person_id=person_id, tenant_id=tenant.id if tenant is not None and membership else None)
