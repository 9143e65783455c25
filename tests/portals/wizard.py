"""Answers a request's pages as a visitor would, through Django's client."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kernel import clock

MARKETPLACE = "localhost"
ADDRESS = "2 Navy Street, Oakville ON L6J 2Y9"
DETAILS = {
    "duties": "Keep the crossing clear.",
    "meeting_point": "North gate",
    "contact_name": "Sam Field",
    "contact_phone": "+1 905 555 0100",
    "attire": "Uniform",
}


class Visitor:
    """One browser on one host. `key` is that of the request in hand."""

    def __init__(self, client: Client, host: str = MARKETPLACE) -> None:
        self.client = client
        self.host = host
        self.key = ""

    def get(self, path: str, **data: Any) -> HttpResponse:
        return self.client.get(path, data, HTTP_HOST=self.host)  # type: ignore[return-value]

    def post(self, path: str, data: dict[str, Any]) -> HttpResponse:
        return self.client.post(path, data, HTTP_HOST=self.host)  # type: ignore[return-value]

    def page(self, name: str) -> str:
        return reverse(f"request:{name}", kwargs={"key": self.key}, urlconf="config.urls_public")

    def start(self, *, event_type: str = "festival", title: str = "Harbour fair") -> HttpResponse:
        answer = self.post("/request/", {"event_type": event_type, "title": title})
        assert answer.status_code == 302, answer.content.decode()
        self.key = answer["Location"].split("/")[2]
        return answer

    def place(self, address: str = ADDRESS, **more: str) -> HttpResponse:
        return self.post(self.page("where"), {"address": address, "name": "Lakeside Park", **more})

    def pin(self, latitude: object = 43.4427, longitude: object = -79.6664, **more: object) -> HttpResponse:
        data = {"latitude": latitude, "longitude": longitude, "pin_confirmed": "on", **more}
        return self.post(self.page("pin"), data)

    def when(self, **changes: str) -> HttpResponse:
        date = (clock.now() + timedelta(days=12)).date().isoformat()
        return self.post(self.page("when"), {"date_0": date, "start_0": "10:00", "end_0": "14:00", **changes})

    def officers(self, **numbers: object) -> HttpResponse:
        return self.post(self.page("officers"), {"rank_constable": 2, **numbers})

    def details(self, **changes: str) -> HttpResponse:
        return self.post(self.page("details"), {**DETAILS, **changes})

    def answer_everything(self, **event: str) -> None:
        """All questions up to the price."""
        self.start(**event)
        for answer in (self.place(), self.pin(), self.when(), self.officers(), self.details()):
            assert answer.status_code == 302, answer.content.decode()


def errors_of(answer: HttpResponse) -> str:
    """The list of errors on top of a refused form."""
    assert answer.status_code == 422, f"{answer.status_code} {answer.get('Location', '')}"
    page = answer.content.decode()
    assert "<title>Error: " in page
    return page[page.index("data-error-summary") :].split("</ul>")[0]
