"""What the board gets, without a database: the vector of domain.md 1.4 example 1, a surplus, and a crowded year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from billing.pricing.lines import PricedLine
from billing.pricing.sold import Sold
from billing.selfcost import fund
from billing.selfcost.fund import Layer
from billing.yearend.board import Board, NextRate
from billing.yearend.figures import (
    BY_HOURS,
    DEDUCTED,
    DIRECT,
    Actual,
    AfterFigures,
    CostRow,
    EarlierWork,
    FundYear,
    Plan,
    RateInForce,
    Remark,
)
from billing.yearend.income import PotPaid, Seats, TierIncome, YearIncome

MADE = datetime(2027, 2, 3, 8, 12, tzinfo=UTC)
D = Decimal


def vector() -> AfterFigures:
    """2 560 000 kr shared by 1 050 of 3 180 hours; 420, 180, 150 and 100 hours sold at 959,76; interest 4 %."""
    budget = CostRow(BY_HOURS, "", "Drift", D("2500000.00"), D(1000), D(3256), D("767813.27"))
    became = CostRow(BY_HOURS, "5000", "Lønn og drift", D("2560000.00"), D(63000), D(190800), D("845283.02"), 1)
    tiers = (
        TierIncome("", D("0.00"), Sold(25200, D("403099.20"), D("0.00")), Sold()),
        TierIncome("T3", D("25.00"), Sold(10800, D("172756.80"), D("43189.20")), Sold()),
        TierIncome("T2", D("50.00"), Sold(9000, D("143964.00"), D("71982.00")), Sold()),
        TierIncome("T1", D("70.00"), Sold(6000, D("95976.00"), D("67183.20")), Sold()),
    )
    plan = Plan(
        version=1,
        valid_from=date(2026, 1, 1),
        unit="hours",
        rows=(budget,),
        self_cost=D("767813.27"),
        fund_use=D("0.00"),
        quantity=D("800.00"),
        step=D("0.01"),
        rate=D("959.76"),
        income=D("767808.00"),
        rates=(RateInForce(1, date(2026, 1, 1), D("959.76")),),
    )
    income = YearIncome(2026, "advice", tiers, pots=(PotPaid(1, "Øremerket tilskudd", D("182354.40")),))
    return closed(
        AfterFigures(
            year=2026,
            service="advice",
            unit="hours",
            plan=plan,
            actual=Actual((became,), D("845283.02"), 63000, 190800),
            income=income,
            interest_percent=D("4.00"),
        )
    )


def closed(figures: AfterFigures) -> AfterFigures:
    """With result, interest and layers by the fund's own rule."""
    assert figures.actual is not None
    sold = figures.sold
    done = fund.after_calculation(
        year=figures.year,
        self_cost=figures.actual.self_cost,
        sold=[PricedLine(sold.gross, sold.discount, sold.net)],
        interest_percent=figures.interest_percent or D(0),
        layers=figures.layers_before,
    )
    return replace(
        figures,
        result=done.result,
        interest=done.interest,
        layers_after=done.layers,
        history=(FundYear(figures.year, done.layers),),
    )


def board(figures: AfterFigures | None = None, *, is_closed: bool = True) -> Board:
    """The vector with the rate of 2027: 895 270,27 kr over 880 hours with 30 076,76 to cover is 1 051,53."""
    follows = NextRate(2027, D("895270.27"), D("-30076.76"), D("880.00"), D("0.01"), D("1051.53"))
    return Board(figures or vector(), follows, "07/27", "", MADE, MADE if is_closed else None)


def surplus() -> Board:
    """The same year with costs so low that 61 796,00 is left over; the fund had a layer of its own before."""
    figures = vector()
    assert figures.actual is not None
    row = replace(figures.actual.rows[0], amount=D("2283581.00"), attributed=D("754000.00"))
    actual = replace(figures.actual, rows=(row,), self_cost=D("754000.00"))
    made = closed(replace(figures, actual=actual, layers_before=(Layer(2024, D("12000.00")),)))
    return replace(board(made), next_rate=None, board_case="")


def courses() -> Board:
    """171 seats at 1 128 kr are 192 888 kr; they cost 196 921,35 kr, 949,85 of it shared, which the budget had not."""
    own = CostRow(DIRECT, "6880", "Kursholdere", D("195971.50"), None, None, D("195971.50"), 1)
    shared = CostRow(BY_HOURS, "6300", "Lokaler", D("18997.08"), D(60), D(1200), D("949.85"), 2)
    budget = CostRow(DIRECT, "", "Kurs", D("203160.00"), None, None, D("203160.00"))
    seats = (
        Seats("Årsmøte på nett", 64, D(1128), D(0), D("72192.00"), D(0), ""),
        Seats("Personvern", 107, D(1128), D(0), D("120696.00"), D(0), ""),
    )
    figures = vector()
    assert figures.plan is not None
    plan = replace(
        figures.plan,
        unit="seats",
        rows=(budget,),
        self_cost=D("203160.00"),
        quantity=D(180),
        step=D(1),
        rate=D("1128.00"),
        income=D("203040.00"),
        rates=(RateInForce(1, date(2026, 1, 1), D("1128.00")),),
    )
    made = replace(
        figures,
        service="courses",
        unit="seats",
        plan=plan,
        actual=Actual((own, shared), D("196921.35"), 60, 1200),
        income=YearIncome(2026, "courses", (), seats=seats),
    )
    return replace(board(closed(made)), next_rate=None, board_case="Sak 7/2026")


def crowded(text: str) -> Board:
    """As much as a year can hold, with `text` wherever people write; amounts as large as the books take."""
    huge = D("999999999.99")
    figures = vector()
    assert figures.actual is not None
    rows = tuple(
        CostRow((BY_HOURS, DIRECT, DEDUCTED)[each % 3], "5999", f"{each} {text}"[:160], huge, D(10**7), D(10**8), huge)
        for each in range(60)
    )
    tiers = tuple(
        TierIncome(f"T{each}", D(each), Sold(10**7, huge, huge / 2), Sold(600, huge, D(0))) for each in range(1, 13)
    )
    seats = tuple(Seats(f"{each} {text}"[:160], 30, D(900), D(0), huge, D(0), "") for each in range(12))
    income = YearIncome(
        2026,
        "advice",
        tiers,
        seats=seats,
        pots=tuple(PotPaid(each, f"{each} {text}"[:80], huge) for each in range(20)),
        written_off=Sold(600, huge, D(0)),
    )
    full = replace(
        figures,
        actual=replace(figures.actual, rows=rows, self_cost=huge),
        income=income,
        earlier=tuple(EarlierWork(year, Sold(60, huge, D(0)), Sold()) for year in range(2020, 2026)),
        layers_before=tuple(Layer(year, -huge) for year in range(2014, 2026)),
        corrected=huge,
        remarks=(
            Remark("unmapped", True, huge, 9),
            Remark("overdue", False, huge, None, 2015),
            Remark("straddling", count=4),
        ),
    )
    full = closed(full)
    return replace(board(full, is_closed=False), comment=text * 10, board_case=text[:60])
