"""The path of the what-if page."""

from django.urls import path

from billing.whatif import views

urlpatterns = [path("selfcost/what-if/", views.what_if, name="what_if")]
