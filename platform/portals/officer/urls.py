"""The officer's pages, on the marketplace's host."""

from django.urls import path
from django.views.generic import RedirectView

from portals.officer import (
    clock_views,
    earnings_views,
    feed_views,
    home_views,
    payee_views,
    phone_views,
    profile_views,
    rules_views,
    shifts_views,
    welcome_views,
)

app_name = "officer"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="officer:feed"), name="start"),
    path("near-me/", feed_views.feed, name="feed"),
    path("near-me/<uuid:shift_id>/", feed_views.shift, name="shift"),
    path("near-me/<uuid:shift_id>/bid/", feed_views.bid, name="bid"),
    path("near-me/<uuid:shift_id>/withdraw/", feed_views.withdraw, name="withdraw"),
    path("shifts/", shifts_views.shifts, name="shifts"),
    path("shifts/<uuid:assignment_id>/", clock_views.assignment, name="assignment"),
    path("shifts/<uuid:assignment_id>/clock/", clock_views.clock_by_form, name="clock"),
    path("shifts/<uuid:assignment_id>/punch/", clock_views.punch, name="punch"),
    path("earnings/", earnings_views.earnings, name="earnings"),
    path("profile/", profile_views.profile, name="profile"),
    path("rules/", rules_views.rules, name="rules"),
    path("profile/wishes/", profile_views.wishes, name="wishes"),
    path("profile/home/", home_views.home, name="home"),
    path("profile/phone/", phone_views.phone, name="phone"),
    path("profile/phone/code/", phone_views.phone_code, name="phone_code"),
    path("payments/start/", payee_views.start, name="payee_start"),
    path("payments/return/", payee_views.come_back, name="payee_return"),
    path("welcome/", welcome_views.welcome, name="welcome"),
    path("welcome/phone/", phone_views.phone, {"in_welcome": True}, name="welcome_phone"),
    path("welcome/phone/code/", phone_views.phone_code, {"in_welcome": True}, name="welcome_phone_code"),
    path("welcome/home/", home_views.home, {"in_welcome": True}, name="welcome_home"),
    path("welcome/payments/", payee_views.welcome_payments, name="welcome_payments"),
    path("welcome/done/", welcome_views.done, name="welcome_done"),
]
