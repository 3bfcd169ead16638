"""Paths of engagements, hours and their settings."""

from django.urls import path

import engagements.references  # noqa: F401 - the converter of references
from engagements.work.views import engagements as work
from engagements.work.views import joint, months, organisation, services, time, week

urlpatterns = [
    path("engagements/", work.engagements, name="engagements"),
    path("engagements/board/", work.board, name="engagement_board"),
    path("engagements/new/", work.engagement_new, name="engagement_new"),
    path("engagements/joint/", joint.joint_orders, name="joint_orders"),
    path("engagements/joint/new/", joint.joint_order_new, name="joint_order_new"),
    path("engagements/joint/<joint:joint>/", joint.joint_order, name="joint_order"),
    path("engagements/joint/<joint:joint>/parts/", joint.joint_order_parts, name="joint_order_parts"),
    path("engagements/joint/<joint:joint>/agreed/", joint.joint_order_agreed, name="joint_order_agreed"),
    path("engagements/joint/<joint:joint>/close/", joint.joint_order_close, name="joint_order_close"),
    path("engagements/joint/<joint:joint>/hours/<int:joint_hour>/", joint.joint_hour, name="joint_hour"),
    path(
        "engagements/joint/<joint:joint>/hours/<int:joint_hour>/remove/",
        joint.joint_hour_remove,
        name="joint_hour_remove",
    ),
    path("engagements/<reference:reference>/", work.engagement, name="engagement"),
    path("engagements/<reference:reference>/edit/", work.engagement_edit, name="engagement_edit"),
    path("engagements/<reference:reference>/agreement/", work.engagement_agreement, name="engagement_agreement"),
    path("engagements/<reference:reference>/phase/", work.engagement_phase, name="engagement_phase"),
    path("engagements/<reference:reference>/time/", time.engagement_time, name="engagement_time"),
    path(
        "organisations/<int:number>/engagements/",
        organisation.organisation_engagements,
        name="organisation_engagements",
    ),
    path("time/", week.this_week, name="time"),
    path("time/<int:year>/w<int:week>/", week.week, name="week"),
    path("time/new/", time.time_new, name="time_new"),
    path("time/frame/", time.time_frame, name="time_frame"),
    path("time/all/", time.time_all, name="time_all"),
    path("time/undo/", time.time_undo, name="time_undo"),
    path("settings/months/", months.months, name="closed_months"),
    path("settings/months/close/", months.month_close, name="month_close"),
    path("settings/months/open/", months.month_open, name="month_open"),
    path("time/entries/<int:entry>/", time.time_entry, name="time_entry"),
    path("time/entries/<int:entry>/remove/", time.time_remove, name="time_remove"),
    path("settings/service-types/", services.service_types, name="service_types"),
    path("settings/service-types/new/", services.service_type_new, name="service_type_new"),
    path("settings/service-types/<slug:code>/", services.service_type, name="service_type"),
    path("settings/activities/", services.activities, name="activities"),
    path("settings/activities/new/", services.activity_new, name="activity_new"),
    path("settings/activities/<int:activity>/", services.activity, name="activity"),
]
