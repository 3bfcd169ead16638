"""What a person may change about himself: name, language, e-mail address, and the end of all his sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.api_tokens import withdraw_all
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User, email_key

#: How long the link in the mail to a new address works.
CHANGE_SECONDS = 24 * 60 * 60
_SALT = "selvkost.change-of-email"


class AddressTaken(DomainError):
    """Someone else has the address. Said only to the one who has shown that the mailbox is his."""

    template = _("This address already has access of its own.")


class LinkNoLongerWorks(DomainError):
    """The link is used, too old, another person's, or not ours."""

    template = _("The link no longer works. It has been used, or it is too old.")


@transaction.atomic
def change_own_facts(*, user: User, name: str, language: str, now: Any) -> None:
    """What the person is called and which language he reads («» follows the browser)."""
    before, after = audit.changed(
        {"name": user.name, "language": user.language}, {"name": name.strip(), "language": language}
    )
    if not after:
        return
    user.name, user.language = name.strip(), language
    user.save(update_fields=["name", "language"])
    audit.record("user.change", user, by=user, now=now, before=before, after=after)


@transaction.atomic
def sign_out_everywhere(*, user: User, now: Any) -> None:
    """Every session of the person ends at its next request, and every token of the API is withdrawn.

    The caller keeps the present session if it shall live.
    """
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    audit.record("user.sign_out_everywhere", user, by=user, now=now)
    withdraw_all(user=user, by=user, now=now)


def change_token(*, user: User, address: str) -> str:
    """The word of the link to the new address. It is worth nothing once the address or the sessions have changed."""
    facts = {"user": user.pk, "from": user.email, "to": email_key(address), "epoch": user.session_epoch}
    return signing.dumps(facts, salt=_SALT)


def address_of(*, token: str, user: User) -> str:
    """The new address that the link confirms for this person. Raises LinkNoLongerWorks."""
    try:
        facts = signing.loads(token, salt=_SALT, max_age=CHANGE_SECONDS)
    except signing.BadSignature as error:
        raise LinkNoLongerWorks from error
    if (facts["user"], facts["from"], facts["epoch"]) != (user.pk, user.email, user.session_epoch):
        raise LinkNoLongerWorks
    return str(facts["to"])


def change_email(*, user: User, token: str, now: Any) -> str:
    """The person shows with the link that the new mailbox is his: from now on he signs in with that address.

    Links for a new password that were sent to the old address stop working, and so do all sessions (the caller keeps
    the present one). Returns the old address, which the caller tells. Raises LinkNoLongerWorks and AddressTaken.
    """
    new = address_of(token=token, user=user)
    old = user.email
    try:
        with transaction.atomic():
            user.email = new
            user.session_epoch += 1
            user.save(update_fields=["email", "session_epoch"])
            # The sign-in library keeps addresses of its own, by which it would find the person still.
            EmailAddress.objects.filter(user=user).delete()
            audit.record("user.email_changed", user, by=user, now=now, before={"email": old}, after={"email": new})
    except IntegrityError as error:
        user.refresh_from_db()
        raise AddressTaken from error
    return old


__all__ = [
    "AddressTaken",
    "LinkNoLongerWorks",
    "address_of",
    "change_email",
    "change_own_facts",
    "change_token",
    "sign_out_everywhere",
]
