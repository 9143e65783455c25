"""More requests a minute than anybody means: 429 and when to come back, for that caller alone."""

import logging
import time

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from redis.exceptions import ConnectionError as NoValkey

from accounts.models import Person
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db

LIMIT, LIMIT_OF_A_PERSON = 5, 9
FLOODER, NEIGHBOUR = "203.0.113.7", "203.0.113.8"


@pytest.fixture(autouse=True)
def _limits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUESTS_PER_MINUTE_PER_ADDRESS = LIMIT
    settings.REQUESTS_PER_MINUTE_PER_PERSON = LIMIT_OF_A_PERSON
    for name in ("default", "shared"):
        caches[name].clear()
    # No minute ends within a test.
    window = int(time.time()) + 42
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda value, period: window)


def from_address(address: str, **more: str) -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address, **more)


def statuses(client: Client, path: str = "/terms/", *, count: int) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def signed_in(address: str) -> tuple[Client, Person]:
    client, person = from_address(address), make_person()
    client.force_login(person)
    return client, person


def test_the_page_after_the_limit_says_when_to_come_back(
    django_assert_num_queries: DjangoAssertNumQueries, caplog: pytest.LogCaptureFixture
) -> None:
    client = from_address(FLOODER)
    assert statuses(client, count=LIMIT) == [200] * LIMIT
    with django_assert_num_queries(0), caplog.at_level(logging.WARNING):
        refused = client.get("/terms/")
        assert statuses(client, "/request/", count=3) == [429] * 3
    assert refused.status_code == 429
    seconds = int(refused["Retry-After"])
    assert 35 <= seconds <= 42
    assert f"Wait {seconds} seconds" in refused.content.decode()
    assert refused["Cache-Control"] == "no-store"
    assert refused["Content-Security-Policy"].startswith("default-src 'none'")
    said = [record.message for record in caplog.records if record.name == "config.flood"]
    assert [FLOODER in one for one in said] == [True]


def test_another_address_and_a_tenants_own_host_are_not_touched() -> None:
    statuses(from_address(FLOODER), count=LIMIT + 5)
    assert statuses(from_address(NEIGHBOUR), count=LIMIT) == [200] * LIMIT
    # One caller, one count, whichever host they ask.
    assert from_address(FLOODER).get("/terms/", SERVER_NAME="alderbrook.localhost").status_code == 429


def test_programs_are_told_in_json() -> None:
    client = from_address(FLOODER)
    statuses(client, count=LIMIT)
    refused = client.get("/api/v1/places?q=Oakville")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.json()["numbers"]["retry_after_seconds"] == int(refused["Retry-After"])


def test_who_is_signed_in_has_a_count_of_their_own_behind_the_same_address() -> None:
    client, _ = signed_in(FLOODER)
    # Their first request makes their session known, as it will have been before a flood begins.
    assert client.get("/terms/").status_code == 200
    statuses(from_address(FLOODER), count=LIMIT + 5)
    assert from_address(FLOODER).get("/terms/").status_code == 429
    assert statuses(client, count=LIMIT_OF_A_PERSON) == [200] * LIMIT_OF_A_PERSON
    assert client.get("/terms/").status_code == 429
    other, _ = signed_in(NEIGHBOUR)
    assert other.get("/terms/").status_code == 200


def test_one_person_on_two_devices_is_one_person() -> None:
    first, person = signed_in(FLOODER)
    second = from_address(NEIGHBOUR)
    second.force_login(person)
    first.get("/terms/"), second.get("/terms/")
    assert statuses(first, count=5) + statuses(second, count=5) == [200] * LIMIT_OF_A_PERSON + [429]


@pytest.mark.parametrize("invented", [{"HTTP_COOKIE": "session={}"}, {"HTTP_X_SESSION_TOKEN": "{}"}])
def test_an_invented_credential_counts_for_its_address(invented: dict[str, str]) -> None:
    found = []
    for number in range(LIMIT + 3):
        headers = {name: value.format(f"invented{number}") for name, value in invented.items()}
        found.append(from_address(FLOODER, **headers).get("/terms/").status_code)
    assert found == [200] * LIMIT + [429] * 3


def test_an_address_that_the_caller_writes_themselves_is_not_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    found = [
        from_address(FLOODER, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").get("/terms/").status_code
        for number in range(LIMIT + 2)
    ]
    assert found == [200] * LIMIT + [429] * 2
    settings.TRUSTED_PROXY_COUNT = 1
    # The proxy's own entry is the last.
    forwarded = from_address("10.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.1, {FLOODER}")
    assert forwarded.get("/terms/").status_code == 429


def test_health_and_signed_webhooks_go_on_while_their_neighbour_floods(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses(from_address(FLOODER), count=LIMIT + 5)
    client = from_address(FLOODER)
    assert statuses(client, "/health", count=LIMIT) == [200] * LIMIT
    assert client.get("/health").status_code == 429
    monkeypatch.setattr("billing.listening.inbox.receive_webhook", lambda **_: None)
    assert [client.post("/webhooks/stripe").status_code for _ in range(LIMIT * 3)] == [204] * LIMIT * 3


def test_webhooks_with_a_wrong_signature_are_a_flood_as_any_other() -> None:
    client = from_address(FLOODER)
    found = [client.post("/webhooks/stripe", HTTP_STRIPE_SIGNATURE="t=1,v1=0").status_code for _ in range(LIMIT + 2)]
    assert found == [400] * LIMIT + [429] * 2
    assert from_address(NEIGHBOUR).post("/webhooks/stripe").status_code == 400


def test_without_valkey_everybody_passes_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*arguments: object, **more: object) -> None:
        raise NoValkey("refused")

    for name in ("add", "incr", "get", "set"):
        monkeypatch.setattr(type(caches["default"]), name, gone)
    client, _ = signed_in(FLOODER)
    assert statuses(client, count=LIMIT_OF_A_PERSON + 3) == [200] * (LIMIT_OF_A_PERSON + 3)
    assert any("pass uncounted" in record.message for record in caplog.records)
