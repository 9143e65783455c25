"""On the department's host: the link in the invitation."""

from django.urls import path

from portals.officer import joining_views as views

app_name = "joining"
urlpatterns = [
    path("welcome/", views.joined, name="joined"),
    path("onward/", views.onward, name="onward"),
    path("<uuid:invitation_id>/", views.invitation, name="invitation"),
]
