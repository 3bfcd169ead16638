"""Who may sign in, and the two roles of staff. Membership of an organisation lives in `clients`."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

#: Room for an address in every table (RFC 5321, 4.5.3.1.3, without its angle brackets).
LONGEST_ADDRESS = 254


def email_key(address: str) -> str:
    """The one spelling under which an address is stored and looked up (NFKC, lower case)."""
    return unicodedata.normalize("NFKC", address).strip().lower()


class StaffRole(models.TextChoices):
    """What a member of staff may do; empty for people who only belong to organisations."""

    NONE = "", _("none")
    ADVISOR = "advisor", _("advisor")
    ADMINISTRATOR = "administrator", _("administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who signs in with `password`, or with a one-time code where it is None."""
        user = self.model(email=email_key(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=email_key(username or ""))

    def staff(self) -> models.QuerySet[User]:
        """Advisors and administrators who are still with us, by name."""
        return self.filter(is_active=True).exclude(staff_role=StaffRole.NONE).order_by("name", "email")


class User(AbstractBaseUser):
    """A person with an e-mail address; staff by `staff_role`, member by `clients.Membership`."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    staff_role = models.CharField(_("role"), max_length=16, choices=StaffRole, blank=True, default=StaffRole.NONE)
    language = models.CharField(_("language"), max_length=2, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Grows when the person signs out everywhere: it is part of what every session is checked against.
    session_epoch = models.PositiveIntegerField(default=0)
    # The name and address were replaced by a pseudonym.
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(staff_role__in=StaffRole.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is checked against at every request: the password, and the epoch that ends all sessions."""
        return salted_hmac(
            "selvkost session", f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def is_staff_member(self) -> bool:
        return self.is_active and self.staff_role != StaffRole.NONE

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.staff_role == StaffRole.ADMINISTRATOR

    @property
    def is_advisor(self) -> bool:
        return self.is_active and self.staff_role == StaffRole.ADVISOR
