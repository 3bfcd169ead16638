"""Paths of the after-calculation and the fund; they come before the cost base's, whose services are names too."""

from django.urls import path

from billing.yearend import after_views, fund_views

urlpatterns = [
    path("selfcost/after/", after_views.newest_after, name="newest_after"),
    path("selfcost/<int:year>/after/", after_views.after, name="after"),
    path("selfcost/<int:year>/after/close/", after_views.close_year, name="close_year"),
    path("selfcost/<int:year>/after/carry/", after_views.carry_into_price, name="carry_into_price"),
    path("selfcost/<int:year>/after/rows/<slug:of>/", after_views.after_rows, name="after_rows"),
    path("selfcost/fund/", fund_views.funds, name="funds"),
    path("selfcost/fund/<slug:service>/", fund_views.fund, name="fund"),
    path("selfcost/fund/<slug:service>/open/", fund_views.open_fund, name="open_fund"),
    path("selfcost/fund/<slug:service>/correct/", fund_views.correct_fund, name="correct_fund"),
]
