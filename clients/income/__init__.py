"""Income declarations and the files that show them."""

from clients.income.models import DeclarationBasis, EvidenceFile, EvidenceKind, IncomeDeclaration

__all__ = ["DeclarationBasis", "EvidenceFile", "EvidenceKind", "IncomeDeclaration"]
