"""What each side fills in after a shift, and what is said about it afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratings.moderating import REASON_MAXIMUM
from ratings.rating import COMMENT_MAXIMUM
from ratings.replying import REPLY_MAXIMUM

_MARKS = [(5, _("5, very good")), (4, "4"), (3, "3"), (2, "2"), (1, _("1, poor"))]


def _mark(label: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=_MARKS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a mark from 1 to 5.")},
        **more,
    )


def _text(label: Any, help_text: Any, maximum: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=maximum, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


class OfficerRatingForm(forms.Form):
    """Three fixed categories, so that nobody is marked for enforcing the law."""

    punctuality = _mark(_("Punctuality"))
    appearance = _mark(_("Appearance"))
    conduct = _mark(_("Conduct"))
    comment = _text(
        _("Comment"),
        _(
            "The officer reads it, with the shift, once they have rated the site, or seven days after it, and may "
            "reply. Marks reach them only in an average of several. A rating cannot be changed."
        ),
        COMMENT_MAXIMUM,
        required=False,
    )


class SiteRatingForm(forms.Form):
    briefing = _mark(_("Briefing"), help_text=_("Did you know what to do, where, and whom to ask?"))
    safety = _mark(_("Safety"), help_text=_("Lights, barriers, exits, shelter, water."))
    conduct = _mark(_("Conduct of the client's people"))
    comment = _text(
        _("Comment"),
        _(
            "The client reads it without your name, with the site and the month, once it has rated or seven days after "
            "the shift. Your department reads it with your name. A rating cannot be changed."
        ),
        COMMENT_MAXIMUM,
        required=False,
    )


class ReplyForm(forms.Form):
    text = _text(
        _("Your reply"),
        _("It is shown together with the comment. You can reply once."),
        REPLY_MAXIMUM,
        error_messages={"required": _("Write your reply.")},
    )


class ReportForm(forms.Form):
    reason = _text(
        _("Why is it unfair?"),
        _("For example “It is about a ticket, not about the work”. Somebody who stands on neither side decides."),
        REASON_MAXIMUM,
        error_messages={"required": _("Say why it is unfair.")},
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What happens to it?"),
        choices=[
            ("kept", _("Keep it: it is about the work")),
            ("hidden", _("Hide the comment, keep the marks")),
            ("struck", _("Strike the rating: neither comment nor marks count")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens to it.")},
    )
    reason = _text(
        _("Reason"),
        _("Both sides read it. It stays on file."),
        REASON_MAXIMUM,
        error_messages={"required": _("Give a reason: both sides read it.")},
    )
