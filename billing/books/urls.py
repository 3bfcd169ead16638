"""Paths of the books' checks."""

from django.urls import path

from billing.books import views

urlpatterns = [
    path("settings/books/", views.books, name="books"),
    path("settings/books/run/", views.books_run, name="books_run"),
]
