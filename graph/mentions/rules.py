"""The bodies that a sheet names, by rules over its own words: which, where, and what says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from graph.fields import TEXTS
from graph.mentions.gazetteer import Gazetteer, Head, KnownBody, any_of, gazetteer
from graph.mentions.writing import RUN, SHOUTED, WORD, WORDS, Stretch, begins_sentence, lowered
from graph.model import SheetText, fold, slug

MOST = 200
"""Mentions of one sheet that are looked at, in the order of its fields."""


class Evidence(StrEnum):
    """What says that some words name a body.

    `KNOWN`: the gazetteer. `DESIGNATED`: a word before the name or after it says what it is (« l'association
    Citrouille »). `RECALLED`: the sheet designates it elsewhere. `PARTNER`: it stands where a partner stands (« en
    partenariat avec »). `INITIALS`: capitals that nothing explains. `CAPITALS`: another sheet of the department
    designates what is called so.
    """

    KNOWN = "known"
    DESIGNATED = "designated"
    RECALLED = "recalled"
    PARTNER = "partner"
    INITIALS = "initials"
    CAPITALS = "capitals"


class Found(NamedTuple):
    """Words of a sheet that name a body: `text` is what stands in the `field` from `start` to `end`, in characters.

    `key` is the body's, `label` what these words call it.
    """

    key: str
    label: str
    field: str
    start: int
    end: int
    evidence: Evidence


PREFIX = "body"


def body_key(label: str) -> str:
    """The key of a body: `body:secours-populaire`."""
    return f"{PREFIX}:{slug(label)}"


def key_of_name(name: str) -> str:
    """The key of the body that a name is of, be there any: of « la CAF », « caf » and « Caf » `body:caf`."""
    low = name.strip().replace("’", "'").lower()
    core = _core(low)
    known = _ids_by_name()
    return f"{PREFIX}:{known.get(fold(low)) or known.get(core) or slug(core)}"


@cache
def _ids_by_name() -> dict[str, str]:
    """The bodies of the gazetteer by every spelling, folded."""
    known = gazetteer()
    return {fold(word): body.id for words in (known.named, known.spelt) for word, body in words.items()}


def found_in(text: SheetText) -> Sequence[Found]:
    """What names a body in a sheet's texts, in the order of the form and of each text; nothing overlaps.

    >>> text = SheetText(summary="Avec la Caf et l'association Citrouille.")
    >>> [(each.key, each.evidence.name) for each in found_in(text)]
    [('body:caf', 'KNOWN'), ('body:citrouille', 'DESIGNATED')]
    """
    written = ((field.api, getattr(text, field.name)) for field in TEXTS)
    fields = [_Reading(name, value) for name, value in written if value and not value.isspace()]
    for each in fields:
        each.find_known()
        each.find_designated()
    recalled = _Recalled(designation for each in fields for designation in each.designations)
    for each in fields:
        each.find_recalled(recalled)
        each.find_others(fields)
    found = [found for each in fields for found in sorted(each.found, key=lambda found: found.start)]
    return tuple(found[:MOST])


class _Designation(NamedTuple):
    """A body that a sheet designates: by which head, and under which name without it."""

    found: Found
    head: str
    core: str


class _Recalled:
    """How a sheet may name again what it has designated: by its name alone, or by its head alone."""

    def __init__(self, designations: Iterable[_Designation]) -> None:
        self.by_core: dict[str, Found] = {}
        self.by_head: dict[str, Found | None] = {}
        for found, head, core in designations:
            if core:
                self.by_core.setdefault(core, found)
            if head:
                other = self.by_head.setdefault(head, found)
                if other is not None and other.key != found.key:
                    self.by_head[head] = None  # it could be either


class _Patterns:
    """What is made of the gazetteer, once."""

    def __init__(self, known: Gazetteer) -> None:
        self.gazetteer = known
        heads = any_of(known.heads)
        self.named = re.compile(rf"(?<!\w)(?:{any_of(known.named)})(?!\w)")
        self.spelt = re.compile(rf"(?:{any_of(known.spelt)})(?![\w\-])")
        self.before = re.compile(
            rf"(?<![\w\-])(?P<head>{heads}){_ADJECTIVE}\s*(?P<link>{_ARTICLE})?"
            r"(?P<quote>[«\"“]\s*)?(?P<own>les? |la |l')?$"
        )
        self.leading = re.compile(rf"(?P<head>{heads})(?!\w)\s(?P<link>{_ARTICLE})?")
        self.last_words = frozenset(head.split()[-1].rpartition("'")[2] for head in known.heads)
        self.first_words = frozenset(head.split()[0] for head in known.heads)


@cache
def _patterns() -> _Patterns:
    return _Patterns(gazetteer())


_ADJECTIVE = r"(?:\s(?:d'\s?[a-zéèê]+|de quartier|\w{3,}(?:al|ale|elle|ive|aire|ine|ienne|ique|trice)))?"
_ARTICLE = r"d'|de la |de l'|de |du |des |les? |la |l'"
_OF = ("d'", "de la ", "de l'", "de ", "du ", "des ")
_CUE = re.compile(
    r"(?:(?:partenariat|lien|collaboration|convention|coopération|concertation|associé\w*)s? (?:étroite? )?avec"
    r"|(?:soutien|aide|concours|appui|participation|financement|subventions?) (?:de|d'|du|des)"
    r"|(?:soutenu|financ|organis|port|propos|fourni|prêt|initi|gér|pilot|subventionn|mandat|sollicit|attribu)\w{0,3}"
    r" (?:\w+ment )?(?:par|auprès d\w*)|(?:mise?s?) (?:en place|à disposition) par|partenaires? ?:|travail\w* avec)"
    r"\s*(?:l'|la |les? |du |de la |des |de l')?[«\"“]?\s*$"
)
_BODY_CUE = re.compile(r"(?:par|avec|fondation|opérateur|entreprise|société|agence|groupe) (?:l'|la |les? )?$")
_AND = re.compile(r"\s*(?:,|et|,? ainsi que|/|;|\+|&)\s*(?:avec |par )?(?:d'|de la |de l'|de |du |des |les? |la |l')?$")
_APPOSITION = re.compile(
    r"[»\"”]?\s?(?:,|\()\s?(?:une |un |l'|notre )?"
    r"(?:association|entreprise|compagnie|collectif|coopérative|fondation|fédération|bailleur)(?!\w)"
)
_LOCAL = re.compile(rf" (?:du |de la |de l['’]|de |des |d['’]){WORD}(?:[ \-]{WORD})*| \d\d(?!\d)(?=[ ,.;)]|$)")
_CLOSING = re.compile(r"\s?[»\"”]")
_CUT = re.compile(r" (?:à|au|aux|en|pour|sur|dans) ")
_INITIALS = re.compile(r"[A-Z](?:[A-Z]|[’'&\-](?=[A-Z])){1,11}")
_ROMAN = re.compile(r"[IVXLC]+")
_SEVERAL = re.compile(r"(?:^|\W)(?:les|des|aux|ces|nos|leurs|vos) $")
_OURS = re.compile(r"(?:^|\W)(?:notre|nos) $")
_ONE = re.compile(r"(?:^|\W)(?:l'|(?:le|la|du|au|par|avec) )$")
_LEADING_ARTICLE = re.compile(r"^(?:[LlDd]['’]|(?:[Ll]es?|[Ll]a|[Dd]u|[Dd]es) )")
_WORDS_OF_SENTENCES = """
    le la les un une des du de d au aux ce cet cette ces mon ma mes ton son sa ses notre nos votre vos leur leurs en
    dans avec pour par sur sous sans chez vers à a et ou mais donc or ni car depuis après avant lors pendant entre selon
    si que qui quand comme où il elle ils elles on nous vous je tout tous toute toutes chaque plusieurs certains
    certaines aucun aucune autre autres plus suite grâce afin malgré suivant enfin puis ainsi aussi
"""
_SMALL = frozenset(_WORDS_OF_SENTENCES.split())
_LONE = 5  # letters of a single word that may be a name


class _Run(NamedTuple):
    """Words with capitals, without the small word that begins a sentence (« La Préfecture »). `whole` is where they
    begin with it; `begins` says that they begin a sentence themselves.
    """

    start: int
    end: int
    whole: int
    begins: bool


class _Reading:
    """A text that is read, and what was found in it so far."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        self.low = lowered(text).replace("’", "'")
        self.found: list[Found] = []
        self.designations: list[_Designation] = []
        self._taken: list[Stretch] = []
        self._shouted = [Stretch(*each.span()) for each in SHOUTED.finditer(text)]
        self._runs: list[_Run] = []
        self._first_words: list[_Run] = []
        for match in RUN.finditer(text):
            run = self._run(*match.span())
            # One word that begins a sentence is a name only where the sheet says so elsewhere.
            if run.start < run.end:
                is_word = run.begins and " " not in match[0] and not match[0].isupper()
                (self._first_words if is_word else self._runs).append(run)

    def find_known(self) -> None:
        """What the gazetteer has."""
        patterns = _patterns()
        gazetteer = patterns.gazetteer
        for name in patterns.named.finditer(self.low):
            self._add_known(gazetteer.named[name[0]], name.start(), name.end())
        for run in (*self._runs, *self._first_words):
            for word in WORDS.finditer(self.text, run.start, run.end):
                match = patterns.spelt.match(self.text, word.start())
                if match is not None and not self._is_shouted(match.start()):
                    self._add_known(gazetteer.spelt[match[0]], match.start(), match.end())
                elif "." in word[0] and (body := gazetteer.spelt.get(word[0].replace(".", ""))):
                    self._add_known(body, word.start(), word.end())  # « C.A.F. »

    def find_designated(self) -> None:
        """What a word before it, in it or after it says to be a body."""
        for run in self._runs:
            if not self._is_free(run):
                continue
            self._designated_before(run) or self._designated_within(run) or self._designated_after(run)

    def find_recalled(self, recalled: _Recalled) -> None:
        """What the sheet has designated, under its name or its head alone."""
        if not (recalled.by_core or recalled.by_head):
            return
        for run in (*self._runs, *self._first_words):
            low = self.low[run.start : run.end]
            found = recalled.by_core.get(_core(low))
            if found is None and not run.begins:
                found = recalled.by_head.get(low)
            if found is not None and self._is_free(run):
                self._add(found.key, found.label, run.start, run.end, Evidence.RECALLED)

    def find_others(self, sheet: Sequence[_Reading]) -> None:
        """What stands where a partner stands, unexplained initials, and names that another sheet may explain."""
        for run in self._runs:
            if not self._is_free(run):
                continue
            if (may_be := self._may_be_name(run)) and self._is_partner(run):
                self._add_name(run, Evidence.PARTNER)
                continue
            words = [(run.start + each.start(), each[0]) for each in WORDS.finditer(self.text[run.start : run.end])]
            initials = [(start, word) for start, word in words if self._are_initials(start, word, sheet)]
            for start, word in initials:
                self._add(body_key(word), word, start, start + len(word), Evidence.INITIALS)
            if may_be and not initials:
                self._add_name(run, Evidence.CAPITALS)

    def _designated_before(self, run: _Run) -> bool:
        patterns = _patterns()
        before = self.low[max(0, run.start - 60) : run.start]
        if patterns.last_words.isdisjoint(re.split(r"[\s'«\"“(]+", before)[-6:]):
            return False
        match = patterns.before.search(before)
        if match is None:
            return False
        head, link = match["head"], match["link"] or ""
        kind = patterns.gazetteer.heads[head]
        end = run.end
        closing = _CLOSING.search(self.text, run.end, run.end + 40) if match["quote"] else None
        if closing is not None and "\n" not in self.text[run.start : closing.start()]:
            end = closing.start()
        start = run.start - len(match["own"] or "")
        head_start = run.start - len(before) + match.start("head")
        if not self._wanted(kind, head, link, bool(match["quote"])) and not (
            kind is Head.NAMED and link in ("le ", "la ", "les ", "l'")
        ):
            return False
        if _OURS.search(self.low[max(0, head_start - 8) : head_start]):
            return False
        return self._designate(kind, head, head_start, Stretch(start, end), link)

    def _designated_within(self, run: _Run) -> bool:
        patterns = _patterns()
        start, end = run.start, run.end
        if self.low[start:end].split(" ", 1)[0] not in patterns.first_words:
            return False
        match = patterns.leading.match(self.low, start, end)
        if match is None or match.end() >= end:
            return False
        head, link = match["head"], match["link"] or ""
        kind = patterns.gazetteer.heads[head]
        if not self._wanted(kind, head, link, False) or _OURS.search(self.low[max(0, run.whole - 8) : start]):
            return False
        return self._designate(kind, head, start, Stretch(match.end(), end), link)

    def _designated_after(self, run: _Run) -> bool:
        start, end = run.start, run.end
        if self._is_shouted(start):
            return False
        words = self.low[start:end].split(" ")
        has_tail = len(words) > 1 and words[-1] in _patterns().gazetteer.tails
        if not has_tail and not (_APPOSITION.match(self.low, end) and not self._is_person(start)):
            return False
        if run.begins and len(words) == 1:
            return False
        return self._name(Stretch(start, end), Head.NAMED, "", Evidence.DESIGNATED)

    def _wanted(self, kind: Head, head: str, link: str, is_quoted: bool) -> bool:
        """Whether a head may have that link before a name."""
        if kind is Head.OFFICE:
            return link in _OF
        if kind is Head.NAMED:
            # « L'association de Pradines » is called otherwise.
            return is_quoted or link not in ("de ", "d'")
        return link not in ("le ", "la ", "les ") or kind is Head.PLACE

    def _designate(self, kind: Head, head: str, head_start: int, name: Stretch, link: str) -> bool:
        low = self.low[name.start : name.end]
        if kind is not Head.NAMED and (cut := _CUT.search(low)):
            name = Stretch(name.start, name.start + cut.start())
            low = low[: cut.start()]
        plain = fold(low)
        known = _patterns().gazetteer
        if kind is Head.NAMED:
            if (
                plain in known.places
                or self._is_person(name.start)
                or self.text[name.start : name.end] in known.not_bodies
            ):
                return False
            return self._name(name, kind, "", Evidence.DESIGNATED)
        if self._is_shouted(name.start):
            return False
        return self._name(Stretch(head_start, name.end), kind, head, Evidence.DESIGNATED, "" if link else _core(low))

    def _name(self, span: Stretch, kind: Head, head: str, evidence: Evidence, core: str = "") -> bool:
        if not self._is_free(span):
            return False
        label = self.text[span.start : span.end]
        if kind is Head.NAMED:
            core = _core(self.low[span.start : span.end])
            key = body_key(core)
        else:
            label = label[0].upper() + label[1:]
            key = body_key(label)
        self._add(key, label, span.start, span.end, evidence)
        alone = head if kind in (Head.OFFICE, Head.PLACE, Head.KEPT) else ""
        self.designations.append(_Designation(self.found[-1], alone, core if kind in (Head.NAMED, Head.KEPT) else ""))
        return True

    def _is_partner(self, run: _Run) -> bool:
        before = self.low[max(0, run.start - 60) : run.start]
        if _CUE.search(before):
            return True
        last = max((each.end for each in self._taken if each.end <= run.start), default=None)
        if last is None or run.start - last > 20 or _AND.fullmatch(self.low, last, run.start) is None:
            return False
        return any(each.end == last and each.evidence is not Evidence.CAPITALS for each in self.found)

    def _may_be_name(self, run: _Run) -> bool:
        """Whether a run can be what a body is called, as far as its own words tell."""
        if run.begins or self._is_person(run.start) or self._is_shouted(run.start):
            return False
        text, core = self.text[run.start : run.end], _core(self.low[run.start : run.end])
        known = _patterns().gazetteer
        if text in known.not_bodies or text in known.spelt or core in known.places or core in known.heads:
            return False
        if " " in text:
            return True
        is_several = _SEVERAL.search(self.low[max(0, run.start - 8) : run.start]) is not None  # « les Services »
        return len(text) >= _LONE and not is_several

    def _are_initials(self, start: int, word: str, sheet: Sequence[_Reading]) -> bool:
        if not _INITIALS.fullmatch(word) or _ROMAN.fullmatch(word) or self._is_shouted(start):
            return False
        if word in _patterns().gazetteer.not_bodies:
            return False
        if len(word) >= _LONE and not _ONE.search(self.low[max(0, start - 12) : start]):
            return False  # a word may be written in capitals for its weight
        plain = re.compile(rf"(?<!\w){re.escape(word.lower())}s?(?!\w)")
        return not any(plain.search(each.text) for each in sheet)

    def _add_known(self, body: KnownBody, start: int, end: int) -> None:
        if not self._is_free(Stretch(start, end)):
            return
        if body.cue and not _BODY_CUE.search(self.low[max(0, start - 30) : start]):
            return
        local = _LOCAL.match(self.text, end)
        if local is not None:
            word = re.split(r"[ '’]", local[0].strip())[-1 if " " not in local[0].strip() else 1].lower()
            if word not in _patterns().first_words and self._is_free(Stretch(end, local.end())):
                end = local.end()
        self._add(f"{PREFIX}:{body.id}", body.label, start, end, Evidence.KNOWN)

    def _add_name(self, run: _Run, evidence: Evidence) -> None:
        core = _core(self.low[run.start : run.end])
        self._add(body_key(core), self.text[run.start : run.end], run.start, run.end, evidence)

    def _add(self, key: str, label: str, start: int, end: int, evidence: Evidence) -> None:
        self.found.append(Found(key, label, self.field, start, end, evidence))
        self._taken.append(Stretch(start, end))

    def _is_free(self, span: Stretch | _Run) -> bool:
        return all(end <= span.start or span.end <= start for start, end in self._taken)

    def _is_shouted(self, at: int) -> bool:
        known = _patterns().gazetteer.spelt
        return any(
            each.start <= at < each.end
            and any(len(word) > 3 and word not in known for word in self.text[each.start : each.end].split())
            for each in self._shouted
        )

    def _is_person(self, start: int) -> bool:
        word = WORDS.match(self.text, start)
        people = _patterns().gazetteer.people
        return word is not None and (word[0] in people or word[0].split("-")[0] in people)

    def _run(self, start: int, end: int) -> _Run:
        begins = begins_sentence(self.text, start)
        first = WORDS.match(self.text, start)
        if not begins or first is None or first[0].lower() not in _SMALL:
            return _Run(start, end, start, begins)
        after = WORDS.search(self.text, first.end(), end)
        return _Run(end if after is None else after.start(), end, start, False)


def _core(low: str) -> str:
    """What names are compared by: without the article that begins one."""
    return fold(_LEADING_ARTICLE.sub("", low, count=1))
