"""Paths of discounts: staff's pages, and what the organisation sees of its own."""

from django.urls import path

from billing.discounts import portal
from billing.discounts.views import decisions, pots, tiers

urlpatterns = [
    path("discounts/", decisions.discounts, name="discounts"),
    path("discounts/tiers/", tiers.tiers, name="tiers"),
    path("discounts/tiers/new/", tiers.new_tiers, name="new_tiers"),
    path("discounts/pots/", pots.pots, name="pots"),
    path("discounts/pots/new/", pots.new_pot, name="new_pot"),
    path("discounts/pots/<int:pot>/", pots.pot, name="pot"),
    path("discounts/pots/<int:pot>/frame/", pots.change_pot, name="change_pot"),
    path("organisations/<int:number>/income/", decisions.organisation_income, name="organisation_income"),
    path("organisations/<int:number>/income/<int:declaration>/", decisions.decide, name="decide_tier"),
    path("portal/<int:number>/discount/", portal.discount, name="portal_discount"),
]
