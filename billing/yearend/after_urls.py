"""Paths of the after-calculation and the fund; they come before the cost base's, whose services are names too."""

from django.urls import path

from billing.yearend.views import after, files, fund

urlpatterns = [
    path("selfcost/after/", after.newest_after, name="newest_after"),
    path("selfcost/<int:year>/after/", after.after, name="after"),
    path("selfcost/<int:year>/after/pdf/", files.after_pdf, name="after_pdf"),
    path("selfcost/<int:year>/after/workbook/", files.after_workbook, name="after_workbook"),
    path("selfcost/<int:year>/after/close/", after.close_year, name="close_year"),
    path("selfcost/<int:year>/after/carry/", after.carry_into_price, name="carry_into_price"),
    path("selfcost/<int:year>/after/rows/<slug:of>/", after.after_rows, name="after_rows"),
    path("selfcost/fund/", fund.funds, name="funds"),
    path("selfcost/fund/<slug:service>/", fund.fund, name="fund"),
    path("selfcost/fund/<slug:service>/open/", fund.open_fund, name="open_fund"),
    path("selfcost/fund/<slug:service>/correct/", fund.correct_fund, name="correct_fund"),
]
