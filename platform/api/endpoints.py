"""What every endpoint shares: parse, one domain call, answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from accounts.actors import actor_of
from accounts.models import Role
from api.authentication import enter_as_caller
from api.permissions import IsDeskStaff, IsOnDepartmentHost
from api.serializers.refusals import RefusalOut
from api.throttles import Throttle, Writing
from kernel import clock
from kernel.actors import Actor
from marketplace import access
from marketplace.models import Officer

View = TypeVar("View", bound=Callable[..., Any])


class Endpoint(APIView):
    """`request.tenant` is the department whose host was asked, None on the marketplace's own."""

    # Whoever may not enter is told so in JSON by the permissions below, not by the middleware's page.
    open_to_visitors = True
    permission_classes = [IsAuthenticated]
    throttle_classes = [Throttle]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        enter_as_caller(request)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)  # type: ignore[arg-type]

    @property
    def at(self) -> datetime:
        return clock.now()

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
        return access.officer_of(person=self.request.user)  # type: ignore[arg-type]


class DeskEndpoint(Endpoint):
    """On a department's own host, for its staff."""

    permission_classes = [IsDeskStaff]
    roles: tuple[str, ...] = (Role.COORDINATOR,)

    @property
    def department_id(self) -> UUID:
        return self.request.tenant.id


class InvitationEndpoint(PublicEndpoint):
    permission_classes = [IsOnDepartmentHost]

    @property
    def department_id(self) -> UUID:
        return self.request.tenant.id


class Pages(GenericAPIView):  # type: ignore[type-arg]
    """Mixed into an endpoint: a queryset by cursor, filtered by `filterset_class`."""

    def page(self, queryset: Any, serializer_class: type[BaseSerializer[Any]]) -> Response:
        found = self.paginate_queryset(self.filter_queryset(queryset))
        serializer = serializer_class(found, many=True, context={"request": self.request})
        return self.get_paginated_response(serializer.data)


WRITES = [Throttle, Writing]


def operation(
    name: str,
    *,
    tag: str,
    answers: Any,
    asks: type[Serializer[Any]] | None = None,
    query: type[Serializer[Any]] | list[OpenApiParameter] | None = None,
    status: int = 200,
    also: dict[int, Any] | None = None,
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
        **({"auth": []} if public else {}),
    )
