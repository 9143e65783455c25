"""Included by the desks of departments and agencies, inside their own namespaces."""

from django.urls import path

from portals.reconciliation import file_views, import_views, month_views, row_views, rows_views

urlpatterns = [
    path("", month_views.months, name="reconciliation"),
    path("tolerances", month_views.set_tolerances, name="reconciliation_tolerances"),
    path("imports/", import_views.imports, name="reconciliation_imports"),
    path("imports/template.csv", import_views.template_file, name="reconciliation_template"),
    path("imports/<uuid:invoices_id>/", import_views.one_import, name="reconciliation_import"),
    path("imports/<uuid:invoices_id>/apply", import_views.apply, name="reconciliation_import_apply"),
    path("imports/<uuid:invoices_id>/cancel", import_views.cancel, name="reconciliation_import_cancel"),
    path("imports/<uuid:invoices_id>/mistakes.csv", import_views.mistakes_file, name="reconciliation_mistakes"),
    path("<slug:month>/", rows_views.rows, name="reconciliation_rows"),
    path("<slug:month>/accept", rows_views.accept_all, name="reconciliation_accept_all"),
    path("<slug:month>/refresh", rows_views.refresh, name="reconciliation_refresh"),
    path("<slug:month>/close/", month_views.close, name="reconciliation_close"),
    path("<slug:month>/reopen", month_views.reopen, name="reconciliation_reopen"),
    path("<slug:month>/rows.csv", file_views.rows_csv, name="reconciliation_csv"),
    path("<slug:month>/rows.xlsx", file_views.rows_xlsx, name="reconciliation_xlsx"),
    path("rows/<uuid:row_id>/", row_views.row, name="reconciliation_row"),
    path("rows/<uuid:row_id>/accept", row_views.accept, name="reconciliation_accept"),
    path("rows/<uuid:row_id>/explain", row_views.explain, name="reconciliation_explain"),
    path("rows/<uuid:row_id>/split", row_views.split, name="reconciliation_split"),
    path("rows/<uuid:row_id>/take-back", row_views.take_back, name="reconciliation_take_back"),
    path("rows/<uuid:row_id>/note", row_views.note, name="reconciliation_note"),
]
