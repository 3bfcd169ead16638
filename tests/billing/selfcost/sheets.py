"""A whole cost base for the tests of files: costs, people, assets, keys, and texts that a spreadsheet might run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from advisory.kernel.users import User
from billing.models import CostBase, OnCosts
from billing.selfcost.base import draft_cost_base, fingerprint, write_cost_base
from billing.selfcost.facts import AssetFacts, BaseFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.models import CostKind, KeyKind
from tests import builders
from tests.builders import NOW

#: Names that a spreadsheet would take for formulas, or that need quoting in CSV.
HOSTILE = ('=HYPERLINK("http://example.org";"x")', "+4790000000", "-10 % rabatt | pris", '@SUM(1);"a"', "Æ ø å «x»")


def whole_base(*, by: User | None = None, year: int = 2027, service: str = "advice") -> CostBase:
    """A draft with something of everything."""
    by = by or builders.administrator()
    table = OnCosts.objects.order_by("valid_from").first() or builders.on_costs(valid_from=date(2026, 1, 1), by=by)
    zone = table.zones.get(code="I")
    base = draft_cost_base(year=year, service=service, by=by, now=NOW)
    lines = [
        LineFacts("Husleie", Decimal("205000.00"), kind=CostKind.PREMISES, key=KeyKind.HOURS, source="Leieavtale"),
        LineFacts("Programvare", Decimal("12345.67"), kind=CostKind.ICT, source="Avtaler"),
        LineFacts(
            "Regnskap",
            Decimal("1180000.00"),
            kind=CostKind.SUPPORT,
            key_part=Decimal(2),
            key_whole=Decimal(5),
            key_label="saker",
        ),
        *(LineFacts(name, Decimal(index), source=name) for index, name in enumerate(HOSTILE)),
    ]
    salaries = [
        SalaryFacts("Rådgiver", Decimal(640_000), zone, billable_percent=Decimal(70), key=KeyKind.FULL_TIME),
        SalaryFacts("Senior", Decimal(720_000), zone, Decimal("0.80"), agreed_holiday=False, over_60=True),
    ]
    assets = [AssetFacts("Utstyr", Decimal(150_000), 5, Decimal(150_000), Decimal("4.17"), "Faktura 12")]
    keys = [
        KeyFacts(KeyKind.HOURS, Decimal(900), Decimal("400.5"), Decimal(1000), Decimal(200), Decimal(756)),
        KeyFacts(KeyKind.FULL_TIME, advice=Decimal("1.2"), courses=Decimal("0.3"), catalogue=Decimal("0.5")),
    ]
    facts = BaseFacts(
        billable_hours=Decimal("2279.80") if service == "advice" else Decimal(18),
        rate_step=Decimal(1),
        fund_use=Decimal("-1250.50"),
        income_deducted=Decimal(120_000),
        income_source="Tilskudd",
        comment="=1+1\r\nTo linjer.",
    )
    write_cost_base(
        cost_base=base,
        facts=facts,
        lines=[(None, line) for line in lines],
        salaries=[(None, line) for line in salaries],
        assets=[(None, line) for line in assets],
        keys=keys,
        seen=fingerprint(base),
        by=by,
        now=NOW,
    )
    return CostBase.objects.get(pk=base.pk)
