"""French words as search compares them: bare (no case, no accent, no ligature) and stemmed.

The Snowball stemmer reads accents (« isolées » → *isol*, but « isolees » → *isole*), and half of a directory is typed
without any. So accents go first, and the feminine endings that it knows by their accent (-ée, -ière) go before them.
Words that directories are full of are kept apart from what it takes for them: « âgées » is not « âges », « répit » is
no « repas », and the CAF no « café ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from string import ascii_lowercase

import tantivy

_FOLD = (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold())


def _analyzer(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in filters:
        builder = builder.filter(step)
    return builder.build()


# The first cuts `composed` text into bare words, the other `masculine` text into stems, one for each bare word.
BARE = _analyzer(*_FOLD)
STEM = _analyzer(*_FOLD, tantivy.Filter.stemmer("french"))

# Bare words that say nothing alone; they count within a phrase, and where a query holds nothing else.
_SMALL = """
    a au aux avec c ce ces cet cette d dans de des du elle elles en est et eux il ils j je l la le les leur leurs lui m
    ma mes mon n ne nos notre nous on ou par pour qu que qui s sa se ses son sont sous sur t ta te tes toi ton tu un une
    vos votre vous y
"""
STOP_WORDS = frozenset(_SMALL.split())

# « M.S.A. » and « M.S.A » are one word, « a.b.fr » is none.
_DOTTED = r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_])?(?![^\W_])"
_INITIALS = re.compile(_DOTTED)
# The shapes of a combining mark that stays within its word: « é » may be typed as two characters.
_WORD = re.compile(_DOTTED + r"|(?:(?<![^\W_])[cC][oO]-)?[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# « co-voiturage » is also written « covoiturage »: the prefix belongs to its word.
_PREFIX = re.compile(r"(?<![^\W_])([cC][oO])-(?=[^\W_])")
PIECES = 300_000
"""How many pieces of text are kept cut, of some 300 bytes each."""

_FEMININE = re.compile(r"[eE](?:(?<=[éÉeE][eE])|(?<=[iI][eèEÈ][rR][eE]))[sS]?(?![^\W_])")
_AGED = re.compile(r"(?<![^\W_])[aâAÂ][gG](?:[éÉ][eE]?|[eE]{2})[sS]?(?![^\W_])")
_AGED_STEM = "agei"  # which no word is, and no stemmer changes
# Bare words that would have the stem of words of another meaning: of « bas », « concert », « commun »… Each is its own.
_OWN = """
    ain aire base boxe caf communication concertation don isolation loyer manga mari mer nourrisson papi profit rep
    repit tele universite
"""
# No stem ends so.
_APART = {each: f"{word}." for word in _OWN.split() for each in (word, f"{word}s")}

# Bare inflections that the stemmer does not know, each before its word. « Travaux » are mostly no « travail » here.
_IRREGULAR = """
    adieux adieu, aieux aieul, aveux aveu, baux bail, cheveux cheveu, cieux ciel, coraux corail, enjeux enjeu, feux feu,
    jeux jeu, joyaux joyau, lieux lieu, mesdames madame, messieurs monsieur, milieux milieu, neveux neveu, noyaux noyau,
    tuyaux tuyau, vieil vieux, vieille vieux, vieilles vieux, vitraux vitrail, voeux voeu, yeux oeil
"""
_STEM_OF = _APART | {
    other: "".join(STEM.analyze(word)) for other, word in (pair.split() for pair in _IRREGULAR.split(","))
}


def composed(text: str) -> str:
    """`text` with accented letters as one character, « co- » joined to its word, initials without their points, and no
    lone surrogates.

    >>> composed("co-voiturage"), len(composed("e\u0301")), composed("la M.S.A.")
    ('covoiturage', 1, 'la MSA')
    """
    # Looking for the hyphen first: the pattern is tried at each letter.
    if "o-" in text or "O-" in text:
        text = _PREFIX.sub(r"\1", text)
    if text.count(".") > 1:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))


def masculine(text: str) -> str:
    """Composed `text` without the feminine endings that hide a stem: what `STEM` is given.

    >>> masculine("personnes isolées, première visite")
    'personnes isolé, premièr visite'
    """
    return _FEMININE.sub("", _AGED.sub(_AGED_STEM, text))


def _bare_and_stemmed(text: str) -> list[tuple[str, str]]:
    written = composed(text)
    words = zip(BARE.analyze(written), STEM.analyze(masculine(written)), strict=True)
    return [(plain, _STEM_OF.get(plain, stemmed)) for plain, stemmed in words]


class Piece:
    """What stands between spaces: the stems and the bare words of it, each in a row with spaces between. A piece is
    equal to itself alone, which makes sets of pieces quick; as good as always, the same text gives the same one.
    """

    __slots__ = ("bare", "stems")

    def __init__(self, text: str) -> None:
        words = _bare_and_stemmed(text)
        self.bare = " ".join([plain for plain, _ in words])
        self.stems = " ".join([stemmed for _, stemmed in words])


Row = Callable[[Piece], str]
"""What a piece holds, with spaces between."""

STEMS: Row = attrgetter("stems")
WORDS: Row = attrgetter("bare")

BREAK = Piece("")
"""Stands between two values: no phrase runs over it."""


class _Pieces(dict[str, Piece]):
    """The piece of each text. Cutting costs more than keeping."""

    def __missing__(self, text: str) -> Piece:
        if len(self) >= PIECES:
            self.clear()
        found = self[text] = Piece(text)
        return found


_pieces = _Pieces()


def cut(text: str) -> list[Piece]:
    """The pieces of a text, in their order.

    >>> [piece.stems for piece in cut("L’été, l’ÉTÉ")]
    ['l ete', 'l ete']
    """
    return [*map(_pieces.__getitem__, text.split())]


def stems_of(pieces: Iterable[Piece]) -> str:
    """The stems of some pieces in a row, with spaces between.

    >>> stems_of(cut("Les jardins"))
    'le jardin'
    """
    return " ".join([piece.stems for piece in pieces])


def bare_of(pieces: Iterable[Piece]) -> str:
    """The bare words of some pieces in a row, with spaces between.

    >>> bare_of(cut("Les jardins"))
    'les jardins'
    """
    return " ".join([piece.bare for piece in pieces])


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `text` as written, with its first character's position and the one after its last.

    >>> list(words("L’été !"))
    [('L', 0, 1), ('été', 2, 5)]
    """
    for match in _WORD.finditer(text):
        yield match[0], match.start(), match.end()


@lru_cache(65_536)
def bare(word: str) -> str:
    """One word without accents, case and ligatures; "" for one that holds nothing that can be searched for.

    >>> bare("Œuvrée")
    'oeuvree'
    """
    return "".join(BARE.analyze(composed(word)))


@lru_cache(65_536)
def stem(word: str) -> str:
    """The stem of one word; "" where `bare` is.

    >>> stem("isolement"), stem("ISOLÉES")
    ('isol', 'isol')
    """
    return "".join([stemmed for _, stemmed in _bare_and_stemmed(word)])


def one_letter_away(word: str) -> set[str]:
    """Every other string that has one letter (a–z) more, less or changed, or swapped with the next: 54 for each letter.

    >>> {"jadin", "jardins", "jarbin", "jradin"} <= one_letter_away("jardin")
    True
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in cuts if tail}
    found.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    for letter in ascii_lowercase:
        found.update(head + letter + tail for head, tail in cuts)
        found.update(head + letter + tail[1:] for head, tail in cuts if tail)
    found.discard(word)
    return found
