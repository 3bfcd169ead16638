"""What the registers say beside what we have: facts for a form, and differences taken over one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.errors import Conflict
from advisory.kernel.users import User
from clients.organisations.forms import LEGAL_FORMS
from clients.organisations.models import Organisation
from clients.organisations.services import change
from clients.register import icnpo
from clients.register.look_up import Known, known_of

_LEGAL_FORMS = dict(LEGAL_FORMS)
#: Facts that are one thing to a person, by the key of the difference: half an address is none.
TOGETHER: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "form": ("form",),
    "in_voluntary_register": ("in_voluntary_register",),
    "icnpo": ("icnpo",),
    "address": ("address", "postal_code", "city"),
    "municipality": ("municipality", "county"),
}


class NothingToTakeOver(Conflict):
    """The difference is gone, or the register has answered anew since the page was drawn."""

    template = gettext_lazy("This has changed since the page was drawn. Nothing was taken over. Look once more.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the register says otherwise; `facts` is what taking it over writes."""

    key: str
    label: str
    ours: str
    theirs: str
    facts: Mapping[str, Any]


def offered(known: Known) -> dict[str, Any]:
    """The facts the registers can fill, by field of the organisation; what they do not say is missing."""
    entity = known.entity
    facts: dict[str, Any] = {
        "name": entity.name,
        "form": entity.form if entity.form in _LEGAL_FORMS else "",
        "in_voluntary_register": known.in_voluntary_register,
        "icnpo": known.category,
        "address": entity.place.address,
        "postal_code": entity.place.postal_code,
        "city": entity.place.city,
        "municipality": entity.municipality,
        "county": entity.county,
    }
    if entity.post.address and entity.post != entity.place:
        facts["invoice_address"] = entity.post.address
        facts["invoice_postal_code"] = entity.post.postal_code
        facts["invoice_city"] = entity.post.city
    return {key: value for key, value in facts.items() if value}


def differences(organisation: Organisation, known: Known) -> list[Difference]:
    """Where the registers and we disagree, in the order of the form. Letters' case is no difference.

    A register that is silent about a fact, or has deleted the organisation, disagrees with nothing.
    """
    if not known.is_found or known.entity.is_deleted:
        return []
    said = offered(known)
    said["in_voluntary_register"] = known.in_voluntary_register
    found = []
    for key, names in TOGETHER.items():
        facts = {name: said[name] for name in names if name in said}
        if any(_plain(getattr(organisation, name)) != _plain(value) for name, value in facts.items()):
            ours = {name: getattr(organisation, name) for name in names}
            found.append(Difference(key, _label(key), _shown(key, ours), _shown(key, said), facts))
    return found


@transaction.atomic
def take_over(*, organisation: Organisation, key: str, seen: str, by: User, now: datetime) -> Difference:
    """Write what the register says of one thing; `seen` is how the page put it. Raises `NothingToTakeOver`."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = known_of(organisation.organisation_number)
    found = differences(organisation, known) if known else []
    chosen = next((one for one in found if one.key == key), None)
    if chosen is None or chosen.theirs != seen:
        raise NothingToTakeOver
    change(organisation=organisation, by=by, now=now, **chosen.facts)
    return chosen


def _plain(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def _label(key: str) -> str:
    names = {"address": _("Address"), "municipality": _("Municipality and county")}
    if key in names:
        return names[key]
    words = str(Organisation._meta.get_field(key).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _shown(key: str, facts: Mapping[str, Any]) -> str:
    if key == "in_voluntary_register":
        return _("Yes") if facts[key] else _("No")
    if key == "icnpo":
        return icnpo.name(facts[key]) or "–"
    if key == "form":
        return str(_LEGAL_FORMS.get(facts[key], facts[key])) if facts[key] else "–"
    if key == "address":
        town = f"{facts.get('postal_code', '')} {facts.get('city', '')}".strip()
        return ", ".join(part for part in (facts.get("address", ""), town) if part) or "–"
    return ", ".join(part for part in (facts.get(name, "") for name in TOGETHER[key]) if part) or "–"
