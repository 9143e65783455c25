"""Sentences that the domain formed in English, said in the reader's language."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from config.settings.paths import ROOT
from messaging.sentence_shapes import SHAPES
from messaging.spoken import spoken


def in_french(text: str) -> str:
    with translation.override("fr-ca"):
        return spoken(text).replace("\u00a0", " ")


def in_spanish(text: str) -> str:
    with translation.override("es"):
        return spoken(text).replace("\u00a0", " ")


def test_english_is_left_alone_and_costs_nothing() -> None:
    said = "Denied: 14 h worked + 8 h = 22 h in any 24 h; limit 16 h (policy v7, rule day)"
    assert spoken(said) is said


@pytest.mark.parametrize(
    ("sentence", "french", "spanish"),
    [
        (
            "Denied: 14 h 30 worked + 8 h = 22 h 30 in any 24 h; limit 16 h (policy v7, rule all-work-day)",
            "Refusé : 14 h 30 travaillées + 8 h = 22 h 30 sur toute période de 24 h; limite : 16 h "
            "(politique v7, règle all-work-day)",
            "Denegado: 14 h 30 trabajadas + 8 h = 22 h 30 en cualquier período de 24 h; límite: 16 h "
            "(política v7, regla all-work-day)",
        ),
        (
            "Needs approval by commander: 30 h paid + 8 h = 38 h in the week from 2026-06-07; limit 36 h "
            "(policy v2, rule week)",
            "Approbation requise (commandant) : 30 h payées + 8 h = 38 h dans la semaine du 7 juin 2026; limite : 36 h "
            "(politique v2, règle week)",
            "Requiere aprobación (comandante): 30 h pagadas + 8 h = 38 h en la semana del 7 de junio de 2026; "
            "límite: 36 h (política v2, regla week)",
        ),
        (
            "Warning: 5 h of rest before the next work; 8 h are needed (policy v1, rule rest); excepted by Pat Lee",
            "Avertissement : 5 h de repos avant le travail suivant; il en faut 8 h (politique v1, règle rest); "
            "exception accordée par Pat Lee",
            "Advertencia: 5 h de descanso antes del siguiente trabajo; se necesitan 8 h (política v1, regla rest); "
            "con excepción de Pat Lee",
        ),
        (
            "Denied: the officer has extra duty from 2026-12-05 18:00 to 2026-12-06 02:00 (rule overlap)",
            "Refusé : le policier a déjà un service rémunéré du 5 décembre 2026, 18:00 au 6 décembre 2026, 02:00 "
            "(règle overlap)",
            "Denegado: el oficial ya tiene servicio fuera de turno del 5 de diciembre de 2026, 18:00 al "
            "6 de diciembre de 2026, 02:00 (regla overlap)",
        ),
        (
            "Denied: The roster says “suspended”, which does not allow extra duty (policy v3, rule status-suspended)",
            "Refusé : L’effectif indique « suspendu », ce qui n’autorise pas le service rémunéré "
            "(politique v3, règle status-suspended)",
            "Denegado: La plantilla dice “suspendido”, lo que no permite el servicio fuera de turno "
            "(política v3, regla status-suspended)",
        ),
        (
            "Not considered. Denied: The credential “first aid” expires on 2026-03-01, before the shift ends "
            "(policy v1, rule credential-first-aid)",
            "Non retenu. Refusé : La qualification « first aid » expire le 1 mars 2026, avant la fin du quart "
            "(politique v1, règle credential-first-aid)",
            "No considerado. Denegado: La credencial “first aid” vence el 1 de marzo de 2026, antes de que termine el "
            "turno (política v1, regla credential-first-aid)",
        ),
        (
            "3rd of 7: equal in tier; 4 h 30 extra-duty this month; the award went to 2 h 00 extra-duty this month.",
            "3e sur 7 : à égalité pour palier; 4 h 30 de service rémunéré ce mois-ci; le quart est allé à : "
            "2 h 00 de service rémunéré ce mois-ci.",
            "3.º de 7: igual en nivel; 4 h 30 fuera de turno este mes; el turno fue para: 2 h 00 fuera de turno este "
            "mes.",
        ),
        (
            "Near the site: 180 m from the pin, accurate to 40 m. Offline: it reached us 25 minutes later.",
            "Près du site : à 180 m du repère, précision de 40 m. Hors ligne : reçu 25 minutes plus tard.",
            "Cerca del sitio: a 180 m del marcador, con precisión de 40 m. Sin conexión: nos llegó 25 minutos después.",
        ),
        (
            "Bidding on this shift closed on Sat 05 Dec 18:00. Look for another near you.",
            "Les candidatures pour ce quart sont closes depuis le 5 décembre, 18:00. Cherchez-en un autre près de "
            "vous.",
            "Las postulaciones a este turno cerraron el 5 de diciembre, 18:00. Busque otro cerca de usted.",
        ),
    ],
)
def test_a_sentence_and_what_stands_in_it(sentence: str, french: str, spanish: str) -> None:
    assert in_french(sentence) == french
    assert in_spanish(sentence) == spanish


@pytest.mark.parametrize(
    "text",
    [
        "Officers rest eight hours and sleep at home.",
        "The bar on 5th Street is closed.",
        "%(said)s",
        "",
        "No more than 16 hours of work in any 24.",
    ],
)
def test_what_people_wrote_themselves_stays_as_they_wrote_it(text: str) -> None:
    assert in_french(text) == text
    assert in_spanish(text) == text


# Modules that say no to officers, and what in them is said to desks and clients alone.
_REFUSING = {
    "marketplace/refusals_bidding.py": (
        "There is no such officer.",
        "Nobody gives a place to themselves by hand",
        "Your department lets",
    ),
    "marketplace/refusals_hours.py": (
        "These hours are",
        "A punch is missing",
        "This punch was reviewed",
        "These are your own",
    ),
    "marketplace/refusals_field.py": ("This officer cannot be sent.",),
    "marketplace/refusals_contests.py": ("You made this award",),
    "geo/fences.py": ("A fence needs", "The radius must be"),
    "marketplace/giving_up.py": (),
    "marketplace/availability.py": (),
    "departments/declared_hours.py": (),
}
_PLACE = re.compile(r"%\(\w+\)s")


def _sentences(path: Path) -> list[re.Pattern[str]]:
    """Each sentence that the module forms, as a pattern in which a filled place is anything."""
    tree = ast.parse(path.read_text())
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            text = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.escape(node.value)
        else:
            continue
        # A sentence begins with a capital letter or a filled place, and ends.
        if re.match(r"[A-Z“.]", text) and text.endswith(r"\.") and text.count(r"\ ") > 2:
            found.append(re.compile(text, re.DOTALL))
    return found


@pytest.mark.parametrize("name", _REFUSING)
def test_every_refusal_to_an_officer_has_a_shape(name: str) -> None:
    shapes = [_PLACE.sub("X", shape) for shape in SHAPES]
    others = _REFUSING[name]
    missing = [
        pattern.pattern
        for pattern in _sentences(ROOT / name)
        if not any(pattern.search(shape) for shape in shapes)
        and not any(pattern.pattern.startswith(re.escape(other)) for other in others)
    ]
    assert not missing, "\n".join(missing)
