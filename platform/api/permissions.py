"""Which door a caller stands at. What they may touch behind it is decided by the access functions."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.memberships import require_any_role
from kernel.errors import NotFound


class IsOnDepartmentHost(BasePermission):
    """Everywhere else these addresses do not exist."""

    def has_permission(self, request: Request, view: Any) -> bool:
        tenant = request.tenant
        if tenant is None or not tenant.is_department:
            raise NotFound("Ask this on the department's own address.")
        return True


class IsDeskStaff(IsOnDepartmentHost):
    """Staff of the department. Everybody may read; what changes something asks for one of the view's `roles`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        super().has_permission(request, view)
        if not request.user.is_authenticated:
            return False
        if request.membership is None:
            return False
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            require_any_role(membership=request.membership, roles=view.roles)
        return True
