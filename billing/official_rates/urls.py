"""Paths of the dated tables."""

from django.urls import path

from billing.official_rates import views

urlpatterns = [
    path("settings/on-costs/", views.on_costs, name="on_costs"),
    path("settings/on-costs/new/", views.on_costs_new, name="on_costs_new"),
    path("settings/interest/", views.interest, name="interest"),
]
