from django.urls import path

from portals.agency import (
    client_views,
    job_views,
    money_views,
    officer_views,
    profile_views,
    request_views,
    views,
)

app_name = "agency"
urlpatterns = [
    path("", views.front, name="front"),
    path("workspace/", views.dashboard, name="dashboard"),
    path("officers/", officer_views.officers, name="officers"),
    path("officers/invite", officer_views.invite, name="invite"),
    path("officers/<uuid:engagement_id>/end", officer_views.end, name="end_engagement"),
    path("requests/", request_views.requests, name="requests"),
    path("requests/<uuid:job_id>/", request_views.open_request, name="request"),
    path("offers/<uuid:offer_id>/withdraw", request_views.withdraw, name="withdraw_offer"),
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/<uuid:job_id>/", job_views.job, name="job"),
    path("shifts/<uuid:shift_id>/<slug:rank_code>/", job_views.staff, name="staff"),
    path("assignments/<uuid:assignment_id>/take-off", job_views.take_off, name="take_off"),
    path("clients/", client_views.own_clients, name="clients"),
    path("clients/new/", client_views.new_client, name="new_client"),
    path("clients/<uuid:agency_client_id>/", client_views.own_client, name="client"),
    path("clients/<uuid:agency_client_id>/archive", client_views.archive, name="archive_client"),
    path("clients/<uuid:agency_client_id>/contracts", client_views.add_contract, name="add_contract"),
    path("clients/<uuid:agency_client_id>/contracts/<uuid:contract_id>/rates", client_views.add_rate, name="add_rate"),
    path("money/", money_views.money, name="money"),
    path("money.xlsx", money_views.export_xlsx, name="money_xlsx"),
    path("money.csv", money_views.export_csv, name="money_csv"),
    path("profile/", profile_views.profile, name="profile"),
]
