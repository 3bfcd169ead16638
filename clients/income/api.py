"""Income declarations for other systems, read only: members with the role for money, and staff who need the income."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request

from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole, YesNo
from advisory.kernel.api.filters import Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.reading import FileRenderer
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.users import User
from clients.access import income_shown_to, members, organisations_of
from clients.income.downloads import hand_out
from clients.income.evidence import MEDIA_TYPES
from clients.income.models import DeclarationBasis, EvidenceFile, EvidenceKind, IncomeDeclaration
from clients.memberships import Role


class EvidenceRow(Row):
    """A file that shows the income."""

    id = Whole()
    name = Text()
    kind = OneOf(EvidenceKind)
    media_type = Text()
    size = Whole()
    sha256 = Text()
    # Where its bytes are.
    url = Text()


class DeclarationRow(Row):
    """What an organisation declared as its income of a year; the newest of a year counts."""

    id = Whole()
    organisation = Whole(source="organisation.number")
    year = Whole()
    basis = OneOf(DeclarationBasis)
    total_income = MoneyField()
    passed_on = MoneyField()
    filed_with_register = YesNo()
    comment = Text()
    arrived_on = Day()
    submitted_at = serializers.DateTimeField()
    evidence = EvidenceRow(many=True)

    computed = ("evidence",)

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        for row in rows.values():
            row["evidence"] = []
        files = EvidenceFile.objects.filter(declaration__in=list(rows)).order_by("pk")
        names = ("id", "name", "kind", "media_type", "size", "sha256")
        for declaration, *values in files.values_list("declaration", *names):
            url = reverse("api_evidence", args=[declaration, values[0]])
            rows[declaration]["evidence"].append({**dict(zip(names, values, strict=True)), "url": url})


class DeclarationFilters(Filters):
    organisation = WholeFilter(field_name="organisation__number")
    year = WholeFilter()
    basis = OneOfFilter(DeclarationBasis)


class Declarations(Resource):
    """Income declarations."""

    tag = _("Income declarations")
    says = {"file": _("The bytes of a file of evidence; who takes it is kept")}
    model = IncomeDeclaration
    readers = members(Role.FINANCE)
    row = DeclarationRow
    filterset_class = DeclarationFilters
    orderings = {"id": "id", "year": "year", "submitted_at": "submitted_at"}
    lookups = {"declaration": "pk", "file_id": "evidence"}
    answers = {"file": {(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES}}

    def visible(self, user: User) -> models.QuerySet[IncomeDeclaration]:
        found = IncomeDeclaration.objects.all()
        if user.is_staff_member:
            return found.filter(organisation__in=income_shown_to(user))
        return found.filter(organisation__in=organisations_of(user, Role.FINANCE))

    def file(self, request: Request, declaration: int, file_id: int) -> HttpResponse:
        found = self.find()
        file = EvidenceFile.objects.filter(declaration=found, pk=file_id).select_related("declaration__organisation")
        one = file.first()
        if one is None:
            raise Http404
        return hand_out(one, by=self.person, now=self.now)


urlpatterns: list[URLPattern] = [
    path("declarations/", Declarations.as_view({"get": "list"}), name="api_declarations"),
    path("declarations/<int:declaration>/", Declarations.as_view({"get": "retrieve"}), name="api_declaration"),
    path(
        "declarations/<int:declaration>/evidence/<int:file_id>/",
        Declarations.as_view({"get": "file"}, renderer_classes=[FileRenderer]),
        name="api_evidence",
    ),
]
