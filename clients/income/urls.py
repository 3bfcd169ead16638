"""Paths of income declarations for staff; the page that lists and decides them is billing's."""

from django.urls import path

from clients.income import views

urlpatterns = [
    path("organisations/<int:number>/income/new/", views.new, name="organisation_income_new"),
    path("organisations/<int:number>/income/evidence/<int:file_id>/", views.evidence, name="organisation_evidence"),
]
