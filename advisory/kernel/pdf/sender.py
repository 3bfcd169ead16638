"""Whose document it is, by the seller's particulars of a day."""

from __future__ import annotations

from datetime import date

from advisory.kernel.pdf.flow import Sender
from advisory.kernel.seller import SellerParticulars


def sender_on(day: date) -> Sender:
    """The seller's name, accent and mark on `day`; where nobody has written them, the product's name."""
    seller = SellerParticulars.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if seller is None:
        return Sender("Selvkost")
    return Sender(seller.name, seller.accent, bytes(seller.mark) if seller.mark else None)
