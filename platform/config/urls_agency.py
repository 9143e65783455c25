"""An agency's host: its staff's workspace."""

from django.urls import include, path

from config.urls_shared import handler400, handler403, handler404, handler500
from config.urls_shared import urlpatterns as shared_urlpatterns
from portals import shared_views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", shared_views.agency_home, name="home"),
    *shared_urlpatterns,
    path("staff/", include("portals.agency.urls")),
]
