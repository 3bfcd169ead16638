"""Paths of a year's accounts; they stand before the cost base's, whose path would take «accounts» for a service."""

from django.urls import path

from billing.yearend.account_views import imports, lines
from billing.yearend.account_views import pages as views

_YEAR = "selfcost/<int:year>/accounts"

urlpatterns = [
    path("selfcost/accounts/", views.years, name="account_years"),
    path("selfcost/accounts/mapping/", views.mapping, name="account_mappings"),
    path(f"{_YEAR}/", views.accounts, name="accounts"),
    path(f"{_YEAR}/start/", views.start, name="account_start"),
    path(f"{_YEAR}/rows/", views.rows, name="account_rows"),
    path(f"{_YEAR}/rows/<slug:kind>/", views.export, name="account_export"),
    path(f"{_YEAR}/costs/<slug:bearer>/", views.cost, name="account_cost"),
    path(f"{_YEAR}/hours/", views.hours, name="account_hours"),
    path(f"{_YEAR}/mapping/", views.year_mapping, name="account_mapping"),
    path(f"{_YEAR}/full-time/", views.full_time, name="account_full_time"),
    path(f"{_YEAR}/about/", views.describe, name="account_about"),
    path(f"{_YEAR}/submit/", views.submit, name="account_submit"),
    path(f"{_YEAR}/return/", views.send_back, name="account_send_back"),
    path(f"{_YEAR}/import/", imports.upload, name="account_import"),
    path(f"{_YEAR}/import/<int:file>/", imports.look, name="account_file_preview"),
    path(f"{_YEAR}/import/<int:file>/delete/", imports.discard, name="account_file_delete"),
    path(f"{_YEAR}/files/<int:file>/", views.file, name="account_file"),
    path(f"{_YEAR}/lines/new/", lines.new_line, name="account_line_new"),
    path(f"{_YEAR}/lines/<int:line>/", lines.change, name="account_line"),
    path(f"{_YEAR}/lines/<int:line>/delete/", lines.remove, name="account_line_remove"),
    path(f"{_YEAR}/seats/new/", lines.new_seats, name="account_seats_new"),
    path(f"{_YEAR}/seats/<int:sale>/", lines.change_seats, name="account_seats"),
    path(f"{_YEAR}/seats/<int:sale>/delete/", lines.remove_seats, name="account_seats_remove"),
]
