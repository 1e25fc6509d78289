"""The words of a question that only ask: « comment aider les personnes âgées ? » is about « personnes âgées »."""

from __future__ import annotations

from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENERS = _words("""
    comment quel quelle quels quelles qui que quoi quand pourquoi combien est y je j nous on ou avez existe
""")
ASKING = _words("""
    comment quel quelle quels quelles qui que quoi quand pourquoi combien est ce t y a il elle ai as avez avons ont
    cherche cherches cherchons cherchent cherchez chercher trouve trouver trouvent trouvez veux veut voudrais
    voudrait souhaite souhaiterais aimerais aimerait besoin faire fais fait font faites faut peut peux peuvent
    pouvez pouvoir dois doit savoir sais existe existent propose proposent organise organisent organiser aider
    travaille travaillent lutter agir aller va vont mettre place etre avoir mon ma mes m moi pres chez ici autour
    coin contre sans avec dans deja autres autre bien plus
""")
# What is asked for, right after « quel » : « quels centres sociaux », « quelles actions ».
_ASKED = _words("centre centres social sociaux structure structures association associations action actions")
_VERBS = _words("aide aident accompagne accompagnent soutient soutiennent s occupe occupent")
_WHICH = _words("quel quelle quels quelles")


def asking_words(plain: Sequence[str], text: str) -> frozenset[int]:
    """The places of the bare words of a text that only ask; none where the text is no question.

    >>> sorted(asking_words(["comment", "reparer", "ma", "voiture"], "comment réparer ma voiture"))
    [0, 2]
    >>> asking_words(["savoir", "faire"], "savoir faire")
    frozenset()
    """
    if not plain or not (plain[0] in _OPENERS or "?" in text) or len(plain) < 3:
        return frozenset()
    found, after_which = set(), False
    for place, word in enumerate(plain):
        asks = word in ASKING or (word in _VERBS and plain[place - 1] in ("qui", "centres", "sociaux", "s") and place)
        if word in _WHICH:
            after_which = True
        elif after_which and word in _ASKED:
            asks = True
        elif not asks and len(word) > 1:
            after_which = False
        if asks:
            found.add(place)
    return frozenset(found)
