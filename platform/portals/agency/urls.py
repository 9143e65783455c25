from django.urls import include, path

from portals.agency import document_views, payee_views, views

app_name = "agency"
urlpatterns = [
    path("", views.front, name="front"),
    path("workspace/", views.dashboard, name="dashboard"),
    path("officers/", views.officers, name="officers"),
    path("documents/", document_views.documents, name="documents"),
    path("documents.zip", document_views.archive, name="documents_archive"),
    path("letterhead/", document_views.letterhead, name="letterhead"),
    path("letterhead/logo.png", document_views.letterhead_logo, name="letterhead_logo"),
    path("reconciliation/", include("portals.reconciliation.urls")),
    path("account/", payee_views.account, name="payee_account"),
    path("account/onboarding/", payee_views.onboarding, name="onboarding"),
    path("account/back/", payee_views.come_back, name="onboarded"),
    path("account/refresh", payee_views.refresh_account, name="refresh_account"),
]
