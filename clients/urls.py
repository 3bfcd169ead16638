"""Paths of the clients storey, gathered from its rooms."""

from django.urls import URLPattern, URLResolver, include, path

from clients import portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clients.organisations.urls")),
    path("", include("clients.register.urls")),
    path("", include("clients.contacts.urls")),
    path("", include("clients.invitations.urls")),
    path("", include("clients.importing.urls")),
    path("", include("clients.memberships.urls")),
    path("", include("clients.income.urls")),
    path("portal/<int:number>/organisation/", portal.organisation, name="portal_organisation"),
    path("portal/<int:number>/organisation/edit/", portal.organisation_edit, name="portal_organisation_edit"),
    path("portal/<int:number>/people/", portal.people, name="portal_people"),
    path("portal/<int:number>/people/new/", portal.person_new, name="portal_person_new"),
    path(
        "portal/<int:number>/people/invitations/<int:invitation>/again/",
        portal.invitation_again,
        name="portal_invitation_again",
    ),
    path(
        "portal/<int:number>/people/invitations/<int:invitation>/withdraw/",
        portal.invitation_withdraw,
        name="portal_invitation_withdraw",
    ),
    path("portal/<int:number>/people/<int:membership_id>/", portal.person, name="portal_person"),
    path("portal/<int:number>/people/<int:membership_id>/end/", portal.person_end, name="portal_person_end"),
    path("portal/<int:number>/income/", portal.income, name="portal_income"),
    path("portal/<int:number>/income/new/", portal.income_new, name="portal_income_new"),
    path("portal/<int:number>/income/evidence/<int:file_id>/", portal.evidence, name="portal_evidence"),
]
