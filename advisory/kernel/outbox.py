"""Mail that leaves the house: a row in the transaction that wants it, sent by the worker, kept afterwards.

A verb calls `post` inside its transaction; the job is queued by the same commit. The queue may lose
everything: `sweep` finds what is still waiting. Attachments are made when the mail leaves, by the provider
that the room of that kind registered when the program started.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from advisory.kernel import audit
from advisory.kernel.errors import Conflict
from advisory.kernel.personal_data.sources import is_erased_address
from advisory.kernel.texts import one_line
from advisory.kernel.users import User

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=2)
# A job must end well before the queue takes it for dead.
A_JOB = 10


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


Attach = Callable[[str], list[Attachment]]
Hide = Callable[[str], str]
_attachments: dict[str, Attach] = {}
_hidden: dict[str, Hide] = {}


def register(kind: str, attach: Attach) -> None:
    """Say how the attachments of messages of `kind` are found from their reference."""
    _attachments[kind] = attach


def hide(kind: str, secret: Hide) -> None:
    """Say how the text of messages of `kind` loses its secret (a link that lets somebody in).

    Nobody reads the secret on a page, and it is gone from the table once the mail has left. The demo, where no mail
    leaves the house, shows it.
    """
    _hidden[kind] = secret


class NotGivenUp(Conflict):
    """The message is sent, or still being tried."""

    template = _("The message has not failed, so there is nothing to send again.")


class MessageState(models.TextChoices):
    """How far a message has come."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class MessageQuerySet(models.QuerySet["OutboundMessage"]):
    def in_state(self, state: MessageState) -> MessageQuerySet:
        """Waiting (also between two tries), sent, or given up."""
        if state is MessageState.SENT:
            return self.exclude(sent_at=None)
        return self.filter(sent_at=None, failed_at__isnull=state is MessageState.WAITING)

    def matching(self, text: str) -> MessageQuerySet:
        """By part of the recipient's address or of the subject."""
        return self.filter(models.Q(recipient__icontains=text) | models.Q(subject__icontains=text))

    def waiting(self, now: datetime) -> MessageQuerySet:
        """Not sent, not given up, and not being sent by anyone at `now`."""
        return self.filter(sent_at=None, failed_at=None).filter(
            models.Q(not_before=None) | models.Q(not_before__lte=now)
        )


class OutboundMessage(models.Model):
    """One mail to one address. `kind` + `reference` + `recipient` are unique: an effect is mailed once."""

    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=60)
    recipient = models.EmailField()
    organisation = models.PositiveIntegerField(null=True)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference", "recipient"], name="message_once_each"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="message_waiting",
                condition=models.Q(sent_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def state(self) -> MessageState:
        if self.sent_at:
            return MessageState.SENT
        return MessageState.FAILED if self.failed_at else MessageState.WAITING

    @property
    def message_id(self) -> str:
        """The same at every try, so that a mail sent twice is seen as one."""
        return f"<{self.kind}.{self.reference}.{self.pk}@selvkost>"

    @property
    def shown_body(self) -> str:
        """The text as a page may show it."""
        secret = _hidden.get(self.kind)
        return self.body if secret is None or settings.DEMO else secret(self.body)

    @property
    def hides_something(self) -> bool:
        """Whether `shown_body` is less than what the recipient reads."""
        return self.kind in _hidden and not settings.DEMO

    def attachments(self) -> list[Attachment]:
        attach = _attachments.get(self.kind)
        return attach(self.reference) if attach else []


def post(messages: list[OutboundMessage]) -> None:
    """Store messages and queue their sending, in the caller's transaction."""
    OutboundMessage.objects.bulk_create(messages)
    ids = [message.pk for message in messages]
    for start in range(0, len(ids), A_JOB):
        async_task("advisory.kernel.outbox.send_each", ids[start : start + A_JOB])


def send(message_id: int) -> bool:
    """Send one message if it still waits; True when it is sent. Safe to call twice and from two processes."""
    now = timezone.now()
    claimed = (
        OutboundMessage.objects.waiting(now)
        .filter(pk=message_id)
        .update(attempts=models.F("attempts") + 1, not_before=now + LEASE)
    )
    if not claimed:
        return False
    message = OutboundMessage.objects.get(pk=message_id)
    try:
        _transmit(message)
    except Exception as error:  # Whatever the server said, the row remembers it and the sweep tries again.
        log.warning("Message %s was not sent: %s", message.pk, error)
        _postpone(message, error)
        return False
    message.sent_at = timezone.now()
    message.last_error = ""
    message.body = message.shown_body
    message.save(update_fields=["sent_at", "last_error", "body"])
    return True


def send_each(message_ids: list[int]) -> int:
    """Send several messages; the number that was sent."""
    return sum(send(pk) for pk in message_ids)


def _transmit(message: OutboundMessage) -> None:
    mail = EmailMessage(
        # A name with a line break in it would be a header of its own, and the mail would never leave.
        subject=one_line(message.subject),
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={"Message-ID": message.message_id, "Content-Language": message.language},
    )
    for attachment in message.attachments():
        mail.attach(attachment.name, attachment.content, attachment.media_type)
    mail.send()


def _postpone(message: OutboundMessage, error: Exception) -> None:
    now = timezone.now()
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    if message.attempts >= MAX_ATTEMPTS:
        message.failed_at = now
    else:
        message.not_before = now + timedelta(minutes=2**message.attempts)
    message.save(update_fields=["last_error", "failed_at", "not_before"])


@transaction.atomic
def send_again(*, message: OutboundMessage, by: User, now: datetime) -> None:
    """Give a message that was given up on a new row of tries. Raises NotGivenUp for others and erased ones."""
    message = OutboundMessage.objects.select_for_update().get(pk=message.pk)
    if message.state is not MessageState.FAILED or is_erased_address(message.recipient):
        raise NotGivenUp()
    audit.record("message.send_again", message, by=by, now=now, organisation=message.organisation)
    message.attempts, message.failed_at, message.not_before = 0, None, None
    message.save(update_fields=["attempts", "failed_at", "not_before"])
    async_task("advisory.kernel.outbox.send", message.pk)


def sweep() -> int:
    """Send all that waits, with or without the queue; the number that was sent."""
    waiting = list(OutboundMessage.objects.waiting(timezone.now()).order_by("pk").values_list("pk", flat=True)[:500])
    return sum(send(pk) for pk in waiting)
