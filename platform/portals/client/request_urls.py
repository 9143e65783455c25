"""Asking for officers, on the marketplace and on every department's own host."""

from django.urls import path

from portals.client import request_link, request_schedule, request_sending, request_views

app_name = "request"
urlpatterns = [
    path("", request_views.start, name="start"),
    path("<slug:key>/", request_sending.resume, name="resume"),
    path("<slug:key>/event/", request_views.event, name="event"),
    path("<slug:key>/where/", request_views.where, name="where"),
    path("<slug:key>/pin/", request_views.pin, name="pin"),
    path("<slug:key>/when/", request_schedule.when, name="when"),
    path("<slug:key>/officers/", request_schedule.officers, name="officers"),
    path("<slug:key>/details/", request_schedule.details, name="details"),
    path("<slug:key>/price/", request_sending.price, name="price"),
    path("<slug:key>/mail-link/", request_link.mail_link, name="mail_link"),
    path("<slug:key>/you/", request_sending.you, name="you"),
    path("<slug:key>/check/", request_sending.check, name="check"),
    path("<slug:key>/not-possible/", request_sending.not_possible, name="not_possible"),
    path("<slug:key>/sent/", request_sending.sent, name="sent"),
    path("<slug:key>/follow/", request_sending.follow, name="follow"),
]
