"""The day page of staff: what waits first, at most three tiles, and hours without leaving."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from advisory.kernel.access import staff, user_of


@staff("GET")
def today(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime()
    return render(request, "today/page.html", {"now": now, "user": user_of(request)})
