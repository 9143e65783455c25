from django.urls import path

from portals.department import feed_views

app_name = "feeds"
urlpatterns = [
    path("dispatch/<str:token>.ics", feed_views.dispatch_ical, name="dispatch_ical"),
    path("dispatch/<str:token>.json", feed_views.dispatch_json, name="dispatch_json"),
]
