"""Reads the environment once, and says everything that is missing in one message."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


class MissingSettings(Exception):
    """Raised at start-up in production with the whole list, so that an operator fixes it in one go."""


@dataclass
class Environment:
    values: Mapping[str, str] = field(default_factory=lambda: os.environ)
    missing: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.values.get("MUSTER_ENVIRONMENT", "development")

    @property
    def is_production(self) -> bool:
        return self.name == "production"

    def text(self, name: str, *, development: str = "", required: bool = True, secret: bool = False) -> str:
        """The variable's text; in production a required one that is unset is noted as missing."""
        value = self.values.get(name, "")
        if value:
            return value
        if self.is_production and (required or secret):
            self.missing.append(name)
            return ""
        return development

    def optional(self, name: str, default: str = "") -> str:
        return self.values.get(name, "") or default

    def number(self, name: str, default: int) -> int:
        return int(self.values.get(name, "") or default)

    def refuse_when_incomplete(self) -> None:
        if self.missing:
            names = "\n  ".join(sorted(set(self.missing)))
            raise MissingSettings(
                f"Muster will not start in production without these environment variables:\n  {names}\n"
                "docs/production.md says what each is for."
            )


environment = Environment()
