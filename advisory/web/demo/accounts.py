"""The circle after the price: the fund as it was brought in, a year that is closed, the next one's accounts begun.

The accounts of the closed year are made to fit the work that the demo has in it: it cost a little more than it
brought in. A trial balance is read from a file and its accounts are mapped, as a person would do it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from advisory.kernel import show
from advisory.kernel.money import half_up
from advisory.web.demo import pots
from advisory.web.demo.people import Staff
from advisory.web.demo.selfcost import FULL_TIME
from advisory.web.demo.tasks import Task
from advisory.web.demo.wishes import Wishes, at, month_end, next_month, workday_from
from billing.models import AccountingYear, RateVersion
from billing.pricing.sold import Sold
from billing.selfcost.fund import Layer
from billing.yearend import fund_ledger
from billing.yearend.account_seats import SeatWritten, add_seat_sale
from billing.yearend.accounts import describe_accounts, submit_accounts, write_full_time_key
from billing.yearend.actual import AreaMinutes, area_minutes
from billing.yearend.actual_split import Weights, split
from billing.yearend.closing import close_year
from billing.yearend.income import income_of_work
from billing.yearend.models import Destination
from billing.yearend.trial_balance import read_file, recognised
from billing.yearend.trial_balance_import import take_in, upload_trial_balance
from engagements.work.models import SelfcostService

#: What is left of earlier years, oldest first.
LAYERS = (Decimal("18400.00"), Decimal("31250.50"), Decimal("12960.75"))
#: Costs that all share: account, name, thousandths of them, and the key.
SHARED = (
    ("5000", "Lønn", 640, Destination.SHARED_HOURS),
    ("5400", "Arbeidsgiveravgift", 95, Destination.SHARED_HOURS),
    ("5420", "Pensjon", 20, Destination.SHARED_HOURS),
    ("6300", "Leie av lokaler", 85, Destination.SHARED_FULL_TIME),
    ("6550", "IKT", 75, Destination.SHARED_HOURS),
    ("6700", "Revisjon og regnskap", 30, Destination.SHARED_HOURS),
    ("6860", "Kompetanse", 20, Destination.SHARED_HOURS),
    ("7100", "Reise", 35, Destination.SHARED_HOURS),
)
#: What advice alone bears, and what is refunded to it, in thousandths of the shared costs.
OF_ADVICE, TRAVEL_REFUNDED = 12, 4
#: Costs of their own, in thousandths of the shared ones.
OWN = (
    ("6540", "Drift av verktøykatalogen", 30, Destination.AREA_1),
    ("6870", "Samlinger", 40, Destination.AREA_2),
    ("6890", "Fagstoff for rådgiverne", OF_ADVICE, Destination.ADVICE),
    ("6720", "Kjøpt hjelp til fellesprosjekter", 20, Destination.AREA_4),
    ("5330", "Godtgjøring til styret", 10, Destination.OUTSIDE),
)
COURSES_COST = Decimal("184211.50")
#: What the memo's year really costs before anything is shared (domain rules, example 1).
MEMO_COSTS = Decimal("2560000.00")
#: The work of the closed year cost so much more than it brought in, in percent.
SHORTFALL = 6
#: A year with less work than this is not closed in the demo.
LEAST_INCOME = Decimal(20_000)
COURSES = (("Årsmøte på nett", 64), ("Personvern for styret", 58), ("Medlemsregister fra bunnen", 49))
UNMAPPED = ("7790", "Gebyrer og annet", Decimal("3184.40"))

Accounts = dict[str, tuple[str, Decimal, str]]


def keep_accounts(staff: Staff, wishes: Wishes) -> list[Task]:
    """What is done with funds and accounts, as far as it lies before the demo's day."""
    year = wishes.year
    began = at(wishes.first_day - timedelta(days=25), 12)
    tasks = [
        Task(began, lambda now: _bring_in_the_fund(staff, now)),
        Task(at(date(year, 2, 10), 9), lambda now: _begin_closed_year(year - 1, staff, wishes, now)),
        Task(at(date(year, 2, 25), 14), lambda now: _hand_over(year - 1, staff, now)),
        Task(at(date(year, 3, 10), 13), lambda now: _close(year - 1, staff, now)),
        Task(at(date(year, 4, 16), 11), lambda now: _correct(year - 1, staff, now)),
    ]
    if month := _newest_month(wishes):
        tasks.append(Task(_imported(year, month), lambda now: _begin_memo_year(year, month, staff, now)))
    return [task for task in tasks if task.at < at(wishes.as_of, 0)]


def _imported(year: int, month: int) -> datetime:
    """When the trial balance of a month is there: two weeks after its end."""
    return at(workday_from(next_month(date(year, month, 1)).replace(day=15)), 10)


def _newest_month(wishes: Wishes) -> int:
    """The newest month of the memo's year with a trial balance before the demo's day; 0 where there is none."""
    return max((month for month in range(1, 13) if _imported(wishes.year, month) < at(wishes.as_of, 0)), default=0)


def _bring_in_the_fund(staff: Staff, now: datetime) -> None:
    last = now.year - 1
    origins = range(last - len(LAYERS) + 1, last + 1)
    fund_ledger.open_fund(
        service=SelfcostService.ADVICE,
        as_of=last,
        opening=[Layer(origin, amount) for origin, amount in zip(origins, LAYERS, strict=True)],
        reason="Fra regnearket vi brukte før",
        by=staff.administrator,
        now=now,
    )


def _begin_closed_year(year: int, staff: Staff, wishes: Wishes, now: datetime) -> None:
    sold = income_of_work(year, SelfcostService.ADVICE).total
    if sold.gross < LEAST_INCOME:
        return
    minutes = area_minutes(year)
    hours, full_time = minutes.weights, _full_time()
    part = (
        Fraction(1000 - _by_full_time(), 1000) * Fraction(hours.advice) / Fraction(hours.whole)
        + Fraction(_by_full_time(), 1000) * Fraction(full_time.advice) / Fraction(full_time.whole)
        + Fraction(OF_ADVICE - TRAVEL_REFUNDED, 1000)
    )
    costs = half_up(Fraction(sold.gross) * (100 + SHORTFALL) / 100 / part)
    accounts = _accounts(costs, minutes, sold, pots.granted(year, wishes))
    accounts["6880"] = ("Kursholdere og lokaler", COURSES_COST, Destination.COURSES)
    books = _take_in(year, f"saldobalanse-{year}.csv", accounts, staff, now)
    _sell_seats(books, 100, staff, now)
    describe_accounts(
        accounting_year=books,
        board_case=f"Sak 7/{year + 1}",
        comment=f"Rådgivning er ført her fra {show.day(wishes.first_day)}. "
        "Kostnadene gjelder tida etter det, kursene hele året.",
        assets_by_hand=False,
        by=staff.administrator,
        now=now,
    )


def _begin_memo_year(year: int, month: int, staff: Staff, now: datetime) -> None:
    """The months so far; one account is new, and nobody has said yet where it goes."""
    costs = half_up(Fraction(MEMO_COSTS) * month / 12)
    sold = income_of_work(year, SelfcostService.ADVICE).total
    accounts = _accounts(costs, area_minutes(year), sold, pots.GRANT)
    accounts["6880"] = ("Kursholdere og lokaler", half_up(Fraction(COURSES_COST) * month / 12), Destination.COURSES)
    accounts[UNMAPPED[0]] = (UNMAPPED[1], UNMAPPED[2], "")
    books = _take_in(year, f"saldobalanse-{year}-{month:02d}.csv", accounts, staff, now)
    _sell_seats(books, 100 * month // 12, staff, now)
    describe_accounts(
        accounting_year=books,
        board_case="",
        comment=f"Regnskapet er ført til og med {show.day(month_end(date(year, month, 1)))}.",
        assets_by_hand=False,
        by=staff.administrator,
        now=now + timedelta(minutes=50),
    )


def _accounts(costs: Decimal, minutes: AreaMinutes, sold: Sold, to_pots: Decimal) -> Accounts:
    """All accounts of a year whose shared costs are `costs`; grants pay what areas 1, 2 and 4 cost."""
    found: Accounts = {}
    areas = [Decimal(0)] * 5
    for account, name, thousandths, destination in SHARED:
        amount = half_up(Fraction(costs) * thousandths / 1000)
        key = minutes.weights if destination == Destination.SHARED_HOURS else _full_time()
        areas = [have + part for have, part in zip(areas, split(amount, key), strict=True)]
        found[account] = (name, amount, destination)
    for account, name, thousandths, destination in OWN:
        found[account] = (name, half_up(Fraction(costs) * thousandths / 1000), destination)
    base = areas[0] + areas[1] + found["6540"][1] + found["6870"][1]
    project = areas[4] + found["6720"][1]
    found |= {
        "3000": ("Rådgivning", -sold.net, Destination.CUSTOMERS),
        "3440": ("Grunntilskudd", -_whole_hundreds(base), Destination.BASE_GRANT),
        "3441": ("Prosjekttilskudd", -_whole_hundreds(project), Destination.PROJECT_MONEY),
        "3442": ("Tilskudd til rabattpott", -to_pots, Destination.POTS),
        "3960": (
            "Refusjon av reise", -half_up(Fraction(costs) * TRAVEL_REFUNDED / 1000), Destination.DEDUCT_ADVICE
        ),
        "3961": ("Leie av kursutstyr til andre", Decimal("-2400.00"), Destination.DEDUCT_COURSES),
        "6010": ("Avskrivning", Decimal("12000.00"), Destination.OUTSIDE),
        "7830": ("Tap på kundefordringer", Decimal("1250.00"), Destination.LOSSES),
    }  # fmt: skip
    return dict(sorted(found.items()))


def _by_full_time() -> int:
    return sum(thousandths for _account, _name, thousandths, key in SHARED if key == Destination.SHARED_FULL_TIME)


def _full_time() -> Weights:
    key = FULL_TIME
    return Weights(key.catalogue, key.meeting_place, key.advice, key.courses, key.joint_projects)


def _whole_hundreds(amount: Decimal) -> Decimal:
    """Grants are round sums, and above what they pay for."""
    return (amount // 100 + 1) * 100


def _take_in(year: int, name: str, accounts: Accounts, staff: Staff, now: datetime) -> AccountingYear:
    """The file is uploaded, and its accounts are mapped and become lines."""
    by, content = staff.administrator, _file(accounts)
    file = upload_trial_balance(year=year, name=name, content=content, by=by, now=now)
    columns = recognised(read_file(name, content), year)
    assert columns is not None
    goes_to = {account: str(destination) for account, (_name, _amount, destination) in accounts.items() if destination}
    take_in(file=file, columns=columns, destinations=goes_to, by=by, now=now + timedelta(minutes=20))
    later = now + timedelta(minutes=30)
    write_full_time_key(accounting_year=file.accounting_year, full_time=_full_time(), by=by, now=later)
    return AccountingYear.objects.get(year=year)


def _file(accounts: Accounts) -> bytes:
    """The trial balance as an accounting program writes it, with what makes it sum to zero."""
    bank = Decimal("184320.15")
    rest = -bank - sum((amount for _name, amount, _destination in accounts.values()), Decimal(0))
    rows = [("1920", "Bankinnskudd", bank), ("2050", "Egenkapital", rest)]
    rows += [(account, name, amount) for account, (name, amount, _destination) in accounts.items()]
    lines = [
        "Konto;Kontonavn;Saldo",
        *(f"{number};{name};{amount:.2f}".replace(".", ",") for number, name, amount in rows),
    ]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _sell_seats(books: AccountingYear, percent: int, staff: Staff, now: datetime) -> None:
    rate = RateVersion.objects.filter(service=SelfcostService.COURSES, year=books.year).order_by("valid_from")[0]
    for label, seats in COURSES:
        written = SeatWritten(label, seats * percent // 100, rate.rate.amount, source="Påmeldingslista")
        add_seat_sale(accounting_year=books, written=written, by=staff.administrator, now=now + timedelta(minutes=40))


def _hand_over(year: int, staff: Staff, now: datetime) -> None:
    for books in AccountingYear.objects.filter(year=year):
        submit_accounts(accounting_year=books, by=staff.administrator, now=now)


def _close(year: int, staff: Staff, now: datetime) -> None:
    for books in AccountingYear.objects.filter(year=year):
        close_year(accounting_year=books, by=staff.second, now=now)


def _correct(year: int, staff: Staff, now: datetime) -> None:
    if fund_ledger.last_closed_year(SelfcostService.ADVICE) == year:
        fund_ledger.correct(
            service=SelfcostService.ADVICE,
            origin=year,
            amount=Decimal("1240.00"),
            reason="En regning for IKT sto to ganger i regnskapet.",
            by=staff.second,
            now=now,
        )
