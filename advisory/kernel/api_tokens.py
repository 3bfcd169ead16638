"""Personal tokens for the API: several a person, each with a name, scopes and a last day; only their digest is kept.

`make_token` gives the token itself once and never again. Withdrawing is for good. Whoever is closed or erased has no
valid token, and signing out everywhere withdraws them all (`withdraw_all`).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User

#: How a token begins: what searches for lost secrets can recognise it by.
MARK = "selvkost_"
#: How long a token works at most, and unless something else is chosen.
LONGEST, USUAL = timedelta(days=365), timedelta(days=90)
#: How many tokens a person may have at a time.
MOST = 20
#: How exact the last use is kept: a token that asks all day is written once a minute.
GRAIN = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token may do; never more than its owner."""

    READ = "read", _("read")
    WRITE = "write", _("read and write")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, now: datetime) -> ApiTokenQuerySet:
        """Neither withdrawn nor past its last moment, of a person who may still sign in."""
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True, user__erased_at=None)


class ApiToken(models.Model):
    """`digest` is the SHA-256 of the token, `prefix` its first signs, so that its owner can tell it from others."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    scope = models.CharField(_("may"), max_length=5, choices=Scope, default=Scope.READ)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("works until"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="api_token_scope_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="api_token_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def works(self, now: datetime) -> bool:
        """Whether `valid` would find it, asked of the row and its owner."""
        user = self.user
        return self.revoked_at is None and self.expires_at > now and user.is_active and user.erased_at is None

    @property
    def last_day(self) -> date:
        """The last day on which it works."""
        return timezone.localdate(self.expires_at - timedelta(seconds=1))


class DayNotAllowed(DomainError):
    """The last day is past, or further ahead than a token may live."""

    template = _("Choose a day between today and %(latest)s.")


class TooManyTokens(DomainError):
    """Nobody keeps an eye on more."""

    template = _("You have %(most)s tokens already. Withdraw those you no longer use first.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_token(*, user: User, name: str, scope: str, last_day: date, now: datetime) -> tuple[ApiToken, str]:
    """A new token of the person, and the token itself, which is kept nowhere: 256 random bits after `selvkost_`.

    It works through `last_day` in Oslo. Raises `DayNotAllowed` and `TooManyTokens`.
    """
    today = timezone.localdate(now)
    if not today <= last_day <= today + LONGEST:
        raise DayNotAllowed(latest=today + LONGEST)
    # Two tabs cannot both make the last one.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if ApiToken.objects.valid(now).filter(user=user).count() >= MOST:
        raise TooManyTokens(most=MOST)
    secret = MARK + secrets.token_urlsafe(32)
    after_it = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        prefix=secret[: len(MARK) + 3],
        digest=_digest(secret),
        created_at=now,
        expires_at=after_it,
    )
    facts = {"name": name, "scope": scope, "prefix": token.prefix, "last_day": last_day}
    audit.record("api_token.make", token, by=user, now=now, after=facts)
    return token, secret


@transaction.atomic
def withdraw_token(*, token: ApiToken, by: User | None, now: datetime) -> None:
    """The token stops at its next request, for good; nothing happens to one that is withdrawn already."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return
    facts = {"name": token.name, "prefix": token.prefix, "owner": str(token.user)}
    audit.record("api_token.withdraw", token, by=by, now=now, before=facts)


def withdraw_all(*, user: User, by: User | None, now: datetime) -> int:
    """Every token of the person withdrawn; how many there were."""
    tokens = list(ApiToken.objects.filter(user=user, revoked_at=None).select_related("user"))
    for token in tokens:
        withdraw_token(token=token, by=by, now=now)
    return len(tokens)


def token_behind(secret: str, *, now: datetime) -> ApiToken | None:
    """The valid token with this secret, with its owner."""
    # Asked at every request: to find by the digest alone and look at the row costs half of a query with all conditions.
    found = list(ApiToken.objects.select_related("user").filter(digest=_digest(secret)).order_by())
    return next((token for token in found if token.works(now)), None)


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember that the token was used, once a minute at most."""
    if token.last_used_at is None or now - token.last_used_at >= GRAIN:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
