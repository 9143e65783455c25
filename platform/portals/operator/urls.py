from django.urls import path

from portals.operator import (
    dispute_views,
    invoices_views,
    money,
    promises,
    reconciliation_views,
    tenants_views,
    views,
    years,
)

app_name = "operator"
urlpatterns = [
    path("", views.front, name="front"),
    path("overview/", views.overview, name="overview"),
    path("deliveries/retry", views.retry_all, name="retry_all"),
    path("deliveries/<uuid:delivery_id>/retry", views.retry_delivery, name="retry_delivery"),
    path("webhooks/<uuid:inbox_event_id>/retry", views.retry_webhook, name="retry_webhook"),
    path("tenants/", tenants_views.tenants, name="tenants"),
    path("tenants/new/", tenants_views.new_tenant, name="new_tenant"),
    path("messages/", views.messages, name="messages"),
    path("money/", money.money, name="money"),
    path("money/invoices/", invoices_views.overdue, name="overdue_invoices"),
    path("money/invoices/<uuid:charge_id>/", invoices_views.write_off, name="write_off"),
    path("money/refunds/<uuid:refund_id>/", invoices_views.paid_back, name="paid_back"),
    path("money/years/", years.years, name="years"),
    path("money/years.csv", years.year_file, {"kind": "csv"}, name="year_csv"),
    path("money/years.pdf", years.year_file, {"kind": "pdf"}, name="year_pdf"),
    path("money/promises/", promises.promises, name="promises"),
    path("cases/", dispute_views.cases, name="cases"),
    path("cases/disputes/<uuid:dispute_id>/", dispute_views.dispute, name="dispute"),
    path("cases/disputes/<uuid:dispute_id>/evidence", dispute_views.submit_evidence, name="submit_evidence"),
    path("cases/disputes/<uuid:dispute_id>/loss", dispute_views.decide_loss, name="decide_loss"),
    path("reconciliation/", reconciliation_views.days, name="reconciliation"),
    path("reconciliation/differences/", reconciliation_views.queue, name="work_items"),
    path("reconciliation/differences.csv", reconciliation_views.queue_file, name="work_items_file"),
    path("reconciliation/differences/<uuid:work_item_id>/", reconciliation_views.item, name="work_item"),
    path(
        "reconciliation/differences/<uuid:work_item_id>/corrections",
        reconciliation_views.propose,
        name="propose_correction",
    ),
    path(
        "reconciliation/corrections/<uuid:correction_id>/<slug:decision>",
        reconciliation_views.decide,
        name="decide_correction",
    ),
    path("reconciliation/<str:date>/", reconciliation_views.day, name="reconciliation_day"),
    path("audit/", views.audit_log, name="audit"),
]
