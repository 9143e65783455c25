"""Operations come in here: the web process itself makes the domain calls, so that its death meets them half-way."""

import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kernel import clock
from kernel.errors import Refusal
from simulation.registry import served
from tenants.context import acting_as


@csrf_exempt
@require_POST
def operate(request: HttpRequest, name: str) -> JsonResponse:
    given = json.loads(request.body)
    try:
        with acting_as(purpose="worker"):
            answer = served(name)(given, clock.now())
    except Refusal as refusal:
        return JsonResponse({"refused": type(refusal).__name__, "message": str(refusal)})
    return JsonResponse(answer)
