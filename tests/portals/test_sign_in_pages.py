"""Sign-in pages come from a library; they must look and behave like ours."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_sign_in_pages_wear_our_frame(client: Client, name: str) -> None:
    page = client.get(reverse(name), HTTP_HOST="localhost").content.decode()
    assert "account-page" in page
    assert "css/muster.css" in page
    assert 'class="skip-link"' in page
    assert "<c-" not in page
    assert " style=" not in page


@pytest.mark.django_db
def test_a_refused_sign_in_keeps_the_address_and_lists_the_error(client: Client) -> None:
    page = client.post(
        reverse("account_login"), {"login": "dana@example.org", "password": "wrong"}, HTTP_HOST="localhost"
    ).content.decode()
    assert "<title>Error: " in page
    assert "data-error-summary" in page
    assert 'value="dana@example.org"' in page


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_so_in_our_look(client: Client) -> None:
    answer = client.get("/no-such-page/", HTTP_HOST="localhost")
    assert answer.status_code == 404
    assert "We could not find that page" in answer.content.decode()
