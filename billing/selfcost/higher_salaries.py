"""The cost base as it would be with higher salaries: people, and costs of kind salary. Writes nothing."""

from __future__ import annotations

import copy

from advisory.kernel.fields import nok
from billing.selfcost import arithmetic
from billing.selfcost.calculation import SelfCost
from billing.selfcost.models import CostBase, CostKind, CostLine, SalaryLine
from billing.selfcost.rows import Rows
from billing.selfcost.sensitivity import raised


def with_higher_salaries(base: CostBase, rows: Rows) -> SelfCost | None:
    """Give the base with every salary raised, on-costs and ceilings computed anew; None where no salary is in it."""
    if not rows.salaries and not any(line.kind == CostKind.SALARY for line in rows.lines):
        return None
    return arithmetic.self_cost(
        base,
        Rows(
            lines=[_line(line) for line in rows.lines],
            salaries=[_person(line) for line in rows.salaries],
            assets=rows.assets,
            keys=rows.keys,
        ),
    )


def _line(line: CostLine) -> CostLine:
    if line.kind != CostKind.SALARY:
        return line
    higher = copy.copy(line)
    higher.amount = nok(raised(line.amount.amount))
    return higher


def _person(line: SalaryLine) -> SalaryLine:
    higher = copy.copy(line)
    higher.annual_salary = nok(raised(line.annual_salary.amount))
    return higher
