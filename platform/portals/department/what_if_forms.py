"""Which draft to try on which past."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.policies import PolicySnapshot
from departments.policy.yaml_reading import read_yaml
from departments.policy_drafts import Draft

LONGEST_DOCUMENT = 300_000
USUAL_DAYS = 90


class WhatIfForm(forms.Form):
    """A draft of the desk, a published version, or YAML; what is pasted or uploaded wins."""

    version = forms.ChoiceField(label=_("A draft or a version"), required=False)
    document = forms.CharField(
        label=_("Or rules as YAML"),
        max_length=LONGEST_DOCUMENT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "font-mono text-sm"}),
    )
    file = forms.FileField(label=_("Or a file"), required=False)
    from_date = forms.DateField(label=_("From"), error_messages={"required": _("Enter the first day.")})
    until_date = forms.DateField(label=_("To"), error_messages={"required": _("Enter the last day.")})

    def __init__(
        self,
        *arguments: Any,
        versions: list[PolicySnapshot],
        drafts: list[Draft],
        chosen_draft: str,
        today: date,
        **more: Any,
    ) -> None:
        usual = {"from_date": today - timedelta(days=USUAL_DAYS - 1), "until_date": today, "version": chosen_draft}
        more.setdefault("initial", usual)
        super().__init__(*arguments, **more)
        self.versions = {str(one.version): one for one in versions}
        self.drafts = {str(one.draft_id): one for one in drafts}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((str(one.draft_id), f"Draft “{one.name}”") for one in drafts),
            *((number, f"Version {number}, {one.note or one.policy.name}") for number, one in self.versions.items()),
        ]

    def clean(self) -> dict[str, Any]:
        """Leaves `draft` (the document) and `label`."""
        cleaned = super().clean() or {}
        text = self._text(cleaned)
        if self.errors:
            return cleaned
        if text.strip():
            draft, mistakes = read_yaml(text)
            if mistakes or not isinstance(draft, dict):
                first = mistakes[0] if mistakes else None
                where = f" (line {first.line})" if first and first.line else ""
                self.add_error("document", f"{first.message if first else _('This is no policy.')}{where}")
                return cleaned
            cleaned["draft"], cleaned["label"] = draft, str(_("Draft"))
        elif cleaned.get("version") in self.drafts:
            draft_chosen = self.drafts[cleaned["version"]]
            cleaned["draft"], cleaned["label"] = dict(draft_chosen.document), draft_chosen.name
        elif cleaned.get("version"):
            chosen = self.versions[cleaned["version"]]
            cleaned["draft"], cleaned["label"] = dict(chosen.document), f"Version {chosen.version}"
        else:
            self.add_error("version", _("Choose a draft or a version, paste rules, or choose a file."))
        return cleaned

    def _text(self, cleaned: dict[str, Any]) -> str:
        upload = cleaned.get("file")
        if upload is None:
            return str(cleaned.get("document") or "")
        if upload.size > LONGEST_DOCUMENT:
            self.add_error("file", _("This file is too long for a policy."))
            return ""
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("This is not a text file in UTF-8."))
            return ""
