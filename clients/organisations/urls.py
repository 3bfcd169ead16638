"""Paths of the organisations' pages."""

from django.urls import path

from clients.organisations import views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.new, name="organisation_new"),
    path("organisations/<int:number>/", views.detail, name="organisation"),
    path("organisations/<int:number>/edit/", views.edit, name="organisation_edit"),
]
