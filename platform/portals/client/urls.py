"""A client's own pages, on the marketplace's host."""

from django.urls import path
from django.views.generic import RedirectView

from portals.client import (
    account_views,
    agency_views,
    cancel_views,
    change_views,
    contract_views,
    document_views,
    hours_views,
    job_views,
    paper_views,
    payment_views,
    rating_views,
    report_views,
    thread_views,
)

app_name = "client"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="client:jobs"), name="home"),
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/<uuid:job_id>/", job_views.job, name="job"),
    path("jobs/<uuid:job_id>/messages/", thread_views.messages, name="job_messages"),
    path("jobs/<uuid:job_id>/messages/news/", thread_views.news, name="job_messages_news"),
    path("jobs/<uuid:job_id>/change/", change_views.change, name="change"),
    path("jobs/<uuid:job_id>/on-site/", job_views.on_site, name="on_site"),
    path("jobs/<uuid:job_id>/cancel/", cancel_views.cancel, name="cancel"),
    path("jobs/<uuid:job_id>/withdraw/", change_views.withdraw, name="withdraw"),
    path("jobs/<uuid:job_id>/agencies/", agency_views.offers, name="agency_offers"),
    path("jobs/<uuid:job_id>/agencies/ask", agency_views.ask, name="ask_agencies"),
    path("agency-offers/<uuid:offer_id>/accept", agency_views.accept, name="accept_agency_offer"),
    path("contracts/<uuid:contract_id>/", contract_views.contract, name="contract"),
    path("contracts/<uuid:contract_id>/pay/", contract_views.pay, name="pay"),
    path("contracts/<uuid:contract_id>/paid/", contract_views.paid, name="paid"),
    path("contracts/<uuid:contract_id>/payment-status/", contract_views.payment_status, name="payment_status"),
    path("contracts/<uuid:contract_id>/cancelled/", contract_views.cancelled, name="cancelled"),
    path("hours/<uuid:timesheet_id>/approve/", hours_views.approve, name="approve"),
    path("hours/<uuid:timesheet_id>/dispute/", hours_views.dispute, name="dispute"),
    path("officers/<uuid:assignment_id>/rate/", hours_views.rate, name="rate"),
    path("ratings/", rating_views.ratings, name="ratings"),
    path("ratings/<uuid:rating_id>/reply/", rating_views.answer, {"kind": "reply"}, name="reply_to_rating"),
    path("ratings/<uuid:rating_id>/report/", rating_views.answer, {"kind": "report"}, name="report_rating"),
    path("papers/<uuid:demand_id>/", paper_views.paper, name="paper"),
    path("papers/<uuid:demand_id>/reuse/", paper_views.reuse, name="reuse_paper"),
    path("papers/files/<uuid:paper_id>/", paper_views.paper_file, name="paper_file"),
    path("papers/files/<uuid:paper_id>/withdraw/", paper_views.withdraw, name="withdraw_paper"),
    path("report/", report_views.report, name="job_report"),
    path("report/wishes/", report_views.wishes, name="job_report_wishes"),
    path("report.xlsx", report_views.report_file, {"ending": "xlsx"}, name="job_report_xlsx"),
    path("report.pdf", report_views.report_file, {"ending": "pdf"}, name="job_report_pdf"),
    path("payments/", payment_views.payments, name="payments"),
    path("cards/saved/", payment_views.card_saved, name="card_saved"),
    path("cards/<uuid:client_id>/<str:currency>/", payment_views.save_card, name="save_card"),
    path("documents/", document_views.documents, name="documents"),
    path("documents.zip", document_views.archive, name="documents_archive"),
    # Older bookmarks lead here.
    path("invoices/", RedirectView.as_view(pattern_name="client:documents"), name="invoices"),
    path("profile/", account_views.profile, name="profile"),
]
