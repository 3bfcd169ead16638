"""What invoicing shows on the pages of organisations: events, a column, a tab, a sheet, and what is to be paid.

Sums are what was issued less what was credited, VAT included; payments are another room's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import BigIntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.fields import kroner, sum_of, sum_ore
from advisory.kernel.spreadsheet import Show
from advisory.kernel.users import User
from billing.invoicing.models import Invoice
from clients import panels
from clients.memberships import Membership, Role
from clients.models import Organisation


def register() -> None:
    """Tell the pages below what invoicing has to show; called once when the program starts."""
    panels.register_timeline("invoices", gettext_lazy("Invoices"), events)
    panels.register_fact(
        "billed",
        gettext_lazy("Billed this year"),
        billed,
        num=True,
        arrange=arranged_by_billed,
        total=billed_in_all,
        order=70,
        show=Show.MONEY,
    )
    panels.register_tab(gettext_lazy("Invoices"), "organisation_invoices", document_count, order=60)
    panels.register_card(economy)
    panels.register_todo(to_pay)


def _language() -> str:
    return get_language() or "nb"


def events(organisation: Organisation, user: User, limit: int) -> Iterator[panels.TimelineEvent]:
    """Issued documents; the organisation sees them too. Only administrators get a link."""
    for invoice in Invoice.objects.of(organisation).order_by("-issued_at", "-number")[:limit]:
        facts = {
            "number": invoice.number,
            "total": show.money(abs(invoice.total.amount), _language()),
            "credited": invoice.credits_id,
        }
        yield panels.TimelineEvent(
            at=invoice.issued_at,
            kind="invoices",
            text=(
                _("Credit note %(number)s takes back invoice %(credited)s, %(total)s")
                if invoice.is_credit_note
                else _("Invoice %(number)s issued, %(total)s")
            )
            % facts,
            detail=invoice.reason or invoice.subject,
            url=reverse("invoice", args=[invoice.number]) if user.is_administrator else "",
            visible=True,
            strong=True,
        )


def billed(ids: Sequence[int], on: date) -> Mapping[int, panels.Fact]:
    """What each organisation was billed this year, in one query."""
    sums = {
        row["organisation"]: kroner(row["ore"])
        for row in Invoice.objects.filter(organisation__in=list(ids), issued_on__year=on.year)
        .order_by()
        .values("organisation")
        .annotate(ore=sum_ore("total"))
    }
    return {
        pk: panels.Fact(
            text=show.money(sums.get(pk, kroner(0)), _language()),
            quiet=not sums.get(pk),
            sort_key=sums.get(pk, kroner(0)),
        )
        for pk in ids
    }


def arranged_by_billed(organisations: panels.Organisations, on: date) -> panels.Organisations:
    """The organisations with what they were billed this year, in øre, as `sort_billed`."""
    own = (
        Invoice.objects.filter(organisation=OuterRef("pk"), issued_on__year=on.year)
        .order_by()
        .values("organisation")
        .annotate(ore=sum_ore("total"))
        .values("ore")
    )
    zero = Value(0, output_field=BigIntegerField())
    return organisations.annotate(sort_billed=Coalesce(Subquery(own, output_field=BigIntegerField()), zero))


def billed_in_all(organisations: panels.Organisations, on: date) -> str:
    """The foot of the column."""
    chosen = Invoice.objects.filter(organisation__in=organisations.order_by().values("pk"), issued_on__year=on.year)
    return show.money(sum_of(chosen, "total"), _language())


def document_count(organisation: Organisation) -> int:
    """How many documents the tab leads to."""
    return Invoice.objects.of(organisation).count()


def economy(organisation: Organisation, user: User, on: date) -> panels.Card | None:
    """What the organisation was billed, this year and in all, and the newest document."""
    newest = Invoice.objects.of(organisation).order_by("-number").first()
    if newest is None:
        return None
    own = Invoice.objects.of(organisation)
    return panels.Card(
        title=_("Economy"),
        template="organisations/_economy_card.html",
        context={
            "newest": newest,
            "newest_url": reverse("invoice", args=[newest.number]) if user.is_administrator else "",
            "year": on.year,
            "this_year": sum_of(own.filter(issued_on__year=on.year), "total"),
            "discount_this_year": sum_of(own.filter(issued_on__year=on.year), "discount"),
        },
        order=40,
        url=reverse("organisation_invoices", args=[organisation.number]),
        url_label=_("All invoices"),
    )


def to_pay(membership: Membership, on: date) -> Iterable[panels.Todo]:
    """Invoices that are not yet due, the first to fall due leading; for those who may see money."""
    if not membership.may(Role.FINANCE):
        return
    open_invoices = Invoice.objects.of(membership.organisation).uncredited().filter(due_on__gte=on)
    for order, invoice in enumerate(open_invoices.order_by("due_on", "number")[:5]):
        assert invoice.due_on is not None
        yield panels.Todo(
            text=_("Invoice %(number)s, due %(day)s")
            % {"number": invoice.number, "day": show.long_day(invoice.due_on, _language())},
            detail=invoice.subject,
            detail_language=invoice.language,
            url=reverse("portal_invoice", args=[membership.organisation.number, invoice.number]),
            urgent=(invoice.due_on - on).days <= 3,
            amount=invoice.total.amount,
            verb=_("See the invoice"),
            order=20 + order,
        )
