"""National identity numbers that belong to nobody, with check digits by the register's own weights (Skatteetaten)."""

from __future__ import annotations

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def identity_number(date: str, serial: int = 101) -> str:
    """Eleven digits that begin with the six of `date`, with the first serial number from `serial` that has both."""
    while True:
        nine = f"{date}{serial:03d}"
        first = (11 - sum(weight * int(digit) for weight, digit in zip(FIRST, nine, strict=True)) % 11) % 11
        second = (11 - sum(w * int(d) for w, d in zip(SECOND, f"{nine}{first}"[:10], strict=True)) % 11) % 11
        if first < 10 and second < 10:
            return f"{nine}{first}{second}"
        serial += 1
