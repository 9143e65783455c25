"""The sentences that the domain forms for officers, each with a name for what differs; see `messaging.spoken`."""

from messaging.sentence_shapes import award_sentences, clock_sentences, phrases, refusal_sentences, rule_sentences

SHAPES: tuple[str, ...] = (
    *rule_sentences.SHAPES,
    *award_sentences.SHAPES,
    *clock_sentences.SHAPES,
    *refusal_sentences.SHAPES,
    *phrases.SHAPES,
)
