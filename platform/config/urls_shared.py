"""Addresses that every host answers: sign-in, the API, pages for machines."""

from django.urls import URLPattern, URLResolver, include, path

from portals import draw_views, language_views, policy_schema, shared_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("api.urls")),
    path("theme/<slug:slug>.<str:digest>.css", shared_views.theme, name="theme"),
    path("hand-off/", shared_views.hand_off, name="hand_off"),
    path("policy.schema.json", policy_schema.policy_schema, name="policy_schema"),
    path("health", shared_views.health, name="health"),
    path("terms/", shared_views.terms, name="terms"),
    path("documents/<uuid:document_id>.pdf", shared_views.document, name="document"),
    path("language/", language_views.language, name="language"),
    path("language/choose/", language_views.choose, name="choose_language"),
    path("draws/<uuid:shift_id>/", draw_views.draw_page, name="draw"),
    path("draws/<uuid:shift_id>.json", draw_views.draw_inputs, name="draw_inputs"),
]
handler400 = "portals.error_views.bad_request"
handler403 = "portals.error_views.forbidden"
handler404 = "portals.error_views.not_found"
handler500 = "portals.error_views.server_error"
