"""Paths of the cost base and its rate."""

from django.urls import path

from billing.selfcost import views
from billing.selfcost.side_views import file, so_far

urlpatterns = [
    path("selfcost/", views.overview, name="selfcost"),
    path("selfcost/so-far/<slug:service>/", so_far.selfcost_so_far, name="selfcost_so_far"),
    path("selfcost/<int:year>/<slug:service>/", views.cost_base, name="cost_base"),
    path("selfcost/<int:year>/<slug:service>/start/", views.start_cost_base, name="start_cost_base"),
    path("selfcost/<int:year>/<slug:service>/return/", views.send_back, name="send_back_cost_base"),
    path("selfcost/<int:year>/<slug:service>/adopt/", views.adopt_rate, name="adopt_rate"),
    path("selfcost/<int:year>/<slug:service>/preview/", views.cost_base_preview, name="cost_base_preview"),
    path("selfcost/<int:year>/<slug:service>/<int:version>/", views.cost_base_version, name="cost_base_version"),
    path("selfcost/<int:year>/<slug:service>/import/", file.cost_base_import, name="cost_base_import"),
    path("selfcost/<int:year>/<slug:service>/<int:version>/sheet.xlsx", file.cost_base_xlsx, name="cost_base_xlsx"),
    path("selfcost/<int:year>/<slug:service>/<int:version>/sheet.csv", file.cost_base_csv, name="cost_base_csv"),
]
