"""Dresses Django's form widgets for the design: classes, native pickers, ties to help and error."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString

_INPUT_TYPES = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
}


def kind_of(field: BoundField) -> str:
    """`checkbox`, `choices`, `file` or `plain`: which shape the field takes on the page."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "plain"


def described_by(field: BoundField, *, has_help: bool = False) -> str:
    """The ids of error and help, the error first since it is heard first.

    `has_help` tells that the page adds a help of its own.
    """
    ids = []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    if field.help_text or has_help:
        ids.append(f"{field.auto_id}_help")
    return " ".join(ids)


def dressed(field: BoundField, *, has_help: bool = False, **attributes: Any) -> SafeString:
    """The widget's HTML. `attributes` with underscores for hyphens; empty ones are left out."""
    widget = field.field.widget
    _use_native_picker(widget)
    given = {name.replace("_", "-"): value for name, value in attributes.items() if value not in (None, "", False)}
    classes = [_class_of(widget), str(given.pop("classes", "")), str(widget.attrs.get("class", ""))]
    if field.errors:
        classes.append("is-invalid")
        given["aria-invalid"] = "true"
    given["class"] = " ".join(name for name in classes if name)
    if ids := described_by(field, has_help=has_help):
        given["aria-describedby"] = ids
    return field.as_widget(attrs=given)


def _class_of(widget: forms.Widget) -> str:
    match widget:
        case forms.CheckboxInput():
            return "checkbox"
        case forms.Textarea():
            return "textarea"
        case forms.Select():
            return "select"
        case forms.FileInput():
            return "file-input"
        case Input() | forms.MultiWidget():
            return "input"
    return ""


def _use_native_picker(widget: forms.Widget) -> None:
    """Date and time fields become the browser's own pickers; a form's widgets are copies, so this stays local."""
    for kind, (input_type, value_format) in _INPUT_TYPES.items():
        if type(widget) is kind and widget.input_type == "text":
            widget.input_type = input_type
            widget.format = widget.format or value_format
