"""The sentences of the letters about discounts that hang on the case, in the active language.

An administrator may write the letters anew; these sentences stay the program's, because they follow the rules.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel import show


def plain(percent: Decimal) -> str:
    """50, or 12.5: without zeros at the end."""
    return f"{percent.normalize():f}"


def day_words(day: date) -> str:
    """A day in prose."""
    return show.long_day(day, translation.get_language() or settings.LANGUAGE_CODE)


def decision(code: str, percent: Decimal, first: date, last: date) -> str:
    """What is decided, and from when until when."""
    if not percent:
        what = _("You pay full self-cost: you get no discount.")
        until = _("This holds from %(first)s to and including %(last)s.")
    else:
        what = _("You get discount tier %(number)s. That means that you pay %(pays)s percent of self-cost.") % {
            "number": code.removeprefix("T"),
            "pays": plain(100 - percent),
        }
        until = _("The discount holds from %(first)s to and including %(last)s.")
    return f"{what} {until % {'first': day_words(first), 'last': day_words(last)}}"


def answer(received_on: date) -> str:
    """That the letter answers a complaint."""
    return _(
        "You complained %(day)s. Somebody else than the one who decided first has looked at it, and this is the answer."
    ) % {"day": day_words(received_on)}


def conditions(*, is_provisional: bool, is_hardship: bool, judge: str, has_exceeded: bool) -> str:
    """What is particular about the decision, a paragraph each; empty where nothing is."""
    said = []
    if is_provisional:
        said.append(
            _(
                "The discount is provisional, because you have no accounts yet. Send us the first accounts as soon as "
                "your annual meeting has approved them. Then we find the discount anew. You pay nothing afterwards, "
                "unless the income became more than half larger than the limit of your tier."
            )
        )
    elif is_hardship:
        said.append(
            _(
                "The discount is larger than your income alone gives, because things are hard for you just now. When "
                "the time is over, the ordinary discount applies again."
            )
        )
    if judge:
        said.append(_("You have no accounts of your own. So we have used the accounts of %(name)s.") % {"name": judge})
    if has_exceeded:
        said.append(
            _("Your first accounts show an income more than half above the limit of the tier you got on the budget.")
        )
    return "\n\n".join(said)


def complaint(last_day: date, *, is_answer: bool) -> str:
    """How to complain and by when; an answer to a complaint says that the case is closed."""
    if is_answer:
        return _("The same complaint is not looked at twice. If you have new accounts, you can always send them.")
    return _(
        "Is something wrong? Tell us no later than %(last)s, on that page or by answering this e-mail, and somebody "
        "else than the one who decided looks at it."
    ) % {"last": day_words(last_day)}


def request(year: int, link: str, *, judge: str) -> str:
    """Whom we ask for the accounts: the organisation, or the body whose accounts show its income."""
    if judge:
        return _("You have no accounts of your own. Ask %(name)s to send us its approved accounts for %(year)s.") % {
            "name": judge,
            "year": year,
        }
    return _("Send us the approved accounts for %(year)s here. It takes three minutes: %(link)s") % {
        "year": year,
        "link": link,
    }
