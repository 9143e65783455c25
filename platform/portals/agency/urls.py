from django.urls import path

from portals.agency import payee_views, views

app_name = "agency"
urlpatterns = [
    path("", views.front, name="front"),
    path("workspace/", views.dashboard, name="dashboard"),
    path("officers/", views.officers, name="officers"),
    path("account/", payee_views.account, name="payee_account"),
    path("account/onboarding/", payee_views.onboarding, name="onboarding"),
    path("account/back/", payee_views.come_back, name="onboarded"),
    path("account/refresh", payee_views.refresh_account, name="refresh_account"),
]
