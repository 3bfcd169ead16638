"""Paths of the contacts' pages."""

from django.urls import path

from clients.contacts import views

urlpatterns = [
    path("organisations/<int:number>/contacts/", views.contacts, name="organisation_contacts"),
    path("organisations/<int:number>/contacts/new/", views.new, name="contact_new"),
    path("organisations/<int:number>/contacts/<int:contact_id>/", views.edit, name="contact_edit"),
    path("organisations/<int:number>/contacts/<int:contact_id>/deactivate/", views.put_away, name="contact_deactivate"),
    path("organisations/<int:number>/contacts/<int:contact_id>/activate/", views.take_back, name="contact_activate"),
]
