"""Which draft to try on which past."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from departments.policies import PolicySnapshot
from departments.policy.yaml_reading import read_yaml
from departments.policy_drafts import Draft

LONGEST_DOCUMENT = 300_000
USUAL_DAYS = 90


class WhatIfForm(forms.Form):
    """A published version, a draft of the editor, or a text in YAML; what is pasted or uploaded wins."""

    version = forms.ChoiceField(label=_("Rules"), required=False)
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
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        versions: list[PolicySnapshot],
        drafts: list[Draft],
        today: date,
        draft: str = "",
    ) -> None:
        """`draft` is the id of the one that is chosen at first."""
        usual = {"from_date": today - timedelta(days=USUAL_DAYS - 1), "until_date": today, "version": draft}
        super().__init__(data, files, initial=usual)
        self.known = {str(one.draft_id): (f"Draft “{one.name}”", one.document) for one in drafts}
        self.known |= {str(one.version): (f"Version {one.version}", one.document) for one in versions}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((key, label) for key, (label, _document) in self.known.items()),
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
        elif cleaned.get("version"):
            cleaned["label"], document = self.known[cleaned["version"]]
            cleaned["draft"] = dict(document)
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
