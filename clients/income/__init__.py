"""Income declarations and the files that show them."""

from clients.income.models import EvidenceFile, IncomeDeclaration

__all__ = ["EvidenceFile", "IncomeDeclaration"]
