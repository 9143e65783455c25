"""What is understood of a text, whatever way it is typed; and what is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.commands import Command, Verb, is_start, is_stop, read_command, word_for

_UNDERSTOOD = [
    ("YES 77", Command(Verb.YES, 77)),
    ("  yes   77  ", Command(Verb.YES, 77)),
    ("Yes, 77!", Command(Verb.YES, 77)),
    ("yes77", Command(Verb.YES, 77)),
    ("77 yes", Command(Verb.YES, 77)),
    ("#77: Yes please 🙏🏽", Command(Verb.YES, 77)),
    ("👍 YES 7️⃣7️⃣ 👮🏻‍♀️", Command(Verb.YES, 77)),
    ("ＹＥＳ　７７", Command(Verb.YES, 77)),
    ("YES 77 YES 77", Command(Verb.YES, 77)),
    ("yes", Command(Verb.YES)),
    ("Yes, thanks", Command(Verb.YES)),
    ("Oui 12", Command(Verb.YES, 12)),
    ("sí 12", Command(Verb.YES, 12)),
    ("NON 12", Command(Verb.NO, 12)),
    ("no", Command(Verb.NO)),
    ("drop 77", Command(Verb.DROP, 77)),
    ("Cancel 77", Command(Verb.DROP, 77)),
    ("DROP 77 ok.", Command(Verb.DROP, 77, confirmed=True)),
    ("drop 77 YES", Command(Verb.DROP, 77, confirmed=True)),
    ("DROP", Command(Verb.DROP)),
    ("Hours?", Command(Verb.HOURS)),
    ("heures", Command(Verb.HOURS)),
    ("horas", Command(Verb.HOURS)),
    ("next", Command(Verb.NEXT)),
    ("Prochain", Command(Verb.NEXT)),
    ("PRÓXIMO", Command(Verb.NEXT)),
    ("menu", Command(Verb.MENU)),
    ("77", Command(Verb.NUMBER, 77)),
    ("HELP", Command(Verb.HELP)),
]
_NOT_GUESSED = [
    ("YES 77 YES 78", Verb.SEVERAL),
    ("yes 77 no 78", Verb.SEVERAL),
    ("YES 77 78", Verb.SEVERAL),
    ("yes 77 hours", Verb.SEVERAL),
    ("No idea what this is", Verb.UNCLEAR),
    ("yes I can come on the 12th of December", Verb.UNCLEAR),
    ("I can not do 77, no", Verb.UNCLEAR),
    ("call me at 905 555 0134", Verb.UNCLEAR),
    ("yes 9055550134", Verb.UNCLEAR),
    ("", Verb.UNCLEAR),
    ("👍", Verb.UNCLEAR),
    ("Liked “Muster: Harbour fair, Sat 12 Dec. Reply YES 77.”", Verb.REACTION),
    ('Laughed at "Muster: ... Reply YES 77."', Verb.REACTION),
]


@pytest.mark.parametrize(("text", "command"), _UNDERSTOOD)
def test_a_command_is_read_however_it_is_typed(text: str, command: Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(("text", "verb"), _NOT_GUESSED)
def test_what_could_be_meant_otherwise_is_not_guessed(text: str, verb: Verb) -> None:
    assert read_command(text).verb == verb


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_the_reader(text: str) -> None:
    command = read_command(text)
    assert command.number is None or 0 <= command.number <= 9999


@pytest.mark.parametrize("text", ["STOP", "stop.", "Stop texting me", "ARRÊT", "unsubscribe", "cancel", "opt-out?"])
def test_a_wish_to_end_is_heard(text: str) -> None:
    assert is_stop(text) == (text != "opt-out?")


def test_a_start_is_a_start_alone() -> None:
    assert is_start(" Start! ")
    assert not is_start("Start when?")


@pytest.mark.parametrize("language", ["en", "fr-ca", "es", ""])
@pytest.mark.parametrize("verb", [Verb.YES, Verb.NO, Verb.DROP])
def test_the_word_that_is_offered_is_understood(verb: Verb, language: str) -> None:
    assert read_command(f"{word_for(verb, language)} 77") == Command(verb, 77)
