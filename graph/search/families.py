"""Families of French words beyond inflection: « réparer », « réparation » and « réparateur » are one.

Two words are of one family where both are a base with an ending of one row of `_ROWS`: a table of French derivational
endings, which knows no word. It is asked of the words of an index, so that what it joins is there to be found. `_OTHER`
has families whose base changes, and `_FALSE` words that an ending only seems to make: « équipage » is not « équipe ».

Words are bare here, as `graph.search.french.bare` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

_SHORTEST = 4  # letters of a base, where its row says no more

# Each row: the letters that a base has at least, then the endings. A base with two of them makes two words of a family.
_ROWS = """
    4 er ation ateur atrice ation atif ative
    4 er ement eur euse
    5 er ier iere
    4 er age eur euse
    4 er ant ante ance
    4 er able
    5 er ade
    3 iser isation isateur isatrice
    3 quer cation cateur catrice catif cative
    4 ier iage
    4 ger geur geuse geant geante geable
    4 cer ceur ceuse cant
    4 ivre uivi
    3 oser osition ositeur
    4 eter etition
    4 user usion
    4 ir issement issage isseur issant
    4 ir ition
    4 uire uction ucteur uctrice uctif uite
    3 ndre nture ntre
    4 endre ente endeur endeuse
    4 endre ense enseur ensif
    4 endre endance endant
    4 enir ention entif entive
    3 ettre ission
    3 crire cription criptif
    3 aitre aissance
    3 clure clusion clusif
    3 ager ageur ageuse agiste
    5  age
    5 e age
    5  ier iere
    4 e ier iere
    4  iste isme
    4 e iste isme
    4 ique iste isme icien icienne
    4 ie ique iste
    4  ien ienne
    4  eur euse
    4 e eur euse
    4 e erie
    5  erie
    4  al ale ial iale alite ialite
    4 e al ale ial iale alite ialite
    4 al ale aux alite
    4  el elle
    4 e el elle
    4  if ive
    4 e if ive
    4  eux euse
    4 e eux euse
    4 ation atif ative
    4 ation aire
    4 if ive ivite
    3 aire arite ariser arisation
    4 aire ariat
    4 e at
    4  at
    5 e ite
    5  ite
    4 el ite
    5  nete
    5 e ete
    4 ant ance
    4 ent ence
    4 ite itaire
    4 enel enelle ente enite
    4  aire
"""

_OTHER = """
    lire lecture lecteur lectrice relire
    ecrire ecriture ecrivain ecrit
    coudre couture couturier couturiere recoudre
    jouer jeu joueur joueuse jouet
    apprendre apprentissage apprenti
    enseigner enseignement enseignant
    naitre naissance natalite
    nourrir nourriture nourricier
    accueillir accueil accueillant
    soutenir soutien
    inserer insertion
    agir action
    vivre vie vivant
    vieillir vieillissement vieillesse
    soigner soin soignant
    ecole ecolier
    fete festif festivite fetard
    mere maternel maternite
    pere paternel paternite
    frere fraternel fraternite
    famille familial
    sante sanitaire
    energie energetique
    vetement vestimentaire vetir
    radio radiophonique radiophonie
    musique musical musicien
    cirque circassien
    theatre theatral
    medecin medecine medical
    hopital hospitalier hospitalisation
    proteger protection protecteur
    discuter discussion
    adherer adhesion adherent
    elire election electeur electoral
    entreprendre entreprise entrepreneur
    inviter invitation
    conduire conduite conducteur conductrice
    tricher triche
    choisir choix
    essayer essai
    employer emploi employeur employe
    payer paiement
    nettoyer nettoyage
    balayer balayage
    voyager voyage voyageur
    tisser tissage tisserand
    filmer film
    gerer gestion gestionnaire
    sentir sentiment
    recevoir reception
    concevoir conception
    decouvrir decouverte
    ouvrir ouverture
    offrir offre
    croire croyance
    savoir savant
    mourir mort mortel
    courir course coureur
    nager natation nageur
    marcher marche marcheur
    mer maritime
    campagne campagnard
    village villageois
    commun communaute communautaire
    democratie democratique democrate
    volontaire volontariat
    parent parental parentalite
    enfant enfance enfantin
    jeune jeunesse
    vieux vieille vieillesse
    ami amitie amical
    solitude solitaire
    pauvre pauvrete
    riche richesse
    triste tristesse
    handicap handicape
    alcool alcoolisme alcoolique
    toxicomane toxicomanie
    psychologue psychologie psychologique
    ecologie ecologique ecologiste
    informatique informaticien
    electricite electricien electrique
    mecanique mecanicien
    technique technicien
    pharmacie pharmacien
    voisin voisinage
    covoiturage covoiturer covoitureur
    colocation colocataire
    location locataire louer
    bibliotheque bibliothecaire
    ludotheque ludothecaire
    mediatheque mediathecaire
    dessin dessiner dessinateur
    sculpture sculpter sculpteur
    photographie photographier photographe
    cinema cinematographique
    choeur chorale
    langue linguistique
    orthographe orthographique
    laic laicite
    citoyen citoyennete
"""

# A word with others that it only seems to be of.
_FALSE = """
    centre central centralite
    personnage personne
    personnel personne
    contrat contre
    fichier fiche
    collectivite collectif collective
    population populaire
    passerelle passer
    sentence sentent
    avantage avant
    equipage equipe
    couleur couler coule
    restaurant restaurer
    portable porter
    portier porte
    publicite public
    universite univers universel
    formel forme
    carriere carre
    barriere barre
    quartier quart
    chantier chant chanter
    escalier escale
    physique physicien
    partiel parti partie
    partial parti partie
    parlement parler
    tablier table
    instant instance
    present presence
    argent argenterie
    patience patient
    audience audient
    livre livreur
    epicerie epice
    serie serieux
    mobile mobilier
    moralite morale
    humanite humanitaire
    fondation fonder
    operation operateur
    collectif collecte
    massif masse
    secretaire secret
    secteur secte
    directeur direct
    tourisme tour
    tournage tourner
    pilote pilotage
"""


def _families(text: str) -> dict[str, frozenset[str]]:
    """Each word of some lines, with the others of its line or lines."""
    found: dict[str, set[str]] = {}
    for line in filter(None, map(str.split, text.splitlines())):
        for word in line:
            found.setdefault(word, set()).update(each for each in line if each != word)
    return {word: frozenset(others) for word, others in found.items()}


def _strangers(text: str) -> frozenset[frozenset[str]]:
    """The first word of each line with each of the others."""
    lines = (line.split() for line in text.splitlines() if line.strip())
    return frozenset(frozenset((singular(first), singular(other))) for first, *others in lines for other in others)


def _endings() -> dict[str, list[tuple[int, int]]]:
    """The rows of each ending, each with the letters of a base at least."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(_ROWS.splitlines()):
        if line.strip():
            least, _, endings = line.strip().partition(" ")
            for ending in endings.split(" "):
                found.setdefault(ending, []).append((row, int(least)))
    return found


_VERBAL = ("", "s", "e", "es", "er", "ez", "ent", "ant", "ee", "ees", "ons", "ait", "aient", "erai", "era", "eront")
_NO_PLURAL = ("ss", "as", "ais", "ois", "ous")
_INVARIABLE = frozenset(
    word
    for line in """
    abus acces ailes apres autobus avis bonus bus campus clos colis compris congres consensus corps corpus cours cursus
    dehors depuis dessus discours divers dos exclus exces gros heros hormis hors jus lors logis minibus mis moins paris
    parcours pays permis plus poids pres proces processus progres propos puis refus repos sans secours souris succes
    surplus tapis temps tennis tres univers velours vers virus
    """.splitlines()
    for word in line.split()
)
_IN_X = frozenset(
    ["jeux", "lieux", "feux", "voeux", "cheveux", "milieux", "enjeux", "neveux", "bijoux", "choux", "joujoux", "genoux"]
)
_PLURALS = (("eaux", "eau"), ("aux", "al"), ("eux", "eux"))


@lru_cache(65_536)
def singular(word: str) -> str:
    """A bare word without the endings of number.

    >>> singular("reparations"), singular("sociaux"), singular("repas")
    ('reparation', 'social', 'repas')
    """
    if word in _IN_X:
        return word[:-1]
    if len(word) > 4:
        for plural, one in _PLURALS:
            if word.endswith(plural):
                return word[: len(word) - len(plural)] + one
    if len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL) and word not in _INVARIABLE:
        return word[:-1]
    return word


@lru_cache(65_536)
def lemma(word: str) -> str:
    """What the inflections of a bare word have in common: number, gender and the commonest endings of verbs go.

    >>> lemma("repare"), lemma("reparer"), lemma("reparees"), lemma("reparation")
    ('repar', 'repar', 'repar', 'reparation')
    >>> lemma("couturieres"), lemma("commune") != lemma("communication")
    ('couturier', True)
    """
    one = singular(word)
    if len(one) > 5 and one.endswith("er") and one[-3] != "i":
        return one[:-2]
    if len(one) > 3 and one.endswith("ee"):
        return one[:-2]
    if len(one) > 4 and one.endswith("e"):
        one = one[:-1]
        for feminine, masculine in (("eus", "eur"), ("iv", "if"), ("enn", "en"), ("onn", "on"), ("ell", "el")):
            if len(one) > 4 and one.endswith(feminine):
                return one[: len(one) - len(feminine)] + masculine
    return one


_ENDINGS = _endings()
_LONGEST_ENDING = max(map(len, _ENDINGS))
_ROW_ENDINGS = [line.strip(" \n").partition(" ")[2].split(" ") for line in _ROWS.splitlines()]
_IRREGULAR = _families(_OTHER)
_APART = _strangers(_FALSE)


@lru_cache(16_384)
def kin(word: str) -> tuple[str, ...]:
    """What the other words of a bare word's family may be, in the singular; most of them are no words.

    >>> {"reparer", "reparateur"} <= set(kin("reparations")), "ville" in kin("village"), "couture" in kin("coudre")
    (True, False, True)
    """
    one = singular(word)
    found = {singular(other) for other in _IRREGULAR.get(one, ())}
    for length in range(min(_LONGEST_ENDING, len(one)) + 1):
        base = one[: len(one) - length]
        for row, least in _ENDINGS.get(one[len(base) :], ()):
            # A base that is a whole word ends in no « e »: that letter goes before another ending.
            if len(base) >= least and (length or not base.endswith("e")):
                found.update(singular(base + ending) for ending in _ROW_ENDINGS[row])
    return tuple(sorted(other for other in found if other != one and frozenset((one, other)) not in _APART))


def are_kin(one: str, other: str) -> bool:
    """Whether two bare words are of one family.

    >>> are_kin("reparer", "reparations"), are_kin("jardin", "jardinage"), are_kin("village", "ville")
    (True, True, False)
    """
    return singular(other) in kin(one)


@lru_cache(16_384)
def inflections(word: str) -> tuple[str, ...]:
    """The bare words that may be inflections of one, itself among them.

    >>> {"repare", "reparent", "reparees"} <= set(inflections("reparer")), inflections("commun").count("communication")
    (True, 0)
    """
    wanted = lemma(word)
    return tuple(sorted(set(_inflected(word, wanted))))


def _inflected(word: str, root: str) -> Iterator[str]:
    yield word
    for start in {root, singular(word)}:
        for ending in _VERBAL if word.endswith("er") else _VERBAL[:4]:
            if lemma(start + ending) == root or word.endswith("er"):
                yield start + ending
    if root.endswith("al"):
        yield root[:-1] + "ux"
    if root.endswith(("eau", "eu")):
        yield root + "x"
    if root.endswith("eur"):
        yield from (root[:-1] + "se", root[:-1] + "ses")
    if root.endswith("if"):
        yield from (root[:-1] + "ve", root[:-1] + "ves")
    if root.endswith(("en", "on", "el")):
        yield from (root + root[-1] + "e", root + root[-1] + "es")
