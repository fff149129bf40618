"""Swedish words for searching: one form for all inflections of a word, and the words a compound is made of.

Snowball's Swedish rules miss the definite of neuters (larm, larmet), of words in -a (olycka, olyckan) and those that
lose a vowel (läkemedel, läkemedlet). Rules of our own come before and after it. Nothing is folded that another word
differs by: å, ä and ö are letters (får is not far).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

import Stemmer

from hjulet.core import compounds
from hjulet.core.personal_number import CANDIDATE

_SNOWBALL = Stemmer.Stemmer("swedish", 0)
_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011:][^\W_]+)*")
_SIX_FIGURES = re.compile(r"\d{6}")
_KEPT = str.maketrans({"å": "\ue000", "ä": "\ue001", "ö": "\ue002"})
_ACUTE = re.compile(r"é(?:n|er|erna|et|ens|ets)\b")
_BACK = str.maketrans({"\ue000": "å", "\ue001": "ä", "\ue002": "ö"})
CONSONANTS = "bcdfghjklmnpqrstvwxz"
LONGEST = 60

# Strong verbs and nouns that change their vowel: form to the form that the others share.
_IRREGULAR = {
    "föll": "fall", "fallit": "fall", "fallna": "fall", "nätter": "natt", "nätterna": "natt", "fötter": "fot",
    "fötterna": "fot", "händerna": "hand", "tänder": "tand", "tänderna": "tand", "män": "man", "männen": "man",
    "mannen": "man", "mannens": "man", "böcker": "bok", "böckerna": "bok", "mödrar": "mor", "mor": "mor",
    "modern": "mor", "döttrar": "dotter", "söner": "son", "låg": "ligg", "legat": "ligg", "gav": "ge",
    "gett": "ge", "givit": "ge", "ger": "ge", "given": "ge", "givet": "ge", "tog": "ta", "tagit": "ta", "tar": "ta",
    "slog": "slå", "slagit": "slå", "slår": "slå", "satt": "sitt", "suttit": "sitt", "bet": "bit", "bitit": "bit",
    "stack": "stick", "stuckit": "stick", "drack": "drick", "druckit": "drick", "åt": "ät", "ätit": "ät", "äter": "ät",
    "gick": "gå", "gått": "gå", "går": "gå", "stod": "stå", "stått": "stå", "står": "stå", "fick": "få", "fått": "få",
    "dog": "dö", "dött": "dö", "dör": "dö", "död": "dö", "skrek": "skrik", "skrikit": "skrik", "skar": "skär",
    "skurit": "skär", "bröt": "bryt", "brutit": "bryt", "sprang": "spring", "sprungit": "spring",
    "försvann": "försvinn", "försvunnit": "försvinn", "brann": "brinn", "brunnit": "brinn", "satte": "sätt",
    "glömt": "glöm", "glömde": "glöm", "glömmer": "glöm", "lämnat": "lämn", "öron": "öra", "örat": "öra",
    "ögon": "öga", "ögat": "öga", "ögonen": "öga", "lade": "lägg", "lagt": "lägg", "bad": "be", "bett": "be",
    "kvinna": "kvinn", "kvinnor": "kvinn", "kvinnan": "kvinn", "kvinnorna": "kvinn",
    "kom": "komm", "kommit": "komm", "hjälpt": "hjälp", "lyft": "lyft",
    "lyfte": "lyft", "broms": "broms", "fara": "fara", "faran": "fara", "faror": "fara", "farorna": "fara",
    "vätska": "vätsk", "vätskan": "vätsk", "blödde": "blöd", "blött": "blöd", "hällt": "häll",
}  # fmt: skip
# Here -et belongs to the word itself.
_NEUTER_NO = frozenset({"paket", "staket", "raket", "mycket", "inget", "vilket", "trumpet", "diabet", "tablet"})


def plain(text: str) -> str:
    """Lower case, one way to write each letter, accents off other letters than å, ä and ö."""
    text = unicodedata.normalize("NFC", text).lower().translate(_KEPT)
    text = _ACUTE.sub("é", text)  # idén is idé, while -en is taken off after the accent is gone
    parts = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).translate(_BACK)


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word begins and ends, and the word as written. Personal numbers are no words."""
    numbers = [match.span() for match in CANDIDATE.finditer(text)]
    for match in _WORD.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in numbers):
            yield match.start(), match.end(), match.group()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The form that all inflections of one plain word share."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    found = _SNOWBALL.stemWord(_indefinite(word))
    if len(found) >= 5 and found.endswith("el") and found[-3] in CONSONANTS:
        return f"{found[:-2]}l"  # läkemedel as läkemedl-et
    if found[-2:] in {"mm", "nn", "dd"} and len(found) > 3:
        return found[:-1]  # rum as rumm-et
    return found


def _indefinite(word: str) -> str:
    """Takes off the definite endings that Snowball leaves, and keeps -else, which it takes too much of."""
    bare = word[:-1] if word.endswith("s") and len(word) > 5 and word[-2] not in "sui" else word
    ending = next((e for e in ("elserna", "elser", "elsen", "else") if bare.endswith(e)), "")
    if ending and len(bare) > len(ending) + 2:
        return f"{bare[: -len(ending)]}elsx"
    if len(bare) >= 5 and bare.endswith("an") and bare[-3] in CONSONANTS:
        return bare[:-1]
    if len(bare) >= 6 and bare.endswith(("eln", "orn", "ern")):
        return bare[:-1]
    return _not_neuter(bare) or word


def _not_neuter(bare: str) -> str:
    if len(bare) >= 6 and bare[-4] in "bdgkmpt" and bare.endswith(("ret", "net")):
        return bare[:-3]  # fönst-ret, vatt-net
    if len(bare) >= 7 and bare.endswith("ren") and bare[-4] in "tdm" and bare[-5] in CONSONANTS:
        return bare[:-3]  # fönst-ren
    own = bare.endswith(("het", "itet")) or bare in _NEUTER_NO
    if len(bare) >= 5 and bare.endswith("et") and bare[-3] in CONSONANTS and not own:
        return bare[:-2]
    return ""


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """All that a word in a text is found by: its own form, then those of its parts, when it is a compound."""
    pieces = [part for part in re.split(r"[-\u2010\u2011:]", plain(word)) if part][:8]
    whole = "".join(pieces)[:LONGEST]
    found = [stem(whole)]
    for piece in pieces:
        found += [stem(piece), *(stem(part) for part in parts_of(piece))]
    return tuple(dict.fromkeys(form for form in found if len(form) > 1 or form.isdigit()))


FIRST = frozenset(compounds.FIRST.split())
LAST, HEADS, NEVER = (
    frozenset({*text.split(), *map(stem, text.split())}) for text in (compounds.LAST, compounds.HEADS, compounds.NEVER)
)


def parts_of(word: str) -> list[str]:
    """The words a compound is made of, empty when it is none that we know: läkemedelsfel, läkemedel and fel.

    Both parts must be words we know, or the first an unmistakable one (läkemedels-), or the last (-olycka).
    What is longer than any word, such as a pasted key, is none.
    """
    return list(_parts(word)) if len(word) <= LONGEST else []


@lru_cache(maxsize=50_000)  # each end of a word is looked at once, however many ways lead to it
def _parts(word: str) -> tuple[str, ...]:
    if len(word) < 6 or stem(word) in NEVER:
        return ()
    for cut in range(len(word) - 2, 2, -1):  # the longest first part wins
        first, last = _first(word[:cut]), word[cut:]
        if first not in FIRST:
            continue
        more = _parts(last) if len(last) > 8 else ()
        if more or _known(last, LAST):
            return (first, last, *more)
    return _with_a_known_end(word)


def _with_a_known_end(word: str) -> tuple[str, ...]:
    for cut in range(3, len(word) - 3):
        if _known(word[cut:], HEADS) and re.search("[aeiouyåäö]", word[:cut]):
            return (word[cut:],)
    return ()


def _first(part: str) -> str:
    """A first part as it stands alone: läkemedels- is läkemedel."""
    return part if part in FIRST else part[:-1] if part.endswith("s") else part


def _known(word: str, known: frozenset[str]) -> bool:
    return word in known or stem(word) in known


def index_words(text: str, most: int = 20_000) -> str:
    """What a text is found by: forms in order, each once, with a space between; at most so many characters."""
    # without six figures in a row there is no personal number, and the places of the words need not be known
    each = [word for _start, _end, word in words(text)] if _SIX_FIGURES.search(text) else _WORD.findall(text)
    found = dict.fromkeys(chain.from_iterable(map(forms, dict.fromkeys(each))))
    joined = " ".join(found)
    return joined if len(joined) <= most else joined[:most].rpartition(" ")[0]


def asked_words(query: str, most: int = 8) -> list[str]:
    """The forms a question asks for, all of which must be found. A compound asks for itself, not for its parts."""
    asked = []
    for _start, _end, word in words(query):
        whole = plain(re.sub(r"[-\u2010\u2011:]", "", word))[:LONGEST]
        if len(whole) > 1 or whole.isdigit():
            asked.append(stem(whole))
    return list(dict.fromkeys(asked))[:most]
