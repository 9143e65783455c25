"""One form for one place of a policy, made from the schema. It keeps what is typed, and says what that amounts to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.forms import BoundField

from departments.policy.plain_rules import is_silent
from departments.policy.plain_values import is_default
from departments.policy.refusals import Mistake
from departments.policy.schema_reading import UNSAID, Part, humanised
from portals.department.policy_editor import condition_fields
from portals.department.policy_editor.typed import NotMeant, text_of_value, value_of_text

BLANK_ROWS = 2
MOST_ROWS = 200
_NARROW = {"minutes", "cents", "basis_points", "integer", "date", "time"}
# Nobody starts a rule by its exceptions: what is rarely filled in waits below.
_ALWAYS_SHOWN = {"text", "outcome", "id", "code", "name", "approval_role"}


class TypedField(forms.Field):
    """Anything may be typed; whether it is right is said afterwards. `required` only marks what is optional."""

    def clean(self, value: Any) -> Any:
        return value


@dataclass
class Row:
    """One line of a table: a cell for each property; `removed` is the box that takes it out."""

    cells: list[BoundField]
    removed: BoundField | None = None


@dataclass
class Block:
    """Fields that belong together. `rows` make it a table with `heads`; `is_rare`: folded away at first."""

    title: str
    help: str = ""
    fields: list[BoundField] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    is_rare: bool = False

    @property
    def takes_out(self) -> bool:
        return any(row.removed for row in self.rows)

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in [*self.fields, *(cell for row in self.rows for cell in row.cells)])


class RuleForm(forms.Form):
    """`part` is the object (or the list, for a table) that is edited; `value` what stands there now."""

    use_required_attribute = False

    def __init__(self, part: Part, value: Any, data: Any = None, *, only: frozenset[str] | None = None) -> None:
        super().__init__(data)
        self.part, self.value, self.only = part, value, only
        if part.kind == "rows":
            self._add_rows("row", part, value)
        else:
            self._add_object("", part, value if isinstance(value, Mapping) else {}, only=only)

    # ── What it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def blocks(self) -> list[Block]:
        if self.part.kind == "rows":
            return [self._table("row", self.part)]
        first, rare = Block(""), Block("More conditions", "Leave empty what does not matter.", is_rare=True)
        nested: list[Block] = []
        self._collect("", self.part, first, rare, nested, self.only)
        shown, folded = [one for one in nested if not one.is_rare], [one for one in nested if one.is_rare]
        return [one for one in (first, *shown, rare, *folded) if one.fields or one.rows]

    def _collect(
        self,
        prefix: str,
        part: Part,
        first: Block,
        rare: Block,
        nested: list[Block],
        only: frozenset[str] | None = None,
    ) -> None:
        for child in part.children:
            if only is not None and child.name not in only:
                continue
            name = f"{prefix}{child.name}"
            if child.kind == "object":
                block = Block(child.title, child.help, is_rare=child.name == "source")
                self._collect(f"{name}.", child, block, block, nested)
                nested.append(block)
            elif child.kind == "rows":
                nested.append(self._table(name, child))
            elif child.kind == "condition":
                nested.append(self._condition(name, child))
            elif child.kind == "ordered":
                first.fields += [self[one] for one in self.fields if one.startswith(f"{name}.")]
            elif name in self.fields:
                (first if self._is_common(child, name) else rare).fields.append(self[name])

    def _is_common(self, child: Part, name: str) -> bool:
        return (
            self.part.definition == ""
            or child.required
            or child.name in _ALWAYS_SHOWN
            or not is_silent(child, self.initial_values.get(name))
        )

    def _table(self, name: str, part: Part) -> Block:
        children = [child for child in (part.item.children if part.item else ()) if child.kind != "object"]
        rows = []
        for index in range(self.counts[name]):
            removed = f"{name}.{index}.remove"
            cells = [self[f"{name}.{index}.{child.name}"] for child in children]
            rows.append(Row(cells, self[removed] if removed in self.fields else None))
        return Block(part.title, part.help, heads=[child.title for child in children], rows=rows)

    def _condition(self, name: str, part: Part) -> Block:
        block = Block(part.title, part.help, is_rare=not part.required)
        if name in self.fields:
            block.fields = [self[name]]
            return block
        block.fields, block.heads = [self[f"{name}.join"]], ["Fact", "Test", "Value"]
        ends = ("fact", "test", "value")
        block.rows = [Row([self[f"{name}.{row}.{end}"] for end in ends]) for row in range(self.counts[name])]
        return block

    # ── What was typed ──────────────────────────────────────────────────────────────────────────────────────────────

    def typed_value(self) -> Any:
        """What the fields amount to. What cannot be read stays text, and is noted as the field's error."""
        if "_typed" not in self.__dict__:
            self.full_clean()
            if self.part.kind == "rows":
                self._typed: Any = self._typed_rows("row", self.part, self.value)
            else:
                self._typed = self._typed_object("", self.part, self.value, only=self.only)
        return self._typed

    def add_mistakes(self, mistakes: list[Mistake], path: str) -> None:
        """Put each mistake of the draft that is inside of `path` at its field."""
        for mistake in mistakes:
            if not _is_inside(mistake.path, path):
                continue
            inside = mistake.path[len(path) :].lstrip(".")
            if self.only is not None and re.split(r"[.\[]", inside)[0] not in self.only:
                continue
            name = self._field_of(inside)
            if name is None or not self.errors.get(name):
                self.add_error(name, mistake.message if name else f"{inside or 'This rule'}: {mistake.message}")

    def _field_of(self, inside: str) -> str | None:
        dotted = inside.replace("[", ".").replace("]", "").lstrip(".")
        if self.part.kind == "rows":
            dotted = f"row.{dotted}"
        while dotted:
            if dotted in self.fields:
                return dotted
            dotted = dotted.rpartition(".")[0]
        return None

    def _typed_object(
        self, prefix: str, part: Part, original: Any, only: frozenset[str] | None = None
    ) -> dict[str, Any]:
        found = dict(original) if isinstance(original, Mapping) else {}
        for child in part.children:
            if (only is not None and child.name not in only) or child.name not in self._editable(part):
                continue
            name, before = f"{prefix}{child.name}", found.get(child.name)
            if child.kind == "object":
                value: Any = self._typed_object(f"{name}.", child, before)
            elif child.kind == "rows":
                value = self._typed_rows(name, child, before)
            elif child.kind == "condition" and name not in self.fields:
                value = self._typed_condition(name)
            else:
                value = self._typed_leaf(name, child)
            # What says the same as nothing is left out, unless it was written there.
            if _says_nothing(child, value) and not (child.name in found and _alike(before, value)):
                found.pop(child.name, None)
            else:
                found[child.name] = value
        return found

    @staticmethod
    def _editable(part: Part) -> set[str]:
        return {child.name for child in part.children if not (child.kind == "free" and "const" in (child.schema or {}))}

    def _typed_leaf(self, name: str, part: Part) -> Any:
        if part.kind == "ordered":
            slots = [self.cleaned_data.get(one) or "" for one in self.fields if one.startswith(f"{name}.")]
            return [slot for slot in slots if slot]
        typed = self.cleaned_data.get(name)
        if part.kind == "choices":
            return [_code(part, one) for one in typed or []]
        if part.kind == "boolean":
            return {"yes": True, "no": False}.get(str(typed), typed or None) if part.nullable else bool(typed)
        text = str(typed or "").replace("\x00", "")
        if not text.strip():
            return None
        try:
            return value_of_text(part, text)
        except NotMeant as hint:
            self.add_error(name, str(hint))
            return text.strip()

    def _typed_condition(self, name: str) -> Any:
        rows = []
        for index in range(self.counts[name]):
            fact, test, text = (
                str(self.cleaned_data.get(f"{name}.{index}.{end}") or "") for end in ("fact", "test", "value")
            )
            if hint := condition_fields.hint_for(fact, test):
                self.add_error(f"{name}.{index}.test", hint)
            rows.append((fact, test, text.replace("\x00", "")))
        return condition_fields.from_rows(str(self.cleaned_data.get(f"{name}.join") or "all"), rows)

    def _typed_rows(self, name: str, part: Part, original: Any) -> list[Any]:
        assert part.item is not None
        before, found = original if isinstance(original, list) else [], []
        for index in range(self.counts[name]):
            row = self._typed_object(f"{name}.{index}.", part.item, before[index] if index < len(before) else {})
            if row and not self.cleaned_data.get(f"{name}.{index}.remove"):
                found.append(row)
        return found

    # ── Making the fields ───────────────────────────────────────────────────────────────────────────────────────────

    def _add_object(
        self, prefix: str, part: Part, value: Mapping[str, Any], only: frozenset[str] | None = None
    ) -> None:
        for child in part.children:
            if (only is not None and child.name not in only) or child.name not in self._editable(part):
                continue
            name, written = f"{prefix}{child.name}", value.get(child.name)
            if child.kind == "object":
                self._add_object(f"{name}.", child, written if isinstance(written, Mapping) else {})
            elif child.kind == "rows":
                self._add_rows(name, child, written)
            elif child.kind == "ordered":
                self._add_slots(name, child, written)
            elif child.kind == "condition":
                self._add_condition(name, child, written)
            else:
                self._add_leaf(name, child, written)

    def _add_rows(self, name: str, part: Part, value: Any) -> None:
        assert part.item is not None
        rows = value if isinstance(value, list) else []
        asked = str(self.data.get(f"{name}.count", "")) if self.is_bound else ""
        count = min(int(asked), MOST_ROWS) if asked.isdecimal() and len(asked) < 5 else len(rows) + BLANK_ROWS
        self.counts = {**self.counts, name: max(count, len(rows))}
        self.fields[f"{name}.count"] = TypedField(required=False, widget=forms.HiddenInput, initial=self.counts[name])
        for index in range(self.counts[name]):
            row = rows[index] if index < len(rows) and isinstance(rows[index], Mapping) else {}
            self._add_object(f"{name}.{index}.", part.item, row)
            if index < len(rows):
                self.fields[f"{name}.{index}.remove"] = TypedField(
                    required=False, label=f"Remove row {index + 1}", widget=forms.CheckboxInput
                )

    def _add_slots(self, name: str, part: Part, value: Any) -> None:
        chosen = list(value) if isinstance(value, list) else list(part.default or [])
        known = [(str(code), label[:1].upper() + label[1:]) for code, label in part.choices]
        known += [(str(one), str(one)) for one in chosen if str(one) not in dict(known)]
        for index in range(min(max(len(chosen) + 2, 4), 20)):
            self.fields[f"{name}.{index}"] = TypedField(
                required=False,
                label=f"{part.title}: {'first' if index == 0 else f'then ({index + 1})'}",
                help_text=part.help if index == 0 else "",
                widget=forms.Select(choices=[("", "—"), *known]),
                initial=str(chosen[index]) if index < len(chosen) else "",
            )

    def _add_condition(self, name: str, part: Part, value: Any) -> None:
        told = condition_fields.as_rows(value)
        if told is None:
            self._add_leaf(name, replace(part, kind="free", help=f"{part.help} This one is written as YAML."), value)
            return
        join, rows = told
        self.initial_values[name] = value
        asked = str(self.data.get(f"{name}.count", "")) if self.is_bound else ""
        self.counts[name] = min(int(asked), 50) if asked.isdecimal() and len(asked) < 4 else len(rows) + BLANK_ROWS
        self.fields[f"{name}.count"] = TypedField(required=False, widget=forms.HiddenInput, initial=self.counts[name])
        self.fields[f"{name}.join"] = TypedField(
            required=False,
            label="How they count together",
            widget=forms.Select(choices=condition_fields.JOINS),
            initial=join,
        )
        for index in range(self.counts[name]):
            fact, test, text = rows[index] if index < len(rows) else ("", "", "")
            for end, label, widget, initial in (
                ("fact", "Fact", forms.Select(choices=condition_fields.fact_choices(fact)), fact),
                ("test", "Test", forms.Select(choices=condition_fields.test_choices()), test),
                ("value", "Value", forms.TextInput(), text),
            ):
                self.fields[f"{name}.{index}.{end}"] = TypedField(
                    required=False, label=f"{label} {index + 1}", widget=widget, initial=initial
                )

    def _add_leaf(self, name: str, part: Part, value: Any) -> None:
        self.initial_values[name] = value
        shown = part.default if value is None and not part.required and _shows_default(part) else value
        self.fields[name] = TypedField(
            required=part.required,
            label=part.title or humanised(part.name),
            help_text=_help(part),
            widget=_widget(part, shown),
            initial=_initial(part, shown),
        )

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("_counts", {})
        return found

    @counts.setter
    def counts(self, counts: dict[str, int]) -> None:
        self.__dict__["_counts"] = counts

    @property
    def initial_values(self) -> dict[str, Any]:
        found: dict[str, Any] = self.__dict__.setdefault("_initial_values", {})
        return found


def _is_inside(path: str, around: str) -> bool:
    return path.startswith(around) and (not around or path[len(around) :][:1] in ("", ".", "["))


def _alike(before: Any, value: Any) -> bool:
    return type(before) is type(value) and bool(before == value)


def _code(part: Part, text: Any) -> Any:
    return next((code for code, _ in part.choices if str(code) == str(text)), text)


def _says_nothing(part: Part, value: Any) -> bool:
    if value is None or value == "":
        return True
    if part.required:
        return False
    if is_default(part, value):
        return True
    return part.default in (UNSAID, None) and (value is False or value == [] or value == {})


def _shows_default(part: Part) -> bool:
    shown = ("choice", "boolean", "choices", "minutes", "integer", "values")
    return part.kind in shown and part.default not in (UNSAID, 0, None)


def _help(part: Part) -> str:
    more = {"values": "One a line.", "minutes": "Like 16 h, 16 h 30 or 45 min."}.get(part.kind, "")
    if part.kind == "mapping":
        more = "One a line, like festival: crowd-control."
    return " ".join(one for one in (part.help, more) if one)


def _initial(part: Part, value: Any) -> Any:
    if part.kind == "choices":
        return [str(one) for one in value] if isinstance(value, list) else []
    if part.kind == "boolean":
        if part.nullable:
            return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
        return value is True
    return text_of_value(part, value)


def _widget(part: Part, value: Any) -> forms.Widget:
    match part.kind:
        case "choice":
            known = [(str(code), label[:1].upper() + label[1:]) for code, label in part.choices]
            if value not in (None, "") and str(value) not in dict(known):
                known.append((str(value), str(value)))
            has_default = part.default not in (UNSAID, None)
            return forms.Select(choices=known if has_default and not part.required else [("", "—"), *known])
        case "choices":
            known = [(str(code), label[:1].upper() + label[1:]) for code, label in part.choices]
            return forms.CheckboxSelectMultiple(choices=known)
        case "boolean" if part.nullable:
            return forms.Select(choices=[("", "—"), ("yes", "Yes"), ("no", "No")])
        case "boolean":
            return forms.CheckboxInput()
        case "values" | "mapping":
            return forms.Textarea(
                attrs={"rows": min(max(len(value) + 1 if isinstance(value, (list, dict)) else 2, 2), 12)}
            )
        case "free":
            return forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "font-mono text-sm"})
        case "long_text":
            return forms.Textarea(attrs={"rows": 2, "maxlength": part.longest or 500})
        case "date":
            return forms.TextInput(attrs={"type": "date"} if not value or _is_day(value) else {})
        case "time":
            return forms.TextInput(attrs={"placeholder": "18:00"})
    return forms.TextInput()


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10
