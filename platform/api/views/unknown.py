"""Addresses that are none: answered as the API answers, not with a page."""

from django.http import HttpRequest, JsonResponse

from api.refusals import body
from tenants.access import open_to_visitors


@open_to_visitors
def unknown_address(request: HttpRequest) -> JsonResponse:
    return JsonResponse(body(code="not_found", message="There is nothing at this address. See the schema."), status=404)
