"""The marketplace's own host: clients, officers, operators, and the providers' webhooks."""

from django.urls import include, path

from api import twilio_webhooks, webhooks
from config.environment import environment
from config.urls_shared import handler400, handler403, handler404, handler500
from config.urls_shared import urlpatterns as shared_urlpatterns
from portals import design, shared_views
from portals.officer import app_views, calendar_views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", shared_views.marketplace_home, name="home"),
    *shared_urlpatterns,
    path("request/", include("portals.client.request_urls")),
    path("client/", include("portals.client.urls")),
    path("officer/", include("portals.officer.urls")),
    path("feeds/officer/<str:token>.ics", calendar_views.feed, name="officer_calendar"),
    path("service-worker.js", app_views.service_worker, name="service_worker"),
    path("operator/", include("portals.operator.urls")),
    path("s/<str:code>", shared_views.short_link, name="short_link"),
    path("webhooks/stripe", webhooks.stripe_webhook, name="stripe_webhook"),
    path("webhooks/twilio/inbound", twilio_webhooks.receive_message, name="twilio_inbound"),
    path("webhooks/twilio/status", twilio_webhooks.receive_status, name="twilio_status"),
]
if not environment.is_production:
    urlpatterns += design.urlpatterns()
