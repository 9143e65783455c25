"""What anybody may ask, before any account: who governs, what it costs, where a place is."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import PublicEndpoint, operation
from api.serializers.people import DepartmentOut, PlaceOut, PlaceQuery, RateCardOut
from api.serializers.terms import DraftIn, DraftOut, QuoteIn, QuoteOut
from api.throttles import Places, Quotes
from billing.agreeing.quoting import quote_request
from departments.policies import policy_at
from geo.geocoding import geocode
from marketplace import drafts
from marketplace.models.job import EventType
from tenants.queries import active_tenants, get_active_tenant


class Departments(PublicEndpoint):
    @operation("departments_list", tag="public", answers=DepartmentOut(many=True), public=True)
    def get(self, request: Request) -> Response:
        """Departments on the platform, by name."""
        return self.answer(DepartmentOut, active_tenants(kind="department"), many=True)


class RateCard(PublicEndpoint):
    @operation("departments_rate_card", tag="public", answers=RateCardOut, public=True)
    def get(self, request: Request, department_id: UUID) -> Response:
        """The published rates in force now: the rank and vehicle codes that requests name."""
        department = get_active_tenant(tenant_id=department_id)
        policy = policy_at(department_id=department.id, at=self.at)
        barred = {event_type for rule in policy.barred for event_type in rule.event_types}
        return self.answer(
            RateCardOut,
            {
                "department_id": department.id,
                "policy_version": policy.version,
                "currency": policy.currency,
                "rates_include_tax": policy.rate_card.rates_include_tax,
                "minimum_minutes": policy.rate_card.minimum_minutes,
                "ranks": policy.rate_card.ranks,
                "vehicles": policy.rate_card.vehicles,
                "event_types": [event_type for event_type in EventType.values if event_type not in barred],
            },
        )


class PlaceSearch(PublicEndpoint):
    throttle_classes = [Places]

    @operation("places_find", tag="public", query=PlaceQuery, answers=PlaceOut, public=True)
    def get(self, request: Request) -> Response:
        """Place an address on the map. A postal centroid is no pin: a person must set that."""
        return self.answer(PlaceOut, geocode(self.asked(PlaceQuery)["address"]))


class Quoting(PublicEndpoint):
    throttle_classes = [Quotes]

    @operation("quotes_create", tag="public", asks=QuoteIn, answers=QuoteOut, status=201, public=True)
    def post(self, request: Request) -> Response:
        """The itemised price of a request, from the governing department's rate card, before anything is sent."""
        asked = self.parsed(QuoteIn)
        quote = quote_request(
            terms=asked["terms"]["job_terms"],
            non_profit=asked["non_profit"],
            department_id=self.portal_department_id,
            at=self.at,
        )
        return self.answer(QuoteOut, quote, status=201)


class Drafts(PublicEndpoint):
    throttle_classes = [Quotes]

    @operation("drafts_create", tag="public", asks=DraftIn, answers=DraftOut, status=201, public=True)
    def post(self, request: Request) -> Response:
        """Begin a request that can be gone on with elsewhere. Its key is the permission."""
        answers = self.parsed(DraftIn)["answers"]
        draft = drafts.start_draft(
            person=self.person if request.user.is_authenticated else None,
            department_id=self.portal_department_id,
            at=self.at,
        )
        return self.answer(DraftOut, drafts.save_answers(draft_id=draft.id, answers=answers, at=self.at), status=201)


class DraftByKey(PublicEndpoint):
    throttle_classes = [Quotes]

    @operation("drafts_read", tag="public", answers=DraftOut, public=True)
    def get(self, request: Request, key: str) -> Response:
        return self.answer(DraftOut, drafts.draft_by_key(key))

    @operation("drafts_update", tag="public", asks=DraftIn, answers=DraftOut, public=True)
    def patch(self, request: Request, key: str) -> Response:
        """Merge answers into the draft; `null` removes one."""
        draft = drafts.save_answers(
            draft_id=drafts.draft_by_key(key).id, answers=self.parsed(DraftIn)["answers"], at=self.at
        )
        return self.answer(DraftOut, draft)


class DraftQuote(PublicEndpoint):
    throttle_classes = [Quotes]

    @operation("drafts_quote", tag="public", answers=QuoteOut, status=201, public=True)
    def post(self, request: Request, key: str) -> Response:
        """The price of what the draft says so far."""
        draft = drafts.draft_by_key(key)
        quote = quote_request(
            terms=drafts.terms_from_answers(draft.answers), draft=draft, department_id=draft.department_id, at=self.at
        )
        return self.answer(QuoteOut, quote, status=201)
