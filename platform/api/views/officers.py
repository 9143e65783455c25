"""The officer's side: profile, near me, bids, punches, earnings."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, OfficerEndpoint, Pages, operation
from api.filters import BidFilter
from api.serializers.hours import PunchIn, PunchOut, TellingIn, ToldOut
from api.serializers.officers import (
    BidIn,
    BidOut,
    ConfirmPhoneIn,
    EarningOut,
    HomeIn,
    NearbyQuery,
    NearbySearchIn,
    NearbyShiftOut,
    OfferedShiftDetailOut,
    OfferWishesBody,
    OnboardingIn,
    OnboardingOut,
    OwnAssignmentOut,
    PayeeAccountOut,
    PhoneCodeOut,
    PhoneIn,
    ProfileOut,
    TravelRadiusIn,
    WishesIn,
)
from api.throttles import Payments, Phone
from billing.books import money
from billing.models import PayeeAccount
from billing.paying_out import payees
from geo.points import Point
from marketplace import access, bidding, feed, joining, officers, queries, telling, timekeeping
from marketplace.feed_queries import FeedWishes
from marketplace.field_items import FieldItem
from marketplace.models import Assignment, Bid, ClockEvent, DutyEvent, Officer
from messaging.consents import may_text
from messaging.wishes import set_offer_wishes, wishes_of
from ratings.summaries import summary_of
from tenants.queries import get_tenant


class ProfileEndpoint(OfficerEndpoint):
    throttle_classes = WRITES

    def answer_profile(self, officer: Officer) -> Response:
        own = officers.private_profile(officer=officer, actor=self.actor)
        shown = ("id", "display_name", "home_department_id", "joined_at", "travel_radius_metres")
        return self.answer(
            ProfileOut,
            {
                **{name: getattr(officer, name) for name in (*shown, "wants_sms", "wants_email")},
                **{name: getattr(own, name) for name in ("phone", "phone_verified_at", "home_label", "home")},
                "texts_allowed": bool(own.phone) and may_text(phone=own.phone, person_id=officer.person_id),
                "rating": summary_of([officer.id])[officer.id],
            },
        )


class Profile(ProfileEndpoint):
    @operation("officer_read", tag="officer", answers=ProfileOut)
    def get(self, request: Request) -> Response:
        """The officer's own profile: nobody else reads home or phone."""
        return self.answer_profile(self.officer)


class Home(ProfileEndpoint):
    @operation("officer_set_home", tag="officer", asks=HomeIn, answers=ProfileOut)
    def put(self, request: Request) -> Response:
        """Where the officer sets out from."""
        officer, asked = self.officer, self.parsed(HomeIn)
        officers.set_home(
            officer=officer,
            label=asked["label"],
            point=Point(asked["latitude"], asked["longitude"]),
            actor=self.actor,
            at=self.at,
        )
        return self.answer_profile(officer)


class TravelRadius(ProfileEndpoint):
    @operation("officer_set_travel_radius", tag="officer", asks=TravelRadiusIn, answers=ProfileOut)
    def put(self, request: Request) -> Response:
        officer, metres = self.officer, self.parsed(TravelRadiusIn)["metres"]
        officers.set_travel_radius(officer=officer, metres=metres, actor=self.actor, at=self.at)
        return self.answer_profile(officer)


class Wishes(ProfileEndpoint):
    @operation("officer_set_wishes", tag="officer", asks=WishesIn, answers=ProfileOut)
    def put(self, request: Request) -> Response:
        """By which ways to hear of shifts."""
        officer = self.officer
        officers.set_wishes(officer=officer, **self.parsed(WishesIn), actor=self.actor, at=self.at)
        return self.answer_profile(officer)


class OfferWishes(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_offer_wishes", tag="officer", answers=OfferWishesBody)
    def get(self, request: Request) -> Response:
        """When and how often to hear of work; the law and the department have their say beside it."""
        person_id = self.officer.person_id
        return self.answer(OfferWishesBody, wishes_of(person_ids=[person_id]).get(person_id, {}))

    @operation("officer_set_offer_wishes", tag="officer", asks=OfferWishesBody, answers=OfferWishesBody)
    def put(self, request: Request) -> Response:
        """All of them at once: what is left out is no wish any more."""
        asked = self.parsed(OfferWishesBody)
        return self.answer(OfferWishesBody, set_offer_wishes(person_id=self.officer.person_id, **asked, at=self.at))


class PhoneCodes(OfficerEndpoint):
    throttle_classes = [Phone]

    @operation("officer_request_phone_code", tag="officer", asks=PhoneIn, answers=PhoneCodeOut, status=202)
    def post(self, request: Request) -> Response:
        """Text a code to the number. An earlier code stops working."""
        phone = joining.request_phone_code(officer=self.officer, phone=self.parsed(PhoneIn)["phone"], at=self.at)
        return self.answer(PhoneCodeOut, {"phone": phone}, status=202)


class PhoneConfirmation(ProfileEndpoint):
    throttle_classes = [Phone]

    @operation("officer_confirm_phone", tag="officer", asks=ConfirmPhoneIn, answers=ProfileOut)
    def post(self, request: Request) -> Response:
        """Prove the number by its code; say whether texts about work are welcome."""
        officer = self.officer
        joining.confirm_phone(officer=officer, **self.parsed(ConfirmPhoneIn), actor=self.actor, at=self.at)
        return self.answer_profile(officer)


class OwnPayeeAccounts(OfficerEndpoint):
    throttle_classes = [Payments]

    @operation("officer_payee_accounts", tag="officer", answers=PayeeAccountOut(many=True))
    def get(self, request: Request) -> Response:
        """Where pay goes, as the payment provider has it now."""
        return self.answer(PayeeAccountOut, refreshed_accounts("officer", self.officer.id, self.at), many=True)


class OwnOnboarding(OfficerEndpoint):
    throttle_classes = [Payments]

    @operation("officer_payee_onboarding", tag="officer", asks=OnboardingIn, answers=OnboardingOut)
    def post(self, request: Request) -> Response:
        """A fresh link to the provider's page for identity and bank."""
        officer, asked = self.officer, self.parsed(OnboardingIn)
        url = payees.start_onboarding(
            owner_kind=PayeeAccount.OwnerKind.OFFICER,
            owner_id=officer.id,
            currency=get_tenant(tenant_id=officer.home_department_id).currency,
            actor=self.actor,
            at=self.at,
            **asked,
        )
        return self.answer(OnboardingOut, {"url": url})


def refreshed_accounts(owner_kind: str, owner_id: UUID, at: Any) -> list[PayeeAccount]:
    accounts = PayeeAccount.objects.filter(owner_kind=owner_kind, owner_id=owner_id).order_by("currency")
    return [
        payees.refresh_account(payee_account_id=account.id, at=at) if account.account_reference else account
        for account in accounts
    ]


class NearbyShifts(OfficerEndpoint):
    @operation("officer_nearby_shifts", tag="officer work", query=NearbyQuery, answers=NearbyShiftOut(many=True))
    def get(self, request: Request) -> Response:
        """Shifts that take bids within the travel radius of home, each with what the rules say to it."""
        return self._answer_page(dict(self.asked(NearbyQuery)), point=None)

    @operation("officer_search_shifts", tag="officer work", asks=NearbySearchIn, answers=NearbyShiftOut(many=True))
    def post(self, request: Request) -> Response:
        """The same around where the officer is now. The position is used for this answer and kept nowhere."""
        asked = dict(self.parsed(NearbySearchIn))
        return self._answer_page(asked, point=Point(asked.pop("latitude"), asked.pop("longitude")))

    def _answer_page(self, asked: dict[str, Any], *, point: Point | None) -> Response:
        offset, limit = asked.pop("offset"), asked.pop("limit")
        page = feed.feed_page(
            officer=self.officer, at=self.at, point=point, wishes=FeedWishes(**asked), offset=offset, limit=limit
        )
        return self.answer(NearbyShiftOut, page.lines, many=True)


class OfferedShift(OfficerEndpoint):
    @operation("officer_shift_read", tag="officer work", answers=OfferedShiftDetailOut)
    def get(self, request: Request, shift_id: UUID) -> Response:
        return self.answer(
            OfferedShiftDetailOut, access.shift_for_officer(officer=self.officer, shift_id=shift_id, at=self.at)
        )


class ShiftBid(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_bid_place", tag="officer work", asks=BidIn, answers=BidOut, status=201)
    def post(self, request: Request, shift_id: UUID) -> Response:
        """Bid. Under short notice the first eligible bid wins at once: `state` is then `won`."""
        bid = bidding.place_bid(
            officer=self.officer,
            shift_id=shift_id,
            rank_code=self.parsed(BidIn)["rank_code"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(BidOut, bid, status=201)

    @operation("officer_bid_withdraw", tag="officer work", answers=BidOut)
    def delete(self, request: Request, shift_id: UUID) -> Response:
        """Take the bid back while nothing has been won by it."""
        bid = bidding.withdraw_bid(officer=self.officer, shift_id=shift_id, actor=self.actor, at=self.at)
        return self.answer(BidOut, bid)


class OwnBids(OfficerEndpoint, Pages):
    queryset = Bid.objects.none()
    filterset_class = BidFilter
    serializer_class = BidOut

    @operation("officer_bids", tag="officer work", answers=BidOut(many=True))
    def get(self, request: Request) -> Response:
        """Own bids, the newest first, each with the sentence that explains what became of it."""
        return self.page(Bid.objects.filter(officer=self.officer).select_related("position"), BidOut)


class OwnAssignments(OfficerEndpoint, Pages):
    queryset = Assignment.objects.none()
    serializer_class = OwnAssignmentOut

    @operation("officer_assignments", tag="officer work", answers=OwnAssignmentOut(many=True))
    def get(self, request: Request) -> Response:
        """Work that is to come or going on, the newest commitment first."""
        found = queries.officer_assignments(self.officer).select_related("timesheet")
        return self.page(found, OwnAssignmentOut)


class OwnHistory(OfficerEndpoint, Pages):
    queryset = Assignment.objects.none()
    serializer_class = OwnAssignmentOut

    @operation("officer_history", tag="officer work", answers=OwnAssignmentOut(many=True))
    def get(self, request: Request) -> Response:
        """Work that is over, with its hours."""
        return self.page(queries.officer_history(self.officer).prefetch_related("clock_events"), OwnAssignmentOut)


class OwnAssignment(OfficerEndpoint):
    @operation("officer_assignment_read", tag="officer work", answers=OwnAssignmentOut)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        found = access.assignment_for_officer(officer=self.officer, assignment_id=assignment_id)
        return self.answer(OwnAssignmentOut, found)


class Punches(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_punch", tag="officer work", asks=PunchIn, answers=PunchOut, status=201, also={200: PunchOut})
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Clock in or out. The same `punch_id` again answers 200 with what was stored the first time."""
        asked = self.parsed(PunchIn)
        known = ClockEvent.objects.filter(punch_id=asked["punch_id"]).exists()
        event = timekeeping.punch(
            officer=self.officer, assignment_id=assignment_id, actor=self.actor, at=self.at, **asked
        )
        return self.answer(PunchOut, event, status=200 if known else 201)


class Tellings(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_tell", tag="officer work", asks=TellingIn, answers=ToldOut, status=201, also={200: ToldOut})
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """A break begins or ends, police duty calls or is over, or an incident is flagged, between in and out.

        The same `punch_id` again answers 200 with what was stored the first time.
        """
        asked = self.parsed(TellingIn)
        known = DutyEvent.objects.filter(punch_id=asked["punch_id"]).exists()
        told = {name: asked.pop(name) for name in ("kind", "category", "report_number")}
        item = FieldItem(officer=self.officer, assignment_id=assignment_id, actor=self.actor, at=self.at, **asked)
        event = telling.tell(item=item, **told)
        return self.answer(ToldOut, event, status=200 if known else 201)


class Earnings(OfficerEndpoint):
    @operation("officer_earnings", tag="officer", answers=EarningOut(many=True))
    def get(self, request: Request) -> Response:
        """What settled work came to, the newest first."""
        return self.answer(EarningOut, money.officer_earnings(self.officer), many=True)
