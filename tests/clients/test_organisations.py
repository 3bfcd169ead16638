"""Registering and changing organisations: numbers, names for the search, one organisation number each, no circles."""

from __future__ import annotations

from typing import Any

import pytest

from advisory.kernel.audit import AuditEvent
from clients.organisation_number import InvalidOrganisationNumber
from clients.organisations import Organisation
from clients.organisations.services import (
    ChangedMeanwhile,
    OrganisationNumberTaken,
    PartOfItself,
    change,
    fingerprint,
    register,
)
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def _register(name: str = "Bygdekor Vest", **facts: Any) -> Organisation:
    return register(by=builders.advisor(), now=NOW, name=name, **facts)


def test_the_first_organisation_is_number_1001_and_the_next_follows() -> None:
    assert [_register("A").number, _register("B").number] == [1001, 1002]


def test_an_organisation_number_is_kept_as_nine_digits_and_found_again() -> None:
    made = _register(organisation_number="NO 974 760 673 MVA")
    assert made.organisation_number == "974760673"
    assert list(Organisation.objects.matching("974 760")) == [made]


def test_the_name_is_found_whatever_the_case_of_its_letters() -> None:
    made = _register("  Ålesund   Ørretlag ")
    assert made.name == "Ålesund Ørretlag"
    assert list(Organisation.objects.matching("ØRRET")) == [made]


def test_a_taken_organisation_number_names_the_one_that_has_it() -> None:
    first = _register(organisation_number="974760673")
    with pytest.raises(OrganisationNumberTaken) as caught:
        _register("Kopikoret", organisation_number="974760673")
    assert caught.value.facts == {"name": first.name, "number": first.number}
    assert Organisation.objects.count() == 1
    assert _register("Neste").number == 1002, "the number was given back"


def test_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(InvalidOrganisationNumber):
        _register(organisation_number="112233445")


def test_organisations_without_an_organisation_number_do_not_collide() -> None:
    assert _register("A").pk != _register("B").pk


def test_a_branch_is_never_above_its_own_national_body() -> None:
    top, middle, leaf = _register("Landslaget"), _register("Fylkeslaget"), _register("Lokallaget")
    by = builders.advisor()
    change(organisation=middle, by=by, now=NOW, parent=top)
    change(organisation=leaf, by=by, now=NOW, parent=middle)
    with pytest.raises(PartOfItself):
        change(organisation=top, by=by, now=NOW, parent=leaf)
    with pytest.raises(PartOfItself):
        change(organisation=top, by=by, now=NOW, parent=top)
    top.refresh_from_db()
    assert top.parent is None


def test_a_change_records_what_differs_and_nothing_else() -> None:
    by, made = builders.advisor(), _register(city="Bergen")
    change(organisation=made, by=by, now=NOW, city="Voss", county="")
    event = AuditEvent.objects.get(action="organisation.change")
    assert (event.before, event.after) == ({"city": "Bergen"}, {"city": "Voss"})
    assert (event.actor, event.organisation) == (by, made.number)


def test_nothing_is_recorded_where_nothing_differs() -> None:
    made = _register(city="Bergen")
    change(organisation=made, by=None, now=NOW, city="Bergen")
    assert not AuditEvent.objects.filter(action="organisation.change").exists()


def test_a_change_on_top_of_somebody_elses_is_refused() -> None:
    made = _register(city="Bergen")
    seen = fingerprint(made)
    change(organisation=made, by=None, now=NOW, city="Voss")
    with pytest.raises(ChangedMeanwhile):
        change(organisation=made, by=None, now=NOW, seen=seen, phone="55 12 34 56")
    made.refresh_from_db()
    assert (made.city, made.phone) == ("Voss", "")
