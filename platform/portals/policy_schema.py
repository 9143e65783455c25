"""The published JSON Schema of a policy: the same for everybody, so that any editor can check a document by it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from departments.policy.published_schema import published_schema


@require_safe
@cache_control(public=True, max_age=3600)
def policy_schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        published_schema(),
        content_type="application/schema+json",
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
