"""Components in the shapes that the style guide does not show."""

import datetime

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler


class _Form(forms.Form):
    days = forms.MultipleChoiceField(
        choices=[("sat", "Saturday"), ("sun", "Sunday")], widget=forms.CheckboxSelectMultiple
    )
    at = forms.DateTimeField(label="Starts", help_text="The venue's time.", required=False)
    size = forms.TypedChoiceField(
        label="Size", choices=[(1, "Small"), (2, "Large")], coerce=int, widget=forms.RadioSelect
    )
    token = forms.CharField(widget=forms.HiddenInput, initial="abc")


def _render(source: str, **context: object) -> str:
    compiled = CottonCompiler().process(source)
    request = RequestFactory().get("/")
    return engines["django"].from_string(compiled).render(context, request)


def test_a_form_without_a_body_shows_all_its_fields() -> None:
    page = _render('<c-form :form="form" submit="Save" cancel_url="/back/" />', form=_Form())
    assert 'name="csrfmiddlewaretoken"' in page
    assert page.count('type="checkbox"') == 2
    assert page.count('type="radio"') == 2
    assert 'type="datetime-local"' in page
    assert page.count('name="token"') == 1
    assert 'href="/back/"' in page
    assert "novalidate" in page


def test_kept_values_and_errors_of_choices() -> None:
    form = _Form({"days": ["sun"], "at": "2026-12-05T18:00", "size": "7", "token": "<b>"})
    page = _render('<c-form :form="form" submit="Save" />', form=form)
    assert 'value="sun" id="id_days_1" class="checkbox" checked' in page
    assert 'value="2026-12-05T18:00"' in page
    assert 'href="#id_size_0"' in page or 'href="#id_size"' in page
    assert "<b>" not in page


def test_a_help_of_the_pages_own_is_tied_to_the_field() -> None:
    page = _render('<c-field :field="form.token" /><c-field :field="form.at" help="Local time" />', form=_Form())
    assert 'aria-describedby="id_at_help"' in page
    assert "Local time" in page
    assert "(optional)" in page


def test_what_people_typed_is_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    sources = [
        '<c-badge state="open">{{ evil }}</c-badge>',
        '<c-alert title="{{ evil }}">{{ evil }}</c-alert>',
        '<c-description term="{{ evil }}">{{ evil }}</c-description>',
        '<c-person :name="evil" :detail="evil" />',
        '<c-card title="{{ evil }}">{{ evil }}</c-card>',
        '<c-stat label="{{ evil }}" value="{{ evil }}" />',
        '<c-tabs :items="items" /><c-breadcrumb :items="items" :current="evil" />',
        '<c-empty-state title="{{ evil }}">{{ evil }}</c-empty-state>',
        '<c-timeline-entry title="{{ evil }}" who="{{ evil }}">{{ evil }}</c-timeline-entry>',
        '<c-page-heading title="{{ evil }}" lead="{{ evil }}" />',
        '<c-page-heading :title="evil" :lead="evil" />',
        "{% state_badge evil evil %}",
        '<c-quote-lines :lines="lines" :total_cents="5" :caption="evil" />',
    ]
    for source in sources:
        items = [{"url": "/", "label": evil}]
        lines = [{"description": evil, "note": evil, "net_cents": 5}]
        page = _render(source, evil=evil, items=items, lines=lines)
        assert "<script>" not in page, source


def test_attributes_fall_through_and_names_do_not_leak_from_the_page() -> None:
    page = _render(
        '<c-button hx-post="/go/" id="go">Go</c-button><c-card>x</c-card>',
        title="Leaked",
        header="Leaked",
        size="large",
    )
    assert 'hx-post="/go/"' in page
    assert 'id="go"' in page
    assert "Leaked" not in page
    assert "btn-large" not in page


@pytest.mark.parametrize(("value", "full", "empty"), [("0", 0, 5), ("4.5", 5, 1), ("5", 5, 0)])
def test_stars(value: str, full: int, empty: int) -> None:
    page = _render(f'<c-stars value="{value}" count="3" />')
    assert page.count("icon-small full") == full
    assert page.count("icon-small empty") == empty
    assert f'aria-label="{value} out of 5 stars"' in page


def test_times_without_a_value_show_nothing() -> None:
    page = _render(
        '<c-datetime :at="nothing" zone="America/Toronto" />{{ nothing|zoned }}{{ nothing|money }}', nothing=None
    )
    assert page.strip() == ""
    at = datetime.datetime(2026, 12, 5, 23, 0, tzinfo=datetime.UTC)
    assert "6:00 PM" in _render('<c-datetime :at="at" zone="America/Toronto" show="time" />', at=at)
