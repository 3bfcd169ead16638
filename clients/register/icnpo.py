"""What voluntary organisations do, by the categories of Frivillighetsregisteret (ICNPO). Pure but for the words.

ICNPO is the International Classification of Nonprofit Organizations (Johns Hopkins University, taken up in the
United Nations handbook on non-profit institutions). Numbers are the group times a thousand plus the category times a
hundred: 1200 is sports in group 1. Norway has added groups 13 and 14 of its own
(forskrift om frivillighetsregisteret § 4 and the register's list).
The registers write 1200, "1200" and "01200"; here it is always the number.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

GROUPS: dict[int, StrOrPromise] = {
    1: _("Culture and recreation"),
    2: _("Education and research"),
    3: _("Health"),
    4: _("Social services"),
    5: _("Environment"),
    6: _("Development and housing"),
    7: _("Law, advocacy and politics"),
    8: _("Philanthropy and voluntarism"),
    9: _("International work"),
    10: _("Religion and belief"),
    11: _("Work life and professions"),
    12: _("Other purposes"),
    13: _("Children and youth"),
    14: _("Diversity and inclusion"),
}
CATEGORIES: dict[int, StrOrPromise] = {
    1100: _("Arts and culture"),
    1200: _("Sports"),
    1300: _("Recreation and social clubs"),
    2100: _("Primary and secondary education"),
    2200: _("Higher education"),
    2300: _("Other education"),
    2400: _("Research"),
    3100: _("Hospitals and rehabilitation"),
    3200: _("Nursing homes"),
    3300: _("Mental health"),
    3400: _("Other health work"),
    4100: _("Social services"),
    4200: _("Emergency help and relief"),
    4300: _("Economic and material support"),
    5100: _("Nature and environment"),
    5200: _("Animal welfare"),
    6100: _("Development of the local community"),
    6200: _("Housing and neighbourhood"),
    6300: _("Training for work"),
    7100: _("Advocacy organisations"),
    7200: _("Legal advice"),
    7300: _("Political organisations"),
    8100: _("Grant-making foundations"),
    9100: _("International organisations"),
    10100: _("Religious and belief communities"),
    11100: _("Business, professional and trade organisations"),
    12100: _("Others"),
    13100: _("Organisations of children and youth"),
    14100: _("Diversity and inclusion"),
}


def name(number: int | None) -> str:
    """The category in the active language, its group where only that is known, empty for what is none."""
    if not number:
        return ""
    known = CATEGORIES.get(number) or GROUPS.get(number // 1000)
    return str(known) if known else str(number)


def choices(numbers: set[int] | None = None) -> list[tuple[int, StrOrPromise]]:
    """(number, name) by number for a form; only `numbers` where given, also such as are not in the table."""
    return [(number, name(number)) for number in sorted(CATEGORIES if numbers is None else numbers)]
