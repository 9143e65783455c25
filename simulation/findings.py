"""What a checkpoint found."""

from __future__ import annotations

from dataclasses import dataclass, field

_SHOWN = 12


@dataclass
class Findings:
    """`lost_cents`: by how much two accounts of one money differ; `doubles`: what exists twice; `wrong`: the rest."""

    lost_cents: int = 0
    doubles: int = 0
    wrong: int = 0
    sentences: list[str] = field(default_factory=list)

    def lost(self, cents: int, sentence: str) -> None:
        if cents:
            self.lost_cents += abs(cents)
            self.sentences.append(f"{cents} cents: {sentence}")

    def double(self, sentence: str, *, times: int = 1) -> None:
        self.doubles += times
        self.sentences.append(f"double: {sentence}")

    def broken(self, sentence: str) -> None:
        self.wrong += 1
        self.sentences.append(sentence)

    @property
    def is_clean(self) -> bool:
        return not self.sentences

    def shown(self) -> str:
        more = [f"… and {len(self.sentences) - _SHOWN} more"] if len(self.sentences) > _SHOWN else []
        return "\n".join(f"  {sentence}" for sentence in [*self.sentences[:_SHOWN], *more])
