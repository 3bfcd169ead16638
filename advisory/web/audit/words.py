"""What the events of the audit log are called, and what their fields are called, for people.

Every action that any verb records has its words here; `tests/web/test_audit_page.py` reads the source and fails on
one that has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent

ACTIONS: dict[str, StrOrPromise] = {
    "account_mapping.change": gettext_lazy("Place of an account changed"),
    "accounts.describe": gettext_lazy("Accounts of the year described"),
    "accounts.full_time": gettext_lazy("Full-time equivalents of the year written"),
    "accounts.line_add": gettext_lazy("Cost of the year written by hand"),
    "accounts.line_change": gettext_lazy("Cost of the year changed"),
    "accounts.line_remove": gettext_lazy("Cost of the year removed"),
    "accounts.map": gettext_lazy("Accounts given their places"),
    "accounts.open": gettext_lazy("Accounts of the year begun"),
    "accounts.seats_add": gettext_lazy("Sold course seats written"),
    "accounts.seats_change": gettext_lazy("Sold course seats changed"),
    "accounts.seats_remove": gettext_lazy("Sold course seats removed"),
    "accounts.send_back": gettext_lazy("Accounts of the year sent back"),
    "accounts.submit": gettext_lazy("Accounts of the year handed over for review"),
    "activity.add": gettext_lazy("Internal activity added"),
    "activity.change": gettext_lazy("Internal activity changed"),
    "api_token.make": gettext_lazy("Token for the API made"),
    "api_token.withdraw": gettext_lazy("Token for the API withdrawn"),
    "appeal.register": gettext_lazy("Complaint registered"),
    "contact.activate": gettext_lazy("Contact in use again"),
    "contact.add": gettext_lazy("Contact added"),
    "contact.change": gettext_lazy("Contact changed"),
    "contact.deactivate": gettext_lazy("Contact put away"),
    "cost_base.asset_add": gettext_lazy("Asset added to the cost base"),
    "cost_base.asset_change": gettext_lazy("Asset of the cost base changed"),
    "cost_base.asset_remove": gettext_lazy("Asset removed from the cost base"),
    "cost_base.change": gettext_lazy("Cost base changed"),
    "cost_base.draft": gettext_lazy("Cost base begun"),
    "cost_base.key": gettext_lazy("Key of the cost base written"),
    "cost_base.line_add": gettext_lazy("Cost added to the cost base"),
    "cost_base.line_change": gettext_lazy("Cost of the cost base changed"),
    "cost_base.line_remove": gettext_lazy("Cost removed from the cost base"),
    "cost_base.salary_add": gettext_lazy("Person added to the cost base"),
    "cost_base.salary_change": gettext_lazy("Person of the cost base changed"),
    "cost_base.salary_remove": gettext_lazy("Person removed from the cost base"),
    "cost_base.send_back": gettext_lazy("Cost base sent back"),
    "cost_base.submit": gettext_lazy("Cost base handed over for control"),
    "draft.defer": gettext_lazy("Hours taken out of a proposal"),
    "draft.discard": gettext_lazy("Invoice proposal discarded"),
    "engagement.active": gettext_lazy("Engagement moved to active"),
    "engagement.agree_hours": gettext_lazy("Hours agreed"),
    "engagement.agreed": gettext_lazy("Engagement moved to agreed"),
    "engagement.cancelled": gettext_lazy("Engagement cancelled"),
    "engagement.change": gettext_lazy("Engagement changed"),
    "engagement.closed": gettext_lazy("Engagement closed"),
    "engagement.completed": gettext_lazy("Engagement moved to completed"),
    "engagement.requested": gettext_lazy("Engagement moved to requested"),
    "engagement.start": gettext_lazy("Engagement registered"),
    "engagement.write_report": gettext_lazy("Report of the engagement written"),
    "evidence.download": gettext_lazy("Evidence downloaded"),
    "fund.correct": gettext_lazy("Self-cost fund corrected"),
    "fund.open": gettext_lazy("Self-cost fund brought in"),
    "funding_report.freeze": gettext_lazy("Funding report frozen"),
    "hardship.ask": gettext_lazy("Larger discount for hardship asked for"),
    "hardship.refuse": gettext_lazy("Larger discount for hardship refused"),
    "income.declare": gettext_lazy("Income declared"),
    "interest.change": gettext_lazy("Interest of self-cost changed"),
    "interest.set": gettext_lazy("Interest of self-cost set"),
    "invitation.accept": gettext_lazy("Invitation accepted"),
    "invitation.again": gettext_lazy("Invitation sent again"),
    "invitation.send": gettext_lazy("Invitation sent"),
    "invitation.withdraw": gettext_lazy("Invitation withdrawn"),
    "invoice.credit": gettext_lazy("Credit note issued"),
    "invoice.issue": gettext_lazy("Invoice issued"),
    "joint_hour.change": gettext_lazy("Joint hours changed"),
    "joint_hour.log": gettext_lazy("Joint hours logged"),
    "joint_hour.remove": gettext_lazy("Joint hours deleted"),
    "joint_order.change_parts": gettext_lazy("Parts of a joint order changed"),
    "joint_order.close": gettext_lazy("Joint order closed"),
    "joint_order.make": gettext_lazy("Joint order made"),
    "joint_order.open": gettext_lazy("Joint order opened again"),
    "membership.change": gettext_lazy("Access changed"),
    "membership.end": gettext_lazy("Access ended"),
    "membership.give": gettext_lazy("Access given"),
    "message.send_again": gettext_lazy("Message put in the queue again"),
    "message_text.use_default": gettext_lazy("Standard text taken back"),
    "message_text.write": gettext_lazy("Text of a message written"),
    "month.close": gettext_lazy("Month closed"),
    "month.open": gettext_lazy("Month opened again"),
    "note.write": gettext_lazy("Note written"),
    "on_costs.set": gettext_lazy("On-costs set"),
    "organisation.change": gettext_lazy("Organisation changed"),
    "organisation.register": gettext_lazy("Organisation registered"),
    "organisation.erase": gettext_lazy("Organisation erased"),
    "organisation.export": gettext_lazy("All about an organisation downloaded"),
    "outcome.add": gettext_lazy("Goal added"),
    "outcome.change": gettext_lazy("Goal changed"),
    "outcome.remove": gettext_lazy("Goal removed"),
    "person.erase": gettext_lazy("Person erased"),
    "person.export": gettext_lazy("All about a person downloaded"),
    "pot.change": gettext_lazy("Discount pot changed"),
    "pot.grant": gettext_lazy("Grant to the discount pot"),
    "pot.open": gettext_lazy("Discount pot opened"),
    "pot.override": gettext_lazy("Money bound although the pot lacks some"),
    "pot.release": gettext_lazy("Bound money freed"),
    "pot.reserve": gettext_lazy("Money bound for an engagement"),
    "pot.return": gettext_lazy("Money of the discount pot returned"),
    "rate.adopt": gettext_lazy("Hourly rate adopted"),
    "recommendation.add": gettext_lazy("Tool recommended"),
    "recommendation.change": gettext_lazy("Recommendation changed"),
    "recommendation.withdraw": gettext_lazy("Recommendation removed"),
    "register.answer": gettext_lazy("Answer of a register kept"),
    "retention.run": gettext_lazy("What was kept long enough erased"),
    "seller.set": gettext_lazy("Seller's particulars set"),
    "service_type.add": gettext_lazy("Service type added"),
    "service_type.change": gettext_lazy("Service type changed"),
    "tier.ask": gettext_lazy("Documents asked for"),
    "tier.decide": gettext_lazy("Discount tier decided"),
    "tiers.adopt": gettext_lazy("Tier table adopted"),
    "time.change": gettext_lazy("Hours changed"),
    "time.log": gettext_lazy("Hours logged"),
    "time.remove": gettext_lazy("Hours deleted"),
    "trial_balance.discard": gettext_lazy("Trial balance discarded"),
    "trial_balance.take_in": gettext_lazy("Trial balance taken in"),
    "trial_balance.upload": gettext_lazy("Trial balance uploaded"),
    "user.change": gettext_lazy("User changed"),
    "user.create": gettext_lazy("User created"),
    "user.switch_off": gettext_lazy("User switched off"),
    "user.switch_on": gettext_lazy("User let in again"),
    "user.email_changed": gettext_lazy("E-mail address changed"),
    "user.password_changed": gettext_lazy("Password changed"),
    "user.second_factor_added": gettext_lazy("Second factor added"),
    "user.second_factor_removed": gettext_lazy("Second factor removed"),
    "user.sign_out_everywhere": gettext_lazy("Signed out everywhere"),
    "user.single_sign_on_added": gettext_lazy("Single sign-on connected"),
    "user.single_sign_on_removed": gettext_lazy("Single sign-on disconnected"),
    "user.sign_in": gettext_lazy("Signed in"),
    "week.ready": gettext_lazy("Week marked as ready"),
    "week.take_back": gettext_lazy("Week not ready after all"),
    "vat_treatment.set": gettext_lazy("VAT treatment set"),
    "year.close": gettext_lazy("Year closed"),
}

#: What the first word of an action stands for: the filter's choices.
KINDS: dict[str, StrOrPromise] = {
    "account_mapping": gettext_lazy("Places of accounts"),
    "accounts": gettext_lazy("Accounts of the year"),
    "activity": gettext_lazy("Internal activities"),
    "api_token": gettext_lazy("Tokens for the API"),
    "appeal": gettext_lazy("Complaints"),
    "contact": gettext_lazy("Contacts"),
    "cost_base": gettext_lazy("Cost bases"),
    "draft": gettext_lazy("Invoice proposals"),
    "engagement": gettext_lazy("Engagements"),
    "evidence": gettext_lazy("Downloads of evidence"),
    "fund": gettext_lazy("Self-cost fund"),
    "funding_report": gettext_lazy("Funding reports"),
    "hardship": gettext_lazy("Hardship"),
    "income": gettext_lazy("Income declarations"),
    "interest": gettext_lazy("Interest of self-cost"),
    "invitation": gettext_lazy("Invitations"),
    "invoice": gettext_lazy("Invoices"),
    "joint_hour": gettext_lazy("Joint hours"),
    "joint_order": gettext_lazy("Joint orders"),
    "membership": gettext_lazy("Access for organisations"),
    "message": gettext_lazy("Outbox"),
    "message_text": gettext_lazy("Texts of messages"),
    "month": gettext_lazy("Closed months"),
    "note": gettext_lazy("Notes"),
    "on_costs": gettext_lazy("On-costs"),
    "organisation": gettext_lazy("Organisations"),
    "outcome": gettext_lazy("Goals and results"),
    "person": gettext_lazy("Personal data of people"),
    "pot": gettext_lazy("Discount pots"),
    "rate": gettext_lazy("Hourly rates"),
    "recommendation": gettext_lazy("Recommended tools"),
    "register": gettext_lazy("Answers of registers"),
    "retention": gettext_lazy("Time of keeping"),
    "seller": gettext_lazy("Seller's particulars"),
    "service_type": gettext_lazy("Service types"),
    "tier": gettext_lazy("Tier decisions"),
    "tiers": gettext_lazy("Tier tables"),
    "time": gettext_lazy("Hours"),
    "trial_balance": gettext_lazy("Trial balances"),
    "user": gettext_lazy("Users and sign-in"),
    "week": gettext_lazy("Weeks marked as ready"),
    "vat_treatment": gettext_lazy("VAT treatments"),
    "year": gettext_lazy("Closing of years"),
}

#: Facts that are no field of their model.
FACTS: dict[str, StrOrPromise] = {
    "advice": gettext_lazy("result of advice"),
    "agreements": gettext_lazy("agreements and reports"),
    "amount": gettext_lazy("amount"),
    "anonymous": gettext_lazy("made anonymous"),
    "answers": gettext_lazy("answers of the API"),
    "asked": gettext_lazy("asked for"),
    "audit": gettext_lazy("events of the audit log"),
    "balance": gettext_lazy("balance"),
    "bound": gettext_lazy("bound"),
    "contacts": gettext_lazy("contacts"),
    "courses": gettext_lazy("result of courses"),
    "copied_from": gettext_lazy("copied from"),
    "credits": gettext_lazy("credits invoice"),
    "ended_access": gettext_lazy("people whose access has ended"),
    "entries": gettext_lazy("hours"),
    "erased": gettext_lazy("erased"),
    "failed": gettext_lazy("failed"),
    "format": gettext_lazy("form"),
    "engagement": gettext_lazy("engagement"),
    "evidence": gettext_lazy("documents"),
    "factor": gettext_lazy("second factor"),
    "freed": gettext_lazy("freed"),
    "hours": gettext_lazy("hours"),
    "invitations": gettext_lazy("invitations"),
    "is_recorded": gettext_lazy("recorded answer"),
    "jobs": gettext_lazy("finished jobs"),
    "kept": gettext_lazy("kept"),
    "kept_until": gettext_lazy("kept until"),
    "known": gettext_lazy("known to the register"),
    "last_day": gettext_lazy("last day"),
    "layers": gettext_lazy("layers"),
    "member_names": gettext_lazy("names in ended access"),
    "messages": gettext_lazy("e-mails"),
    "missing": gettext_lazy("missing"),
    "notes": gettext_lazy("notes"),
    "owner": gettext_lazy("owner"),
    "percent": gettext_lazy("percent"),
    "prefix": gettext_lazy("begins with"),
    "results": gettext_lazy("texts of results"),
    "removed": gettext_lazy("removed"),
    "released": gettext_lazy("may be invoiced again"),
    "sessions": gettext_lazy("sessions"),
    "sign_ins": gettext_lazy("sign-ins"),
    "tier": gettext_lazy("discount tier"),
    "tiers": gettext_lazy("tiers"),
    "tokens": gettext_lazy("tokens"),
    "total": gettext_lazy("total"),
}

#: Where an object is seen, from its row id; what has no page of its own is not linked.
PAGES: dict[str, Callable[[str], str]] = {
    "billing.invoice": lambda pk: reverse("invoice", args=[pk]),
    "billing.pot": lambda pk: reverse("pot", args=[pk]),
}

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def action_words(action: str) -> str:
    """What was done, in the active language."""
    return str(ACTIONS.get(action, action))


def kind_words(object_type: str) -> str:
    """What sort of object: the model's name for people."""
    model = _model(object_type)
    return capfirst(str(model._meta.verbose_name)) if model else object_type


def page_of(event: AuditEvent) -> str:
    """The address of what was changed; empty where it has no page of its own."""
    if event.object_type == "engagements.engagement":
        reference = event.object_label.partition(" ")[0]
        return reverse("engagement", args=[reference]) if reference else ""
    if event.object_type == "clients.organisation" and event.organisation:
        return reverse("organisation", args=[event.organisation])
    found = PAGES.get(event.object_type)
    return found(event.object_id) if found else ""


def fact_words(object_type: str, name: str) -> str:
    """What a changed field is called."""
    if name in FACTS:
        return capfirst(str(FACTS[name]))
    field = _field(object_type, name)
    return capfirst(str(field.verbose_name)) if field is not None else capfirst(name.replace("_", " "))


def value_words(object_type: str, name: str, value: Any) -> str:
    """A value as a person reads it: yes and no, days, the words of a choice; «–» for nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field = _field(object_type, name)
    if field is not None and field.choices:
        words = dict(field.flatchoices).get(value)
        if words is not None:
            return str(words)
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return show.day(date.fromisoformat(value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_words(object_type, '', part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(value_words(object_type, "", part) for part in value)
    return str(value)


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


def _field(object_type: str, name: str) -> Any:
    model = _model(object_type)
    if model is None or not name:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete else None
