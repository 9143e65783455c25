from django.urls import include, path

from portals.agency import views

app_name = "agency"
urlpatterns = [
    path("", views.front, name="front"),
    path("workspace/", views.dashboard, name="dashboard"),
    path("officers/", views.officers, name="officers"),
    path("reconciliation/", include("portals.reconciliation.urls")),
]
