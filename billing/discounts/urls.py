"""Paths of discounts: staff's pages, and what the organisation sees of its own."""

from django.urls import path

from billing.discounts import portal
from billing.discounts.views import appeals, bound, decisions, hardship, pots, statistics, tiers

urlpatterns = [
    path("discounts/", decisions.discounts, name="discounts"),
    path("discounts/statistics/", statistics.discount_statistics, name="discount_statistics"),
    path("discounts/appeals/<int:appeal>/", appeals.appeal, name="appeal"),
    path("discounts/hardship/<int:hardship>/", hardship.hardship, name="hardship"),
    path("discounts/tiers/", tiers.tiers, name="tiers"),
    path("discounts/tiers/new/", tiers.new_tiers, name="new_tiers"),
    path("discounts/pots/", pots.pots, name="pots"),
    path("discounts/pots/new/", pots.new_pot, name="new_pot"),
    path("discounts/pots/reserve/", bound.reserve_money, name="reserve_money"),
    path("discounts/pots/<int:pot>/", pots.pot, name="pot"),
    path("discounts/pots/<int:pot>/movements/", pots.pot_movements, name="pot_movements"),
    path("discounts/pots/<int:pot>/terms/", pots.pot_terms, name="pot_terms"),
    path("discounts/pots/<int:pot>/release/", bound.release_money, name="release_money"),
    path("discounts/pots/<int:pot>/frame/", pots.change_pot, name="change_pot"),
    path("organisations/<int:number>/income/", decisions.organisation_income, name="organisation_income"),
    path("organisations/<int:number>/income/<int:declaration>/", decisions.decide, name="decide_tier"),
    path("organisations/<int:number>/income/hardship/", hardship.ask_hardship, name="ask_hardship"),
    path("organisations/<int:number>/income/decisions/<int:decision>/appeal/", appeals.new_appeal, name="new_appeal"),
    path("portal/<int:number>/discount/", portal.discount, name="portal_discount"),
    path("portal/<int:number>/discount/appeal/", portal.appeal, name="portal_appeal"),
]
