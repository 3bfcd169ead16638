"""The URL map: every storey brings its own; pages that span storeys are the roof's."""

from django.urls import URLPattern, URLResolver, include, path

from advisory.web import accounts, entrance, health, home, language, outbox, search, statements
from advisory.web.api import tokens
from advisory.web.audit import views as audit
from advisory.web.me import views as me
from advisory.web.personal_data import retention
from advisory.web.personal_data import views as personal_data
from advisory.web.settings import hub, seller, texts, users
from advisory.web.today import views as today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("today/", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:message>/", outbox.message, name="outbox_message"),
    path("outbox/<int:message>/again/", outbox.send_again, name="outbox_send_again"),
    path("outbox/<int:message>/attachments/<int:position>/", outbox.attachment, name="outbox_attachment"),
    path("settings/", hub.settings, name="settings"),
    path("settings/texts/", texts.texts, name="message_texts"),
    path("settings/texts/<slug:key>/<slug:language>/", texts.text, name="message_text"),
    path("settings/texts/<slug:key>/<slug:language>/default/", texts.text_default, name="message_text_default"),
    path("settings/seller/", seller.seller, name="seller"),
    path("settings/seller/<int:row>/mark/", seller.seller_mark, name="seller_mark"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.new, name="user_new"),
    path("settings/users/<int:user>/", users.edit, name="user_edit"),
    path("settings/users/<int:user>/off/", users.off, name="user_off"),
    path("settings/users/<int:user>/on/", users.on, name="user_on"),
    path(
        "settings/users/<int:user>/tokens/<int:token>/withdraw/",
        tokens.withdraw_of_user,
        name="user_token_withdraw",
    ),
    path("settings/users/invitations/<int:invitation>/again/", users.again, name="user_again"),
    path("settings/users/invitations/<int:invitation>/withdraw/", users.withdrawn, name="user_withdraw"),
    path("settings/audit/", audit.log, name="audit_log"),
    path("settings/audit/file/", audit.log_file, name="audit_log_file"),
    path("settings/retention/", retention.retention, name="retention"),
    path("settings/retention/rehearse/", retention.rehearse, name="retention_rehearse"),
    path("settings/personal-data/", personal_data.find, name="personal_data"),
    path("settings/personal-data/users/<int:user>/", personal_data.user, name="personal_data_user"),
    path("settings/personal-data/users/<int:user>/erase/", personal_data.user_erase, name="personal_data_user_erase"),
    path(
        "settings/personal-data/users/<int:user>/file/<slug:kind>/",
        personal_data.user_file,
        name="personal_data_user_file",
    ),
    path("settings/personal-data/contacts/<int:contact_id>/", personal_data.contact, name="personal_data_contact"),
    path(
        "settings/personal-data/contacts/<int:contact_id>/erase/",
        personal_data.contact_erase,
        name="personal_data_contact_erase",
    ),
    path(
        "settings/personal-data/contacts/<int:contact_id>/file/<slug:kind>/",
        personal_data.contact_file,
        name="personal_data_contact_file",
    ),
    path(
        "settings/personal-data/organisations/<int:number>/",
        personal_data.organisation,
        name="personal_data_organisation",
    ),
    path(
        "settings/personal-data/organisations/<int:number>/erase/",
        personal_data.organisation_erase,
        name="personal_data_organisation_erase",
    ),
    path(
        "settings/personal-data/organisations/<int:number>/file/<slug:kind>/",
        personal_data.organisation_file,
        name="personal_data_organisation_file",
    ),
    path("settings/me/file/<slug:kind>/", personal_data.own_file, name="me_file"),
    path("settings/me/", me.me, name="me"),
    path("settings/me/email/", me.email, name="me_email"),
    path("settings/me/email/<str:change>/", me.email_confirm, name="me_email_confirm"),
    path("settings/me/everywhere/", me.everywhere, name="me_everywhere"),
    path("settings/me/tokens/", tokens.tokens, name="me_tokens"),
    path("settings/me/tokens/new/", tokens.new, name="me_token_new"),
    path("settings/me/tokens/<int:token>/withdraw/", tokens.withdraw, name="me_token_withdraw"),
    path("settings/me/sign-on/", me.single_sign_on_off, name="me_single_sign_on_off"),
    path("api/", include("advisory.web.api.urls")),
    path("portal/", entrance.portal, name="portal"),
    path("portal/<int:number>/", home.home, name="portal_home"),
    path("language/", language.switch, name="set_language"),
    path("privacy/", statements.privacy, name="privacy"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("healthz", health.healthz, name="healthz"),
    path("", include(accounts)),
    path("", include("clients.urls")),
    path("", include("engagements.urls")),
    path("", include("billing.urls")),
]

handler400 = "advisory.web.failures.bad_request"
handler403 = "advisory.web.failures.forbidden"
handler404 = "advisory.web.failures.not_found"
handler500 = "advisory.web.failures.server_error"
