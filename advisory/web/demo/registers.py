"""What the registers would say of a few organisations of the demo: from the recorded answers, with their day."""

from __future__ import annotations

from collections.abc import Iterable

from advisory.web.demo.wishes import Wishes, at
from clients.models import Organisation
from clients.register.client import RecordedRegister
from clients.register.look_up import look_up

#: Organisations of the demo that there are recorded answers about.
RECORDED = {
    "Bygdekor Vest": "399000106",
    "Kystkulturlaget": "399000114",
    "Turlaget Vidda": "399000165",
    "Fargerik Fritid": "399000173",
}
#: What clubs do (ICNPO), by the end of their name.
CATEGORIES = {
    "korps": 1100, "kor": 1100, "teaterlag": 1100, "leikarring": 1100, "sanglag": 1100, "filmklubb": 1100,
    "danselag": 1100, "musikklag": 1100, "bokring": 1100, "lesesirkel": 1100, "skilag": 1200, "sjakklubb": 1200,
    "turlag": 1300, "historielag": 1300, "hagelag": 1300, "strikkelag": 1300, "båtlag": 1300, "kystlag": 1300,
    "friluftsråd": 5100, "besøksvenner": 4100, "velforening": 6100, "dugnadslag": 6100, "ungdomsklubb": 13100,
    "speidergruppe": 13100,
}  # fmt: skip


def category_of(name: str) -> int | None:
    """The category that the last word of a name tells of."""
    return CATEGORIES.get(name.split()[-1])


def ask_registers(organisations: Iterable[Organisation], wishes: Wishes) -> None:
    """Keep the recorded answers about those that have one, as fetched in the last night."""
    client = RecordedRegister()
    for one in organisations:
        if one.organisation_number in RECORDED.values():
            look_up(one.organisation_number, client=client, by=None, now=at(wishes.workdays[-1], 2, 30))
