"""Which door a caller stands at. What they may touch behind it is decided by the access functions."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.memberships import require_any_role
from api.authentication import membership_of, tenant_of
from kernel.errors import NotFound


class IsOnDepartmentHost(BasePermission):
    """Everywhere else these addresses do not exist."""

    def has_permission(self, request: Request, view: Any) -> bool:
        tenant = tenant_of(request)
        if tenant is None or not tenant.is_department:
            raise NotFound("Ask this on the department's own address.")
        return True


class IsDeskStaff(IsOnDepartmentHost):
    """Staff of the department. The view says which roles may look, and which may change something."""

    def has_permission(self, request: Request, view: Any) -> bool:
        super().has_permission(request, view)
        return _is_on_the_staff(request, view)


class IsAgencyStaff(BasePermission):
    """The same on an agency's own host. Everywhere else these addresses do not exist."""

    def has_permission(self, request: Request, view: Any) -> bool:
        tenant = tenant_of(request)
        if tenant is None or tenant.is_department:
            raise NotFound("Ask this on the agency's own address.")
        return _is_on_the_staff(request, view)


def _is_on_the_staff(request: Request, view: Any) -> bool:
    """Raises NotPermitted for staff in another role."""
    if not request.user.is_authenticated:
        return False
    membership = membership_of(request)
    if membership is None:
        return False
    reads = request.method in ("GET", "HEAD", "OPTIONS")
    require_any_role(membership=membership, roles=view.readers if reads else view.roles)
    return True
