"""Paths of the ring-fence report."""

from django.urls import path

from billing.ringfence import views

urlpatterns = [
    path("reports/funding/", views.reports, name="funding_reports"),
    path("reports/funding/hours/", views.hours, name="funding_hours"),
    path("reports/funding/lines/", views.invoice_lines, name="funding_lines"),
    path("reports/funding/pdf/", views.period_pdf, name="funding_period_pdf"),
    path("reports/funding/workbook/", views.period_workbook, name="funding_period_workbook"),
    path("reports/funding/<int:year>/", views.report, name="funding_report"),
    path("reports/funding/<int:year>/pdf/", views.report_pdf, name="funding_pdf"),
    path("reports/funding/<int:year>/workbook/", views.report_workbook, name="funding_workbook"),
]
