"""Limits on what is open to strangers, costs money, or could be guessed at. Counted in Valkey."""

from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

RATES = {
    "all": "600/min",
    "quotes": "60/min",
    "places": "60/min",
    "invitations": "20/min",
    "phone": "20/hour",
    "payments": "30/min",
    "writing": "120/min",
}


class Throttle(SimpleRateThrottle):
    cache = caches["shared"]
    scope = "all"

    def get_rate(self) -> str:
        return RATES[self.scope]

    def get_ident(self, request: Request) -> str:
        # X-Forwarded-For is the caller's own word; the server in front sets REMOTE_ADDR.
        return str(request.META.get("REMOTE_ADDR", ""))

    def get_cache_key(self, request: Request, view: APIView) -> str:
        person = request.user
        ident = str(person.pk) if person and person.is_authenticated else self.get_ident(request)
        return f"api-throttle:{self.scope}:{ident}"


class Quotes(Throttle):
    scope = "quotes"


class Places(Throttle):
    scope = "places"


class Invitations(Throttle):
    """By address, whoever is signed in: the codes behind it could be guessed at."""

    scope = "invitations"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"api-throttle:{self.scope}:{self.get_ident(request)}"


class Phone(Throttle):
    scope = "phone"


class Payments(Throttle):
    scope = "payments"


class Writing(Throttle):
    """Only what changes something: whoever follows a job by reading it must still be able to answer."""

    scope = "writing"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)
