"""The columns of the files of pots, of a pot's movements, and of discounts to settle; amounts in kroner, no incomes."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.list_file import ListColumn
from advisory.kernel.spreadsheet import Show
from billing.discounts import pot_words

#: Of a pot's figures.
POTS = (
    ListColumn(_("Pot"), lambda row: row.pot.name),
    ListColumn(_("Funder"), lambda row: row.pot.funder),
    ListColumn(_("From"), lambda row: row.pot.starts, Show.DAY),
    ListColumn(_("To"), lambda row: row.pot.ends, Show.DAY),
    ListColumn(_("Pays for work"), lambda row: pot_words.pays_for(row.pot)),
    ListColumn(_("Order"), lambda row: row.pot.rank, Show.NUMBER),
    ListColumn(_("Granted"), lambda row: row.granted, Show.MONEY),
    ListColumn(_("Returned"), lambda row: row.returned, Show.MONEY),
    ListColumn(_("Used"), lambda row: row.used, Show.MONEY),
    ListColumn(_("Bound"), lambda row: row.bound, Show.MONEY),
    ListColumn(_("Free"), lambda row: row.free, Show.MONEY),
)
#: Of an event of a pot's ledger.
MOVEMENTS = (
    ListColumn(_("Day"), lambda event: timezone.localdate(event.entry.at), Show.DAY),
    ListColumn(_("What"), lambda event: event.words),
    ListColumn(_("Organisation"), lambda event: event.who),
    ListColumn(_("Granted"), lambda event: event.given, Show.MONEY),
    ListColumn(_("Bound"), lambda event: event.bound, Show.MONEY),
    ListColumn(_("Used"), lambda event: event.used, Show.MONEY),
    ListColumn(_("Free"), lambda event: event.free, Show.MONEY),
    ListColumn(_("By"), lambda event: event.entry.by),
    ListColumn(_("Reason"), lambda event: event.reason, width=50),
)
#: Of an organisation of `state.to_settle` with its state.
TO_SETTLE = (
    ListColumn(_("Organisation"), lambda row: row[0].name),
    ListColumn(_("Organisation, number"), lambda row: row[0].number, Show.NUMBER),
    ListColumn(_("Discount"), lambda row: row[1].words, width=20),
    ListColumn(_("Holds until"), lambda row: row[0].last_day, Show.DAY),
    ListColumn(_("Declaration"), lambda row: row[0].waiting, Show.DAY),
    ListColumn(_("Unbilled entries"), lambda row: row[0].unbilled_entries or 0, Show.NUMBER),
)
