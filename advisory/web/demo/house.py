"""The centre itself: the seller's particulars, service types with their VAT treatment, internal activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from advisory.kernel.seller import SellerFacts, set_seller
from advisory.web.demo.people import Staff
from advisory.web.demo.stories import ACTIVITIES, STORIES
from advisory.web.demo.wishes import Wishes, at
from engagements.models import Activity, ServiceType
from engagements.work.models import SelfcostService, VatCategory
from engagements.work.services import add_activity, add_service_type

EXEMPT = "opplaering"


@dataclass(frozen=True, slots=True)
class House:
    """What hours are logged on."""

    services: dict[str, ServiceType]
    activities: tuple[Activity, ...]


def open_house(staff: Staff, wishes: Wishes) -> House:
    """The centre as it stood when the year of hours began."""
    start = date(wishes.first_day.year - 1, 1, 1)
    now = at(wishes.first_day - timedelta(days=29), 9, 30)
    seller = SellerFacts(
        name="Kompetansebasen",
        address="Eksempelveien 4",
        postal_code="5003",
        city="Bergen",
        organisation_number="314551206",
        vat_registered=True,
        account="12345678903",
        email="faktura@kompetansebasen.example",
        phone="55 12 34 56",
        web="kompetansebasen.example",
        payment_days=14,
    )
    set_seller(facts=seller, valid_from=start, by=staff.administrator, now=now)
    services = {}
    for story in STORIES:
        taught = story.code == EXEMPT
        services[story.code] = add_service_type(
            code=story.code,
            name_nb=story.names[0],
            name_nn=story.names[1],
            name_en=story.names[2],
            service=SelfcostService.ADVICE,
            category=VatCategory.EXEMPT if taught else VatCategory.STANDARD,
            percent=Decimal("0.00") if taught else Decimal("25.00"),
            reason=story.vat_reason,
            valid_from=start,
            by=staff.administrator,
            now=now,
        )
    activities = tuple(
        add_activity(name=name, funding_area=area, by=staff.administrator, now=now) for name, area, _, _ in ACTIVITIES
    )
    return House(services, activities)
