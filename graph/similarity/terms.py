"""The terms of sheets, counted, sheet by sheet and in all of them: the stems of the words that say something, and the
subjects of the thesaurus that these words come under.

« navette » and « covoiturage » are terms, and each counts for « mobilité » too. Only labels of one word are looked for:
a sheet has thousands of words, and each is looked up once in the whole directory.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from operator import attrgetter
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from graph.fields import TEXTS
from graph.model import SheetText
from graph.search.families import singular
from graph.search.french import PIECES, STOP_WORDS, bare, composed, stem
from graph.search.thesaurus import load_thesaurus
from graph.similarity.ranked import Integers

TITLE_COUNTS = 3

_WORD = re.compile(r"\w{3,40}")
_FIELDS = attrgetter(*(field.name for field in TEXTS))
_FULL_WORDS = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stopword("french")).build()
_EMPTY = """
    afin ailleurs ainsi alors apres assez aucun aucune aujourd aupres aussi autant autour autre autres avant avoir
    beaucoup bien car ceci cela celle celles celui certain certaine certaines certains ceux chacun chacune chaque chez
    comme comment contre depuis doit doivent donc dont durant egalement encore enfin entre etaient etait etant ete etre
    fait faire faut fois grace hors ici jusqu jusque laquelle lequel lesquelles lesquels lors lorsqu lorsque maintenant
    mais malgre meme memes mieux moins non notamment oui outre parce parfois parmi pendant permet permettent permettre
    permis peu peut peuvent plus plusieurs plutot pourtant pouvoir presque puis puisque quand quel quelle quelles
    quelque quelques quels quoi rien sans selon sera seront seul seule seulement soit souvent surtout tandis tant tel
    telle telles tels toujours tous tout toute toutes toutefois tres trop uniquement vers via voici voila vraiment
"""
_EMPTY_WORDS = STOP_WORDS.union(_EMPTY.split())
# What the form asks for, and what centres say of any action whatever it is about: words reviewed by hand, bare and in
# the singular. « service », « village » and « âge » are not among them: they tell sheets apart.
_FORM = """
    abouti aboutir aboutissement acteur action activite adapte adapter aide aider aller amelioration ameliorer an
    animateur animation animatrice anime animee animees animer animes annee ans aout apercu apport apporte apportent
    apporter appuyer arrive arriver associatif association associative assure assurer atelier avancer avril beneficiaire
    benevole besoin bilan bon bonne cadre cent centaine centre change changement changer cherche chercher choisir
    choisissent chose cinq cinquante coeur cohesion collectif collective collectivite commence commencer commun commune
    concerne concerner connaissance connaitre constat constitue constituer construire continuer cote creation creee
    creees creer crees debut decembre decouverte decouvre decouvrir demande demander demarche departement dernier
    derniere deroule deroulement descriptif description deux deuxieme developpement developper devenir devient devoir
    different differente difficulte dimanche dimension dire dispositif disposition dit divers diverse dix dizaine donne
    donnent donner double douzaine douze duree dynamique echange echanger effectuer encadre encadrent encadrer enjeu
    ensemble envie equipe espace etablir etape euro evaluation evenement evolution exemple experience facilite faciliter
    facon favorise favoriser fevrier fiche fin finance financement financent financer financier financiere fois
    fonctionnement forme fort forte garder general generale gens grand grande groupe habitant habitante hebdomadaire
    heure huit humain idee identification identifie identifier implication impliquer important importante initiative
    institution intervenant intervenir intervention invite janvier jeudi jour journee juillet juin laisser lance lancer
    large lien lieu limite local locale locaux lundi mai maniere mardi mars materiel matin meilleur membre menee mener
    mensuel mercredi mettre midi mille millier mis mise mobilisation mobilise mobiliser mois moitie moment moyen
    necessaire neuf niveau nombre nombreuse nombreux nouveau nouveaux nouvel nouvelle novembre objectif occasion octobre
    oeuvre offrir onze organisation organise organiser oriente orientent orienter origine ouvert ouverte ouverture
    partage partager partenaire partenarial partenariat partent participant participante participation participe
    participer particulier partie partir passe passent passer personne perspective petit petite phase pied place point
    population porter possibilite possible poursuite poursuivre pratique premier premiere prend prendre prennent
    preparation preparent preparer presence present presentation presenter prevu principal principale principe pris
    prise problematique probleme prochain prochaine proche professionnel professionnelle programme projet propose
    proposer proposition propre public quarante quart quartier quatorze quatre question quinzaine quinze quotidien
    raison rappeler realisation realise realiser recevoir recoit recoivent recu reflexion relation rencontre rencontrer
    rendez rendre renforcement renforcer renouveler repart repartent repondre reponse ressource reste rester resultat
    resume retrouvent retrouver reunion reunir reunit role sait salarie salle samedi seance seconde secteur seize
    semaine sept septembre sert servi servir signalent signaler situation six social sociale soiree soixante souhait
    souhaite souhaiter souligner structure suit suite suivent suivi sujet support temps tenir terme termine terminer
    territoire territorial territoriale thematique theme tiennent tient tiers titre total travail travaille travaillent
    travailler treize trentaine trente trimestre trois troisieme trouve trouver type usager utilisation utiliser
    valorisation valoriser vendredi venir veulent veut vie viennent vient vies ville vingt vingtaine vise visee vivre
    voir volonte vouloir vu zero
"""
_ONE_SHEET_IN = 2  # a term of as many sheets, or more, tells none of them apart
_TOLD_APART = 10  # in a directory of fewer sheets no term is left out for being frequent


def _split(text: str) -> list[str]:
    return _WORD.findall(composed(text).lower())


class Said(NamedTuple):
    """What one sheet says, the sheet of the action of an ordinal; `structure` is the name of its structure."""

    ordinal: int
    title: str
    structure: str
    text: SheetText


_FORM_WORDS = frozenset(map(singular, _FORM.split()))
# A shorter stem is that of other words too: « mar » of « mars » and of « mare ».
_FORM_STEMS = frozenset(each for each in map(stem, _FORM.split()) if len(each) >= 4)


def _says_nothing(word: str) -> bool:
    """Whether a word carries no meaning, or is one that any sheet may have whatever it is about."""
    spelled = bare(word)
    if not spelled or spelled in _EMPTY_WORDS or singular(spelled) in _FORM_WORDS:
        return True
    return stem(word) in _FORM_STEMS and load_thesaurus().of_word(spelled) is None


def term_key(printed: str) -> str:
    """What tells terms apart: the stem of a word, or the whole label of a subject that is no single word.

    >>> term_key("mobilités"), term_key("personne âgée")
    ('mobilit', 'personne âgée')
    """
    return stem(printed) if printed.isalpha() else printed


@lru_cache(1)
def subjects_digest() -> str:
    """What tells the subjects of one thesaurus from those of another."""
    return blake2b(repr(list(load_thesaurus().groups.values())).encode(), digest_size=16).hexdigest()


@lru_cache(65_536)
def subjects(word: str) -> tuple[str, ...]:
    """The labels of the subjects that a word comes under, the nearest first, without those that it prints itself.

    >>> subjects("covoiturage")
    ('mobilité', 'voiture', 'développement durable')
    """
    thesaurus = load_thesaurus()
    found = thesaurus.of_word(bare(word))
    if found is None:
        return ()
    labels = [each.label for each in (found, *thesaurus.above(found))]
    own = term_key(word)
    return tuple(label for label in labels if term_key(label) != own and not _says_nothing(label))


class _Words(dict[str, int]):
    """The number of each word as printed, from 1, given when it is first seen; 0 for a word that is left out.

    `term_of` has the number of the word's term at the word's number, `stems` the key of each term, and `labels` the
    label of each that is a subject. The subjects of a word are, in `subject_terms`, as many terms as its `counts` says
    from its `starts` on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.printed = [""]
        self.term_of = array("I", [0])
        self.starts, self.counts, self.subject_terms = array("I", [0]), array("I", [0]), array("I")
        self.stems: dict[str, int] = {}
        self.labels: dict[int, str] = {}

    def __missing__(self, word: str) -> int:
        number = 0
        if word.isalpha() and _FULL_WORDS.analyze(word) and not _says_nothing(word):
            number = len(self.printed)
            self.printed.append(word)
            self.term_of.append(self._term(stem(word)))
            found = subjects(word)
            self.starts.append(len(self.subject_terms))
            self.counts.append(len(found))
            for label in found:
                term = self._term(term_key(label))
                self.labels[term] = label
                self.subject_terms.append(term)
        self[word] = number
        return number

    def _term(self, key: str) -> int:
        return self.stems.setdefault(key, len(self.stems))

    def with_subjects(
        self, words: npt.NDArray[np.uint32], sheets: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint64]]:
        """The terms of some words and of their subjects, each with the sheet that its word is in."""
        counts, starts = (np.array(column, np.int64)[words] for column in (self.counts, self.starts))
        before = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) - np.repeat(before, counts) + np.repeat(starts, counts)
        under = np.array(self.subject_terms, np.uint32)[places]
        terms = np.concatenate((np.array(self.term_of)[words], under))
        return terms, np.concatenate((sheets, np.repeat(sheets, counts)))


class _Pieces(dict[str, tuple[int, ...]]):
    """The numbers of the words of what stands between spaces, but for those that are left out. Cutting costs more than
    keeping.
    """

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, piece: str) -> tuple[int, ...]:
        if len(self) >= PIECES:
            self.clear()
        found = self[piece] = tuple(filter(None, map(self._words.__getitem__, _split(piece))))
        return found


class TermCounts:
    """How often each term is in each sheet, kept aside in a file while the sheets are read. `words` has how often each
    word is in all of them, `sheets_of` in how many sheets each term is.
    """

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._sizes: list[tuple[npt.NDArray[np.uint32], Integers]] = []
        self._known = _Words()
        self._pieces = _Pieces(self._known)
        self._own: dict[str, tuple[int, ...]] = {}
        self.words: Integers = np.zeros(1, np.int64)
        self.sheets_of: Integers = np.zeros(0, np.int64)

    def add(self, batch: Sequence[Said]) -> None:
        numbers_of = self._pieces.__getitem__
        numbers = array("I")
        ends = [0]
        for sheet in batch:
            pieces = "\n".join((*[sheet.title] * TITLE_COUNTS, *filter(None, _FIELDS(sheet.text)))).split()
            numbers.extend(chain.from_iterable(map(numbers_of, pieces)))
            ends.append(len(numbers))
        words, lengths = np.array(numbers), np.diff(ends)
        sheets = np.repeat(np.array([sheet.ordinal for sheet in batch], np.uint64), lengths)
        self.words = _counted(self.words, words)
        terms, sheets = self._known.with_subjects(words, sheets)
        pairs, counts = np.unique(sheets << 32 | terms, return_counts=True)
        kept = np.isin(pairs, self._named(batch), invert=True)
        pairs, counts = pairs[kept], counts[kept]
        terms = (pairs & 0xFFFFFFFF).astype(np.uint32)
        self.sheets_of = _counted(self.sheets_of, terms)
        ordinals, sizes = np.unique((pairs >> 32).astype(np.uint32), return_counts=True)
        self._sizes.append((ordinals, sizes))
        self._spool.write(terms.tobytes())
        self._spool.write(np.minimum(counts, 255).astype(np.uint8).tobytes())

    def _named(self, batch: Sequence[Said]) -> npt.NDArray[np.uint64]:
        """Sheet and term as one number, for each term of the name of each sheet's structure."""
        found = []
        for sheet in batch:
            own = self._own.get(sheet.structure)
            if own is None:
                numbers = {number for piece in sheet.structure.split() for number in self._pieces[piece]}
                own = self._own[sheet.structure] = tuple(self._known.term_of[number] for number in numbers)
            found += [sheet.ordinal << 32 | term for term in own]
        return np.array(found, np.uint64)

    def batches(self) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]]:
        """What was added, in turn: sheets and terms, ordered by both, and how often each is in its sheet (≤ 255)."""
        self._spool.seek(0)
        for ordinals, sizes in self._sizes:
            sheets = np.repeat(ordinals, sizes)
            terms = np.frombuffer(self._spool.read(4 * len(sheets)), np.uint32)
            yield sheets, terms, np.frombuffer(self._spool.read(len(sheets)), np.uint8)

    @property
    def stems(self) -> Iterable[str]:
        """The stem of each term, in the order of their numbers."""
        return self._known.stems

    def terms(self, number: int) -> list[int]:
        """The numbers of the terms that two of `number` sheets or more have, but not half of them, in the order of
        their stems.
        """
        most = number / _ONE_SHEET_IN if number >= _TOLD_APART else math.inf
        found = [term for _, term in sorted(self._known.stems.items()) if term < len(self.sheets_of)]
        return [term for term in found if 1 < self.sheets_of[term] < most]

    def printed(self) -> list[str]:
        """The most frequent word of each term; of equally frequent ones, the first by the alphabet. A subject that no
        word prints has its label.
        """
        found = [""] * len(self._known.stems)
        best = [0] * len(found)
        totals = np.pad(self.words, (0, len(self._known.printed) - len(self.words))).tolist()
        for number, (word, term) in enumerate(zip(self._known.printed, self._known.term_of, strict=True)):
            if number and (-totals[number], word) < (-best[term], found[term]):
                found[term], best[term] = word, totals[number]
        return [word or self._known.labels.get(term, "") for term, word in enumerate(found)]


def _counted(counts: Integers, numbers: npt.NDArray[np.unsignedinteger]) -> Integers:
    """The counts of numbers, by number, with some more numbers."""
    found = np.bincount(numbers, minlength=len(counts))
    found[: len(counts)] += counts
    return found
