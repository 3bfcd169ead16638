"""Paths of access to the portal, for administrators."""

from django.urls import path

from clients.memberships import views

urlpatterns = [
    path("organisations/<int:number>/access/new/", views.new, name="access_new"),
    path("organisations/<int:number>/access/invitations/<int:invitation>/again/", views.again, name="access_again"),
    path(
        "organisations/<int:number>/access/invitations/<int:invitation>/withdraw/",
        views.withdrawn,
        name="access_withdraw",
    ),
    path("organisations/<int:number>/access/<int:membership_id>/", views.edit, name="access_edit"),
    path("organisations/<int:number>/access/<int:membership_id>/end/", views.end, name="access_end"),
]
