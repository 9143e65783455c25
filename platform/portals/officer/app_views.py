"""The officer's pages as an app on a phone: its manifest, its service worker, and the page without a connection."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

# What the pages that a phone keeps need to look and work as they do.
_FILES = (
    "css/muster.css",
    "vendor/inter/inter-latin-wght-normal.woff2",
    "icons/lucide.svg",
    "img/mark.svg",
    "img/mark-192.png",
    "django_htmx/htmx-2.min.js",
    "js/theme.js",
    "js/app.js",
    "js/officer.js",
    "js/phone.js",
    "js/clock.js",
    "js/on_site.js",
    "js/presence.js",
    "js/position.js",
    "js/field_queue.js",
    "js/field_sending.js",
    "js/field_store.js",
    "js/server_time.js",
)
# Old browsers know service workers that can import nothing: these parts of the queue are put before it.
_PARTS = ("js/field_store.js", "js/field_sending.js", "js/service_worker.js")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, since the scope of a service worker is the folder that it comes from."""
    files = [static(name) for name in _FILES]
    told = {
        "files": files,
        "static_url": static(""),
        "offline_url": f"{reverse('officer:offline')}?language={translation.get_language()}",
        "sign_out_url": reverse("account_logout"),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
    code = _code()
    told["version"] = hashlib.sha256(json.dumps([told, code, _changes()]).encode()).hexdigest()[:16]
    return HttpResponse(f"const SETTINGS = {json.dumps(told)};\n{code}", content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    with translation.override(_language(request)):
        said = _manifest()
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """Holds nothing of anybody: every phone keeps it."""
    with translation.override(_language(request)):
        return render(None, "officer/offline.html")


def _language(request: HttpRequest) -> str:
    """The one in the address, when the product speaks it: these answers are kept by address, without cookies."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def _manifest() -> dict[str, Any]:
    today = reverse("officer:today")
    doors = [
        (_("My shifts and the clock"), reverse("officer:shifts")),
        (_("Work near me"), reverse("officer:feed")),
        (_("Earnings"), reverse("officer:earnings")),
    ]
    icon = {"src": static("img/mark-192.png"), "sizes": "192x192", "type": "image/png"}
    return {
        "id": "/officer/",
        "name": _("Muster for officers"),
        "short_name": "Muster",
        "description": _("Off-duty work near you: shifts, clock, hours left and earnings."),
        "lang": translation.get_language(),
        "dir": "ltr",
        "start_url": today,
        # Signing in lies outside of /officer/ and must not throw anybody out of the app.
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f8fa",
        "theme_color": "#121a2c",
        "icons": [
            {**icon, "purpose": "any"},
            {**icon, "purpose": "maskable"},
            {**icon, "src": static("img/mark-512.png"), "sizes": "512x512", "purpose": "any"},
            {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [{"name": name, "url": url, "icons": [icon]} for name, url in doors],
    }


@lru_cache(maxsize=1)
def _code_once() -> str:
    return "\n".join(_plain(_source(name).read_text(encoding="utf-8")) for name in _PARTS)


def _code() -> str:
    return _code_once.__wrapped__() if settings.DEBUG else _code_once()


def _plain(module: str) -> str:
    """A module's code outside of a module. The parts import nothing, and their names do not meet."""
    return re.sub(r"^export ", "", module, flags=re.MULTILINE)


def _source(name: str) -> Path:
    # The files themselves, not their collected copies: the finders know them in every environment.
    return Path(str(finders.find(name)))


def _changes() -> list[int]:
    """Where names carry no hash, the files' own times tell that one of them has changed."""
    return [] if static("js/app.js") != f"{settings.STATIC_URL}js/app.js" else [_changed(name) for name in _FILES]


def _changed(name: str) -> int:
    found = finders.find(name)
    return Path(str(found)).stat().st_mtime_ns if found else 0
