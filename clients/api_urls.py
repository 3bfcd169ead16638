"""Addresses of this storey below `/api/v1/`, gathered from its rooms."""

from clients.contacts import api as contacts
from clients.income import api as income
from clients.organisations import api as organisations

urlpatterns = [*organisations.urlpatterns, *contacts.urlpatterns, *income.urlpatterns]
