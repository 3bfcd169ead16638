"""Paths of the register look-up."""

from django.urls import path

from clients.register import views

urlpatterns = [
    path("organisations/<int:number>/register/", views.fetch, name="register_fetch"),
    path("organisations/<int:number>/register/take-over/", views.take_over_fact, name="register_take_over"),
]
