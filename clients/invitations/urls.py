"""Paths of invitations: the link in the mail, and what administrators do with those to an organisation."""

from django.urls import path

from clients.invitations import views

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
