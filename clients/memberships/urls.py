"""Paths of access to the portal, for administrators."""

from django.urls import path

from clients.memberships import views

urlpatterns = [
    path("organisations/<int:number>/access/new/", views.new, name="access_new"),
    path("organisations/<int:number>/access/<int:membership_id>/", views.edit, name="access_edit"),
    path("organisations/<int:number>/access/<int:membership_id>/end/", views.end, name="access_end"),
]
