"""Production is safe without being asked: it refuses to start half configured, and Django's own check is silent."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

KEY = "0Zq8mT3vKx7Ld2Rf9Wb4Yc6Hn1Js5Gp0Ua8Ei3Ok7Vt2Xm9Qz4Db6Lr1"
DEMO_KEY = "demo-key-that-production-refuses-because-everyone-can-read-it-0123456789"


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with nothing but these variables."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "advisory.settings",
        "SELVKOST_ENV": "production",
        "ALLOWED_HOSTS": "selvkost.example.org",
        **variables,
    }
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_deployment_check_finds_nothing_in_production() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=KEY)
    assert done.returncode == 0, done.stderr


def test_without_a_variable_it_is_production_and_refuses_to_start() -> None:
    done = manage("check", SELVKOST_ENV="production")
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"SECRET_KEY": DEMO_KEY}, "the demo's"),
        ({"SECRET_KEY": "short"}, "shorter than 50"),
        ({"SECRET_KEY": KEY, "DEBUG": "1"}, "DEBUG"),
        ({"SECRET_KEY": KEY, "SELVKOST_ENV": "staging"}, "SELVKOST_ENV"),
    ],
    ids=["the demo's key", "a short key", "DEBUG", "an unknown environment"],
)
def test_production_refuses(variables: dict[str, str], reason: str) -> None:
    done = manage("check", **variables)
    assert done.returncode != 0
    assert reason in done.stderr


def test_production_sends_cookies_over_https_to_this_host_alone() -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_DOMAIN, s.SECURE_SSL_REDIRECT, s.DEBUG, bool(s.ACCOUNT_RATE_LIMITS),"
        " s.CACHES['default']['BACKEND'].rsplit('.')[-1], s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE,"
        " s.CSRF_COOKIE_SAMESITE, s.SESSION_COOKIE_PATH, s.SECURE_HSTS_SECONDS > 10**7, s.SECOND_FACTOR)"
    )
    done = manage("shell", "--no-imports", "-c", code, SECRET_KEY=KEY)
    assert done.stdout.split() == [
        "__Host-sessionid", "__Host-csrftoken", "True", "True", "None", "True", "False", "True", "DatabaseCache",
        "True", "Lax", "Lax", "/", "True", "demanded",
    ]  # fmt: skip


def test_every_variable_that_the_settings_read_is_named_in_the_example() -> None:
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "advisory" / "settings.py").read_text()))
    named = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read
    assert read <= named
