"""What the content security policy would refuse is found in the templates first."""

from pathlib import Path

import pytest

from config.lints.templates import findings_in_folder, findings_in_text
from embedded.installation import ROOT

PAGE = Path("templates/officer/feed.html")


@pytest.mark.parametrize(
    "markup",
    [
        '<button hx-on:click="go()">x</button>',
        '<button hx-on::after-request="go()">x</button>',
        '<button data-hx-on:click="go()">x</button>',
        '<button {% if busy %}onclick="go()"{% endif %}>x</button>',
        "<input hx-trigger=\"keyup[key=='Enter'] delay:1s\">",
        "<div hx-vals='js:{a: 1}'></div>",
        '<p style="color: red">x</p>',
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>p { color: red }</style>",
        '<a href="javascript:go()">x</a>',
    ],
)
def test_refused(markup: str) -> None:
    assert [finding.line for finding in findings_in_text(f"<main>\n{markup}</main>", path=PAGE)] == [2]


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/js/app.js" defer></script>',
        '<script type="application/json" id="places">{"a": 1}</script>',
        '<input hx-trigger="keyup changed delay:300ms, search">',
        "{# <p style='x'> #}{% comment %}<script>x</script>{% endcomment %}",
        '<c-field :on="field" online once />',
        '<p class="{% if a > b %}big{% endif %}">x</p>',
    ],
)
def test_allowed(markup: str) -> None:
    assert findings_in_text(markup, path=PAGE) == []


def test_a_mail_may_hold_styles_but_no_scripts() -> None:
    mail = Path("templates/email/award.html")
    assert findings_in_text('<style>p {}</style><p style="x">', path=mail) == []
    assert len(findings_in_text("<script>x</script>", path=mail)) == 1


def test_our_own_templates() -> None:
    assert findings_in_folder(ROOT / "templates") == []
