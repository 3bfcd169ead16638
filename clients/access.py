"""The one door of the portal: every portal view starts with a membership of the organisation in its path."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advisory.kernel.access import STAFF, Audience, Forbidden, Gate, mark, user_of
from advisory.kernel.users import User
from clients.memberships import RANK, Membership, Role
from clients.organisations import Organisation

PortalView = Callable[..., HttpResponseBase]
IncomeReader = Callable[[User], QuerySet[Any, Any]]

_income_readers: list[IncomeReader] = []


def memberships_of(user: User) -> QuerySet[Membership]:
    """The organisations the person may act for now, by name."""
    if not user.is_active:
        return Membership.objects.none()
    return (
        Membership.objects.current()
        .filter(user=user)
        .select_related("organisation")
        .order_by("organisation__search_name")
    )


def membership_for(user: User, number: int) -> Membership:
    """The person's current membership of organisation `number`; 404 otherwise, whether it exists or not."""
    found = memberships_of(user).filter(organisation__number=number).first()
    if found is None:
        raise Http404
    return found


def organisations_of(user: User, role: Role) -> QuerySet[Membership, Any]:
    """Row ids of the organisations where the person may act now with at least `role`, for a filter."""
    enough = [one for one in Role if RANK[one] >= RANK[role]]
    return memberships_of(user).order_by().filter(role__in=enough).values_list("organisation", flat=True)


def members(role: Role, *, staff: Gate = STAFF) -> Gate:
    """The API's gate for what staff and members with at least `role` read; what they see, `visible` narrows.

    A member whose role never reaches gets the reason; a stranger learns nothing. With `staff=ADMINISTRATORS`
    advisors stay outside, as on pages that are the administrators'.
    """

    def admit(user: User) -> None:
        if user.is_staff_member:
            return staff.admit(user)
        if organisations_of(user, role).exists():
            return
        if not memberships_of(user).exists():
            raise Http404
        raise Forbidden(_("Your role does not include this. Ask the owner of your organisation's access."))

    return Gate(Audience.PORTAL, admit, role, staff.audience)


def portal(role: Role, *methods: str) -> Callable[[PortalView], PortalView]:
    """For members with at least `role`; the view gets the membership instead of the number in the path."""
    allowed = methods or ("GET",)

    def decorate(view: PortalView) -> PortalView:
        @wraps(view)
        def gated(request: HttpRequest, number: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            membership = membership_for(user_of(request), number)
            if not membership.may(role):
                raise Forbidden(_("Your role does not include this. Ask the owner of your organisation's access."))
            request.membership = membership  # type: ignore[attr-defined]
            return view(request, membership, **kwargs)

        answer = require_http_methods([*allowed, *(["HEAD"] if "GET" in allowed else [])])(gated)
        mark(answer, Audience.PORTAL, allowed)
        answer.role = role  # type: ignore[attr-defined]
        return answer

    return decorate


def register_income_reader(reads: IncomeReader) -> None:
    """Let an upper storey say whose income a member of staff needs (who leads their engagements): their row ids."""
    _income_readers.append(reads)


def may_see_income(user: User, organisation: Organisation) -> bool:
    """Whether a member of staff sees declared incomes and their evidence.

    Administrators, who decide tiers; advisors only where an upper storey vouches for the need (screens S2, S4).
    """
    return user.is_administrator or income_shown_to(user).filter(pk=organisation.pk).exists()


def income_shown_to(user: User) -> QuerySet[Organisation]:
    """The organisations whose incomes a member of staff sees."""
    if user.is_administrator:
        return Organisation.objects.all()
    found = Organisation.objects.none()
    if user.is_advisor:
        for reads in _income_readers:
            found = found | Organisation.objects.filter(pk__in=reads(user))
    return found


def require_income_access(user: User, organisation: Organisation) -> None:
    """Raise `Forbidden` for staff who do not need the organisation's income."""
    if not may_see_income(user, organisation):
        raise Forbidden(_("Incomes are shown to administrators and to advisors who lead an engagement here."))
