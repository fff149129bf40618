"""Swedish texts of cases, made by rule and the same each time. Frequencies of words are known, for the searches."""

from __future__ import annotations

from random import Random

# A word for each kind of search, and how often it is in a text (in a case of a million).
RARE, MIDDLING, COMMON = "epilepsimatta", "doseringshjälpmedel", "brukaren"
EVERY = {RARE: 25, MIDDLING: 6_000}

WHO = ("Brukaren", "Den boende", "Kunden", "Den enskilde", "En kvinna på avdelningen", "En man på plan två")
WHAT = (
    "föll i badrummet och slog i handen",
    "fick inte sina kvällsmediciner",
    "fick dubbel dos på morgonen",
    "saknade signerad läkemedelslista",
    "hade inte fått sin planerade dusch på tre veckor",
    "hittades på golvet vid sängen",
    "fick vänta på hjälp efter larm i fyrtio minuter",
    "lyftes utan att liften var kontrollerad",
    "blev utan insulin till lunch",
    "fick tryckskada på vänster häl",
    "lämnade boendet utan att någon märkte det",
    "fick mat med fel konsistens och satte i halsen",
    "blev knuffad av en medboende i matsalen",
    "fick hemtjänstbesöket två timmar för sent",
    "hade inte ordinerad kompressionsstrumpa",
    "blev uppringd om fel persons provsvar",
)
WHEN = (
    "Det hände under natten när bara en nattpersonal var i tjänst.",
    "Händelsen upptäcktes vid överrapporteringen på morgonen.",
    "Vikarien hade inte fått introduktion i rutinen.",
    "Larmet hördes inte i korridoren.",
    "Sjuksköterskan kontaktades direkt och gjorde en bedömning.",
    "Anhöriga är informerade och frågar vad som görs för att det inte ska hända igen.",
    "Dosetten hade blandats ihop med grannens.",
    "Rullstolens broms var trasig sedan en vecka.",
    "Signeringslistan var inte ifylld för dagen.",
    "Delegeringen hade gått ut utan att någon upptäckt det.",
    "Genomförandeplanen är inte uppdaterad sedan i våras.",
    "Vi hade tre sjukskrivna och fick inte in någon ersättare.",
)
DONE = (
    "Hjälpte personen upp och kontrollerade puls och smärta.",
    "Ringde sjuksköterska som kom inom en timme.",
    "Kontaktade närstående.",
    "Satte upp en lapp i köket.",
    "Gjorde besöket i efterhand och bad om ursäkt.",
    "Tog bort mattan och torkade golvet.",
    "",
)
TITLES = ("Fall", "Läkemedel", "Utebliven insats", "Trycksår", "Larm", "Kost", "Hjälpmedel", "Bemötande")


def story(pick: Random, number: int) -> tuple[str, str, str]:
    """Title, description and what was done at once, for the case with this number."""
    what = pick.choice(WHAT)
    sentences = [f"{pick.choice(WHO)} {what}.", *pick.sample(WHEN, pick.randint(1, 4))]
    sentences += [f"Det var en {word} i rummet." for word, often in EVERY.items() if number % (1_000_000 // often) == 7]
    return f"{pick.choice(TITLES)}: {what[:60]}", " ".join(sentences), pick.choice(DONE)
