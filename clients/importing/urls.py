"""Paths of the import."""

from django.urls import path

from clients.importing import views

urlpatterns = [
    path("organisations/import/", views.organisation_import, name="organisation_import"),
    path("organisations/import/template/", views.organisation_import_template, name="organisation_import_template"),
]
