REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.SessionToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "api.pagination.CursorPages",
    "EXCEPTION_HANDLER": "api.refusals.translate",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Muster",
    "VERSION": "1",
    "DESCRIPTION": "The same operations as the pages, for programs. See docs/api.md.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        "ClientKind": "marketplace.models.Client.Kind",
        "PunchKind": "marketplace.models.ClockEvent.Kind",
        "TellingKind": "marketplace.models.DutyEvent.Kind",
        "JobState": "marketplace.models.Job.State",
        "TimesheetState": "marketplace.models.Timesheet.State",
        "ShiftState": "marketplace.models.Shift.State",
        "BidState": "marketplace.models.Bid.State",
        "DocumentKind": "billing.models.IssuedDocument.Kind",
    },
}
