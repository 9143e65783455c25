"""A department's host: its branded front door, requests that start there, invitations, and the coordinators' desk."""

from django.urls import include, path

from config.urls_shared import handler400, handler403, handler404, handler500
from config.urls_shared import urlpatterns as shared_urlpatterns
from portals import shared_views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", shared_views.department_home, name="home"),
    *shared_urlpatterns,
    path("request/", include("portals.client.request_urls")),
    path("join/", include("portals.officer.joining_urls")),
    path("desk/", include("portals.department.urls")),
    path("feeds/", include("portals.department.feed_urls")),
]
