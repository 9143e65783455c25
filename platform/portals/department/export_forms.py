"""The form of an export format: what the file is, its columns in order, and the department's own pay codes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.exports.layouts import (
    COLUMN_FORMATS,
    DATE_FORMATS,
    DECIMAL_MARKS,
    DELIMITERS,
    FILE_KINDS,
    ROUNDINGS,
    TIME_FORMATS,
    Layout,
)
from departments.exports.sources import SOURCES
from departments.policy.documents import Policy
from portals.department.roster_forms import rank_choices

ROWS = [("timesheets", _("Hours worked, of every final timesheet")), ("payroll_lines", _("Pay owed, line by line"))]
_SHOWN_AS = [
    ("", _("As usual")),
    (_("Hours"), list(COLUMN_FORMATS["minutes"].items())),
    (_("Amounts"), [("cents", COLUMN_FORMATS["cents"]["cents"])]),
    (_("Times"), list(COLUMN_FORMATS["moment"].items())),
]
_SOURCES = [("", _("Nothing (left out)")), *((source.code, source.label) for source in SOURCES.values())]
_OPTIONS = ("file_kind", "delimiter", "byte_order_mark", "has_header", "date_format", "time_format", "decimal_mark")


class FormatForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example the system that reads it."))
    rows = forms.ChoiceField(label=_("Rows"), choices=ROWS, widget=forms.RadioSelect)
    file_kind = forms.ChoiceField(label=_("File"), choices=list(FILE_KINDS.items()))
    delimiter = forms.ChoiceField(label=_("Between columns"), choices=list(DELIMITERS.items()))
    date_format = forms.ChoiceField(label=_("Dates"), choices=list(DATE_FORMATS.items()))
    time_format = forms.ChoiceField(label=_("Times"), choices=list(TIME_FORMATS.items()))
    decimal_mark = forms.ChoiceField(label=_("Decimal mark"), choices=list(DECIMAL_MARKS.items()))
    rounding_minutes = forms.TypedChoiceField(
        label=_("Hours are shown to"),
        choices=list(ROUNDINGS.items()),
        coerce=int,
        help_text=_("In the file only. Stored minutes stay exact."),
    )
    has_header = forms.BooleanField(label=_("First line holds the headings"), required=False)
    byte_order_mark = forms.BooleanField(
        label=_("Mark the file as UTF-8"), required=False, help_text=_("Excel needs it to read accents in a CSV file.")
    )
    refuses_unmapped = forms.BooleanField(
        label=_("Make no batch while a pay code is not mapped"),
        required=False,
        help_text=_("Otherwise the policy's own code is sent."),
    )


class ColumnForm(forms.Form):
    source = forms.ChoiceField(label=_("Shows"), required=False, choices=_SOURCES)
    heading = forms.CharField(label=_("Heading"), required=False, max_length=80)
    format = forms.ChoiceField(label=_("Shown as"), required=False, choices=_SHOWN_AS)
    text = forms.CharField(label=_("Fixed text"), required=False, max_length=120)


class PayCodeForm(forms.Form):
    rank_code = forms.ChoiceField(label=_("Rank"), required=False)
    pay_code = forms.CharField(label=_("Pay code of the policy"), required=False, max_length=40)
    code = forms.CharField(label=_("Your own code"), required=False, max_length=40)

    def __init__(self, *arguments: Any, ranks: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["rank_code"].choices = [("", _("Any rank")), *ranks]  # type: ignore[attr-defined]


_Columns = forms.formset_factory(ColumnForm, can_order=True, extra=3, max_num=40, absolute_max=60)
_PayCodes = forms.formset_factory(PayCodeForm, extra=3, max_num=200, absolute_max=210)


class FormatEditor:
    """The three parts of the page as one: valid together, and readable as a layout."""

    def __init__(
        self, *, layout: Layout, name: str, rows: str, policy: Policy | None, data: Mapping[str, Any] | None = None
    ) -> None:
        ranks = rank_choices(policy)
        known = {code for code, _name in ranks}
        ranks += [
            (one.rank_code, one.rank_code) for one in layout.pay_codes if one.rank_code and one.rank_code not in known
        ]
        options = {option: getattr(layout, option) for option in (*_OPTIONS, "rounding_minutes", "refuses_unmapped")}
        stored = layout.to_json()
        self.form = FormatForm(data, initial={"name": name, "rows": rows, **options})
        self.columns = _Columns(data, prefix="column", initial=stored["columns"])
        self.pay_codes = _PayCodes(
            data, prefix="code", initial=stored["pay_codes"], form_kwargs={"ranks": ranks}
        )  # fmt: skip
        self.policy_codes = (
            sorted({rank.pay_code for rank in policy.rate_card.ranks if rank.pay_code}) if policy else []
        )

    def is_valid(self) -> bool:
        """Mistakes of a row are told on top too: the summary must name them."""
        parts = [self.form.is_valid(), self.columns.is_valid(), self.pay_codes.is_valid()]
        for title, formset in ((_("Columns"), self.columns), (_("Pay codes"), self.pay_codes)):
            for number, row in enumerate(formset.forms, start=1):
                for sentences in row.errors.values():
                    self.form.add_error(None, f"{title}, {number}: {' '.join(str(one) for one in sentences)}")
            for sentence in formset.non_form_errors():
                self.form.add_error(None, f"{title}: {sentence}")
        return all(parts)

    def layout(self) -> dict[str, Any]:
        """Once valid."""
        kept = [form.cleaned_data for form in self.columns.ordered_forms if form.cleaned_data.get("source")]
        codes = [form.cleaned_data for form in self.pay_codes.forms if any(form.cleaned_data.values())]
        cleaned = self.form.cleaned_data
        options = {name: cleaned[name] for name in (*_OPTIONS, "rounding_minutes", "refuses_unmapped")}
        fields = ("source", "heading", "format", "text")
        return {**options, "columns": [{name: one[name] for name in fields} for one in kept], "pay_codes": codes}


class BatchForm(forms.Form):
    format = forms.ChoiceField(label=_("Format"))
    until = forms.DateField(
        label=_("Worked before"),
        help_text=_("The first day that is not in the file, for example the next pay period's."),
    )

    def __init__(self, *arguments: Any, formats: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["format"].choices = formats  # type: ignore[attr-defined]
