"""Guesses are counted in the database: processes that share nothing else share the count."""

from __future__ import annotations

from tests.concurrency.databases import Script

SCENE = """
from functools import partial
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from tests import builders
from tests.concurrency.together import together

cache = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}
override_settings(CACHES=cache, ACCOUNT_RATE_LIMITS=settings.SIGN_IN_LIMITS).enable()
call_command("createcachetable", verbosity=0)
person = builders.advisor()


def guess(times):
    answers = [
        Client().post("/login/", {"login": person.email, "password": "a wrong password"}).content.decode()
        for _ in range(times)
    ]
    return sum("passordet stemmer ikke" in answer for answer in answers)


def right():
    answer = Client().post("/login/", {"login": person.email, "password": "a password of ten signs"})
    return int(answer.status_code == 302)


heard = together([partial(guess, 6)] * 3)
[let_in] = together([right])
print(sum(heard), let_in)
"""


def test_three_processes_together_guess_ten_times_and_then_no_process_lets_in(script: Script) -> None:
    heard, let_in = (int(figure) for figure in script(SCENE).split())
    assert 1 <= heard <= 10
    assert let_in == 0
