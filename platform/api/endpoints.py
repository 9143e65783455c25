"""What every endpoint shares: parse, one domain call, answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import desk_roles
from accounts.actors import actor_of
from accounts.memberships import StaffMembership
from accounts.models import Person
from api.authentication import enter_as_caller, membership_of, tenant_of
from api.permissions import IsAgencyStaff, IsDeskStaff, IsOnDepartmentHost
from api.serializers.refusals import RefusalOut
from api.throttles import Throttle, Writing
from kernel import clock
from kernel.actors import Actor
from marketplace import access
from marketplace.models import Officer
from tenants.models import Tenant

View = TypeVar("View", bound=Callable[..., Any])


class Endpoint(APIView):
    """`request.tenant` is the department whose host was asked, None on the marketplace's own."""

    # Whoever may not enter is told so in JSON by the permissions below, not by the middleware's page.
    open_to_visitors = True
    permission_classes = [IsAuthenticated]
    throttle_classes: Sequence[type[BaseThrottle]] = [Throttle]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        enter_as_caller(request)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)  # type: ignore[arg-type]

    @property
    def at(self) -> datetime:
        return clock.now()

    @property
    def person(self) -> Person:
        """Whoever is signed in; `permission_classes` have seen to it that somebody is."""
        return cast(Person, self.request.user)

    @property
    def tenant(self) -> Tenant | None:
        return tenant_of(self.request)

    @property
    def portal_department_id(self) -> UUID | None:
        """The department through whose portal a request comes, None on the marketplace's own host."""
        return self.tenant.id if self.tenant is not None else None

    @property
    def membership(self) -> StaffMembership | None:
        return membership_of(self.request)

    def parsed(self, serializer_class: type[Serializer[Any]]) -> dict[str, Any]:
        """The body, checked for its shape. Raises ValidationError."""
        return self._read(serializer_class, self.request.data)

    def asked(self, serializer_class: type[Serializer[Any]]) -> dict[str, Any]:
        """The query string, checked for its shape. Raises ValidationError."""
        return self._read(serializer_class, self.request.query_params)

    def _read(self, serializer_class: type[Serializer[Any]], data: Any) -> dict[str, Any]:
        serializer = serializer_class(data=data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def answer(
        self, serializer_class: type[BaseSerializer[Any]], value: Any, *, status: int = 200, many: bool = False
    ) -> Response:
        return Response(serializer_class(value, many=many, context={"request": self.request}).data, status=status)

    def answer_all(self, serializer_class: type[BaseSerializer[Any]], values: Any) -> Response:
        """A list that is short by its nature, in the shape of a page."""
        results = serializer_class(values, many=True, context={"request": self.request}).data
        return Response({"next": None, "previous": None, "results": results})


class PublicEndpoint(Endpoint):
    permission_classes = [AllowAny]


class OfficerEndpoint(Endpoint):
    """For officers in service: everybody else, and those who left, get a 404 (`access.officer_of`)."""

    @property
    def officer(self) -> Officer:
        return access.officer_of(person=self.person)


class DepartmentEndpoint(Endpoint):
    """Only on a department's own host; elsewhere its address does not exist."""

    permission_classes = [IsOnDepartmentHost]

    @property
    def department(self) -> Tenant:
        return cast(Tenant, self.tenant)

    @property
    def department_id(self) -> UUID:
        return self.department.id


class DeskEndpoint(DepartmentEndpoint):
    """For the department's staff: `readers` may look, `roles` may change something."""

    permission_classes = [IsDeskStaff]
    readers: tuple[str, ...] = desk_roles.READERS
    roles: tuple[str, ...] = desk_roles.COORDINATORS


class DeskMoneyEndpoint(DeskEndpoint):
    """Money is not a supervisor's business."""

    readers = desk_roles.MONEY_READERS
    roles = desk_roles.MONEY_HANDLERS


class AgencyEndpoint(Endpoint):
    """For an agency's staff, on its own host: all of it may look, schedulers change something."""

    permission_classes = [IsAgencyStaff]
    readers: tuple[str, ...] = desk_roles.AGENCY_ROLES
    roles: tuple[str, ...] = desk_roles.AGENCY_SCHEDULERS

    @property
    def agency(self) -> Tenant:
        return cast(Tenant, self.tenant)


class Pages(GenericAPIView):  # type: ignore[type-arg]
    """Mixed into an endpoint: a queryset by cursor, filtered by `filterset_class`."""

    def page(self, queryset: Any, serializer_class: type[BaseSerializer[Any]]) -> Response:
        found = self.paginate_queryset(self.filter_queryset(queryset))
        serializer = serializer_class(found, many=True, context={"request": self.request})
        return self.get_paginated_response(serializer.data)


WRITES: Sequence[type[BaseThrottle]] = [Throttle, Writing]


def operation(
    name: str,
    *,
    tag: str,
    answers: Any,
    asks: type[Serializer[Any]] | None = None,
    query: type[Serializer[Any]] | list[OpenApiParameter] | None = None,
    status: int = 200,
    also: dict[int | tuple[int, str], Any] | None = None,
    public: bool = False,
    media_type: str = "",
) -> Callable[[View], View]:
    """Describe one operation for the OpenAPI document. Its name is its identifier for generated clients."""
    answer_key: int | tuple[int, str] = (status, media_type) if media_type else status
    responses: dict[int | tuple[int, str], Any] = {answer_key: answers, **(also or {})}
    for refused in (400, 404, 429) if public else (400, 401, 403, 404, 409, 429):
        responses.setdefault(refused, RefusalOut)
    parameters: Any = query if isinstance(query, list) else [query] if query else None
    return extend_schema(
        operation_id=name,
        tags=[tag],
        request=asks,
        responses=responses,
        parameters=parameters,
        auth=[] if public else None,
    )
