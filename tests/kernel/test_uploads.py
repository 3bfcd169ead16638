"""A request that says it is enormous is turned away before it is read (reliability X5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from advisory.kernel import uploads

pytestmark = pytest.mark.django_db


def _post(**extra: Any) -> int:
    answer = Client().post(reverse("account_login"), {"login": "x", "file": SimpleUploadedFile("a", b"x")}, **extra)
    return answer.status_code


def test_a_body_that_says_it_is_five_gigabytes_is_refused() -> None:
    assert _post(CONTENT_LENGTH=str(5 * 1024**3)) == 400


def test_five_files_of_ten_megabytes_fit() -> None:
    assert uploads.LARGEST_BODY >= 5 * 10 * 1024**2
    assert _post() != 400
