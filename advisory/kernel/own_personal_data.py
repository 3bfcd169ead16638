"""What the floor itself holds about people: users and how they sign in, mails, the audit log; and how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success, Task

from advisory.kernel import retention
from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import SIGN_IN, AuditEvent
from advisory.kernel.counters import Counter
from advisory.kernel.heartbeat import Heartbeat
from advisory.kernel.idempotency import IdempotentAnswer
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.periods import ClosedMonth
from advisory.kernel.personal_data.sources import NOWHERE, Pseudonym, Source, Subject, leave_out, register
from advisory.kernel.retention import Kind, RetentionRun, moment_before, start_of
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.texts import MessageText
from advisory.kernel.users import StaffRole, User

MINIMAL = _("GDPR art. 5(1)(e): no longer than needed")
ACCOUNTABLE = _("GDPR art. 5(2) and bokføringsloven § 13: who did what, until five years after the end of the year")
#: After this an answer is not asked for again.
ANSWERS_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=30)


def take_name_away(user: User, pseudonym: Pseudonym, now: datetime) -> None:
    """The user as a pseudonym that nobody can sign in as; what he did stays tied to it."""
    user.name, user.email, user.language = pseudonym.name, pseudonym.address, ""
    user.set_unusable_password()
    user.is_active, user.staff_role = False, StaffRole.NONE
    user.session_epoch += 1
    user.erased_at = now
    user.save()


def _erase_users(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    for user in User.objects.filter(pk__in=subject.ids("kernel.user")):
        take_name_away(user, pseudonym, now)


def _erase_messages(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    for message in source.of(subject):
        if message.sent_at is None and message.failed_at is None:
            message.delete()
        else:
            _empty(message, f"erased-{pseudonym.number}-{message.pk}@{NOWHERE}")


def _empty(message: OutboundMessage, address: str) -> None:
    message.recipient, message.body, message.last_error = address, "", ""
    message.save(update_fields=["recipient", "body", "last_error"])


def delete(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    """Delete the rows about the person. In one statement: the library's own signals would speak of each in vain."""
    rows = source.of(subject).order_by()
    rows._raw_delete(rows.db)


def _erase_connections(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    tokens = SocialToken.objects.filter(account__user__in=subject.ids("kernel.user"))
    tokens._raw_delete(tokens.db)
    delete(source, subject, pseudonym, now)


def _erase_addresses(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    EmailConfirmation.objects.filter(email_address__user__in=subject.ids("kernel.user")).delete()
    delete(source, subject, pseudonym, now)


def sessions_of(users: frozenset[int]) -> Q:
    """The sessions in which one of the users is signed in; each has to be opened to be known."""
    if not users:
        return Q(pk__in=[])
    wanted = {str(pk) for pk in users}
    found = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") in wanted]
    return Q(pk__in=found)


def _events_about(subject: Subject) -> Q:
    about = Q(pk__in=[])
    for table, keys in subject.rows.items():
        about |= Q(object_type=table, object_id__in=[str(key) for key in keys])
    return about


def register_sources() -> None:
    """Fill in the floor's part of the register."""
    register(
        Source(
            User,
            _("Users"),
            about={"kernel.user": ("pk",)},
            secret=("password", "session_epoch"),
            closed=("password", "language"),
            called=("name",),
            day="created_at",
            becomes=_("name and e-mail address give way to a pseudonym, and nobody can sign in"),
            erase=_erase_users,
        ),
        Source(
            EmailAddress,
            _("Addresses for signing in"),
            about={"kernel.user": ("user",)},
            becomes=_("is deleted"),
            is_deleted=True,
            erase=_erase_addresses,
        ),
        Source(
            Authenticator,
            _("Second factors"),
            about={"kernel.user": ("user",)},
            secret=("data",),
            closed=("data",),
            day="created_at",
            becomes=_("is deleted"),
            is_deleted=True,
            erase=delete,
        ),
        Source(
            SocialAccount,
            _("Connections to a sign-in provider"),
            about={"kernel.user": ("user",)},
            secret=("uid", "extra_data"),
            closed=("uid", "extra_data", "provider"),
            day="date_joined",
            becomes=_("is deleted"),
            is_deleted=True,
            erase=_erase_connections,
        ),
        Source(
            Session,
            _("Sessions"),
            also=lambda subject: sessions_of(subject.ids("kernel.user")),
            secret=("session_key", "session_data"),
            closed=("session_data",),
            day="expire_date",
            becomes=_("deleted: the person is signed out everywhere"),
            is_deleted=True,
            erase=delete,
        ),
        Source(
            ApiToken,
            _("Personal tokens for the API"),
            about={"kernel.user": ("user",)},
            secret=("digest",),
            closed=("digest", "prefix"),
            day="created_at",
            becomes=_("deleted: they no longer let anybody in"),
            is_deleted=True,
            erase=delete,
        ),
        Source(
            IdempotentAnswer,
            _("Kept answers of the API"),
            about={"kernel.user": ("user",)},
            secret=("key", "request"),
            closed=("key", "request"),
            day="at",
            becomes=_("is deleted"),
            is_deleted=True,
            erase=delete,
        ),
        Source(
            OutboundMessage,
            _("E-mails sent"),
            addresses=("recipient",),
            organisation_number="organisation",
            shown={"body": lambda message: message.shown_body},
            closed=("kind", "reference", "language"),
            day="created_at",
            becomes=_("the recipient and the text are taken out; that a mail of this kind was sent stays"),
            erase=_erase_messages,
        ),
        Source(
            AuditEvent,
            _("The audit log"),
            also=_events_about,
            organisation_number="organisation",
            closed=("action", "object_type", "object_id"),
            day="at",
            law=ACCOUNTABLE,
        ),
        Source(SellerParticulars, _("Seller's particulars"), closed=("accent", "account"), day="created_at"),
        Source(MessageText, _("Texts of messages"), closed=("key",), day="changed_at"),
        Source(ClosedMonth, _("Closed months"), closed=("kind",), day="closed_at"),
    )
    leave_out("Counts, no words.", Counter, Heartbeat, RetentionRun)
    leave_out("Names of jobs and row ids; finished ones go after thirty days.", Task, Success, Failure, OrmQ, Schedule)
    leave_out("Django's own lists; this program writes nothing there.", ContentType, Group, Permission)
    leave_out("Django's own lists; this program writes nothing there.", Group.permissions.through)
    leave_out("Settings of the sign-in provider come from the environment.", SocialApp)
    leave_out("No token of the provider is stored; a row would go with its connection.", SocialToken)
    leave_out("Addresses are confirmed by signed links; a row would go with its address.", EmailConfirmation)


def _deleted(model: type[models.Model]) -> Callable[[Sequence[Any], datetime], int]:
    def erase(keys: Sequence[Any], now: datetime) -> int:
        rows = model._default_manager.filter(pk__in=keys)
        count: int = rows._raw_delete(rows.db)
        return count

    return erase


def _old_messages(day: date) -> models.QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(created_at__lt=moment_before(day, 12)).exclude(
        Q(sent_at=None, failed_at=None) | Q(recipient__endswith=f"@{NOWHERE}")
    )


def _empty_messages(keys: Sequence[Any], now: datetime) -> int:
    for message in OutboundMessage.objects.filter(pk__in=keys):
        _empty(message, f"erased-0-{message.pk}@{NOWHERE}")
    return len(keys)


def _old_events(day: date) -> models.QuerySet[AuditEvent]:
    old = AuditEvent.objects.filter(at__lt=start_of(retention.first_kept(day)))
    return old.exclude(action=SIGN_IN).exclude(action__in=retention.KEPT_FOR_GOOD)


def register_kinds() -> None:
    """Say how long the floor keeps its own."""
    retention.register(
        Kind(
            "sign_ins",
            _("Sign-ins"),
            _("deleted from the audit log"),
            _("12 months"),
            MINIMAL,
            lambda day: AuditEvent.objects.filter(action=SIGN_IN, at__lt=moment_before(day, 12)),
            _deleted(AuditEvent),
        ),
        Kind(
            "sessions",
            _("Sessions"),
            _("is deleted"),
            _("until they have run out"),
            MINIMAL,
            lambda day: Session.objects.filter(expire_date__lt=start_of(day)),
            _deleted(Session),
        ),
        Kind(
            "messages",
            _("E-mails sent"),
            _("recipient and text are taken out; kind and day stay"),
            _("12 months"),
            MINIMAL,
            _old_messages,
            _empty_messages,
        ),
        Kind(
            "tokens",
            _("Personal tokens for the API"),
            _("is deleted"),
            _("12 months after they were withdrawn or ran out"),
            MINIMAL,
            lambda day: ApiToken.objects.filter(
                Q(revoked_at__lt=moment_before(day, 12)) | Q(expires_at__lt=moment_before(day, 12))
            ),
            _deleted(ApiToken),
        ),
        Kind(
            "answers",
            _("Kept answers of the API"),
            _("is deleted"),
            _("7 days"),
            MINIMAL,
            lambda day: IdempotentAnswer.objects.filter(at__lt=start_of(day - ANSWERS_KEPT)),
            _deleted(IdempotentAnswer),
        ),
        Kind(
            "jobs",
            _("Finished jobs"),
            _("is deleted"),
            _("30 days"),
            MINIMAL,
            lambda day: Task.objects.filter(stopped__lt=start_of(day - JOBS_KEPT)),
            _deleted(Task),
        ),
        Kind(
            "audit",
            _("The audit log"),
            _("deleted; only the events of erasures and of these runs stay"),
            _("5 years after the end of the year; the database refuses to let go of it before"),
            ACCOUNTABLE,
            _old_events,
            _deleted(AuditEvent),
        ),
    )


__all__ = ["MINIMAL", "register_kinds", "register_sources", "take_name_away"]
