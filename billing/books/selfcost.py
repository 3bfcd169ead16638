"""Checks of self-cost: adopted rates bring in no more than the cost, and the fund is the sum of its layers."""

from __future__ import annotations

from fractions import Fraction

from advisory.kernel.money import ZERO
from billing.books.finding import KRONER, Disagreement, Finding, finding
from billing.models import FundEntry, RateVersion
from billing.selfcost import fund as layers_of
from billing.selfcost.fund import Layer, MixedSigns
from engagements.work.models import SelfcostService


def rates() -> Finding:
    """For every adopted rate: rate × units ≤ self-cost − use of the fund < (rate + step) × units."""
    rows = []
    versions = list(RateVersion.objects.order_by("service", "valid_from"))
    for version in versions:
        name = {"service": version.service, "year": str(version.year), "version": str(version.version)}
        units = Fraction(version.billable_hours)
        to_recover = version.self_cost.amount - version.fund_use.amount
        brings_in = Fraction(version.rate.amount) * units
        with_a_step = (Fraction(version.rate.amount) + Fraction(version.rate_step)) * units
        if brings_in > to_recover:
            rows.append(Disagreement("rate_above", name, str(to_recover), _money(brings_in), KRONER))
        # A rate of zero cannot follow a self-cost below zero down.
        elif with_a_step <= to_recover:
            rows.append(Disagreement("rate_low", name, str(to_recover), _money(with_a_step), KRONER))
        if version.calculation.get("rate") != f"{version.rate.amount:.2f}":
            rows.append(
                Disagreement(
                    "rate_kept", name, str(version.calculation.get("rate", "")), f"{version.rate.amount:.2f}", KRONER
                )
            )
    return finding("rates", {"rates": str(len(versions))}, rows)


def fund() -> Finding:
    """Per service: the running balance follows, and the layers sum to it with one sign."""
    rows = []
    balances = {}
    for service in SelfcostService.values:
        sequence, balance = 0, ZERO
        layers: list[Layer] = []
        for entry in FundEntry.objects.filter(service=service).order_by("sequence"):
            name = {"service": service, "sequence": str(entry.sequence)}
            if entry.sequence != sequence + 1:
                rows.append(Disagreement("fund_sequence", name, str(sequence + 1), str(entry.sequence)))
            if entry.balance.amount != balance + entry.amount.amount:
                rows.append(
                    Disagreement(
                        "fund_balance", name, str(balance + entry.amount.amount), str(entry.balance.amount), KRONER
                    )
                )
            layers.append(Layer(entry.origin, entry.amount.amount))
            sequence, balance = entry.sequence, entry.balance.amount
        in_layers = layers_of.balance(layers)
        if in_layers != balance:
            rows.append(Disagreement("fund_layers", {"service": service}, str(balance), str(in_layers), KRONER))
        try:
            layers_of.ordered(layers)
        except MixedSigns:
            rows.append(Disagreement("fund_signs", {"service": service}))
        balances[service] = str(balance)
    return finding("fund", balances, rows)


def _money(amount: Fraction) -> str:
    """Kroner as a string, cut after the øre: what is beyond it is no money."""
    whole = amount.numerator * 100 // amount.denominator
    return f"{whole // 100}.{whole % 100:02d}" if whole >= 0 else f"-{-whole // 100}.{-whole % 100:02d}"
