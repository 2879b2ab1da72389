"""What the made-up customers are made of: names and their frequencies from Faker (MIT), streets, companies, abbreviations."""
import importlib
from collections import Counter

import numpy as np

# How many customers come from where.
LOCALES = {"en_US": .62, "en_GB": .10, "de_DE": .07, "fr_FR": .05, "es_MX": .08, "it_IT": .04, "en_IN": .04}

ABBREVIATIONS = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr", "Lane": "Ln", "Court": "Ct", "Place": "Pl", "Boulevard": "Blvd",
    "Square": "Sq", "Terrace": "Ter", "Highway": "Hwy", "Parkway": "Pkwy", "Circle": "Cir", "Trail": "Trl", "Way": "Way",
    "Apartment": "Apt", "Suite": "Ste", "North": "N", "South": "S", "East": "E", "West": "W",
}
STREETS = list(ABBREVIATIONS)[:14]

# Legal forms, and how else they are written.
FORMS = {
    "Inc": ["Inc.", "Incorporated", "", "INC"], "LLC": ["L.L.C.", "", "Llc"], "Ltd": ["Limited", "Ltd.", "", "LTD"],
    "Group": ["Grp", "Group Inc", ""], "Co": ["Company", "Co.", ""], "Corp": ["Corporation", "Corp.", ""],
    "GmbH": ["G.m.b.H.", "", "Gmbh"], "PLC": ["plc", "P.L.C.", ""],
}

MAIL_DOMAINS = (
    ["gmail.com"] * 9 + ["yahoo.com"] * 4 + ["hotmail.com"] * 3 + ["outlook.com"] * 3 + ["icloud.com"] * 2
    + ["aol.com", "gmx.de", "web.de", "orange.fr", "libero.it", "btinternet.com", "comcast.net"])
COMPANY_DOMAINS = [".com", ".net", ".co", ".de", ".co.uk", ".io"]
PLACEHOLDER_MAILS = ["noemail@example.com", "test@test.com", "none@none.com"]
PLACEHOLDER_PHONES = ["0000000000", "1111111111", "5555555555"]

NICKNAMES = {line.split()[0]: [word.capitalize() for word in line.split()[1:]] for line in """
robert bob bobby rob|william bill will billy|richard rick dick rich|james jim jimmy jamie|john jack johnny|michael mike mick|thomas tom tommy
charles charlie chuck|joseph joe joey|david dave|daniel dan danny|matthew matt|anthony tony|andrew andy drew|christopher chris|steven steve
edward ed eddie ted|kenneth ken|ronald ron|timothy tim|jeffrey jeff|gregory greg|benjamin ben|samuel sam|alexander alex sasha|nicholas nick
jonathan jon|patrick pat paddy|frederick fred|gerald jerry|lawrence larry|raymond ray|stephen steve|peter pete|philip phil|douglas doug
elizabeth liz beth betty eliza|margaret maggie peggy meg|katherine kate kathy katie|catherine cathy kate|jennifer jen jenny
patricia pat patty trish|susan sue suzie|barbara barb|jessica jess|deborah deb debbie|rebecca becky|victoria vicky tori|christina tina chris
kimberly kim|pamela pam|cynthia cindy|amanda mandy|samantha sam|stephanie steph|alexandra alex sandra|theresa terry tess|judith judy
dorothy dot dottie|virginia ginny|jacqueline jackie|abigail abby|gabrielle gabby|madeline maddy|isabella bella|eleanor ellie nell
francesca fran|giovanni gianni|giuseppe beppe|francisco paco pancho|jose pepe|guadalupe lupe|maximilian max|friedrich fritz|johannes hans
sebastian basti|jean-pierre jp|marie-louise malou""".strip().replace("\n", "|").split("|")}

# Letters that are heard alike, and the keys beside a key.
SOUNDS = [("ph", "f"), ("ck", "k"), ("ie", "y"), ("ei", "ie"), ("sch", "sh"), ("th", "t"), ("ll", "l"), ("nn", "n"), ("ss", "s"), ("tt", "t"),
          ("c", "k"), ("y", "i"), ("z", "s"), ("w", "v"), ("oo", "u"), ("ee", "ea"), ("ou", "u"), ("x", "ks"), ("son", "sen"), ("mann", "man")]
KEYS = {"a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
        "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
        "y": "tu", "z": "x"}


class Choice:
    """Words by their frequency; `take` turns a number from 0 to 1 into one of them."""

    def __init__(self, words, weights):
        self.words, weights = list(words), np.array(weights)
        self.sums = np.cumsum(weights / weights.sum())

    def take(self, share):
        return self.words[min(int(np.searchsorted(self.sums, share)), len(self.words) - 1)]


def counted(locale, attribute):
    """Faker's names with how often they are; where it only lists them, how often they stand there."""
    names = getattr(importlib.import_module(f"faker.providers.person.{locale}").Provider, attribute)
    return dict(names) if hasattr(names, "items") else dict(Counter(names))


class Locale:
    def __init__(self, locale):
        male, female, last = (counted(locale, name) for name in ("first_names_male", "first_names_female", "last_names"))
        self.male, self.female = Choice(male, list(male.values())), Choice(female, list(female.values()))
        # Outside the United States Faker has no real frequencies of surnames: a power law takes their place.
        self.last = Choice(last, list(last.values()) if locale == "en_US" else [1.0 / (i + 5) for i in range(len(last))])


def rare_surnames():
    starts = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z"]
    vowels = ["a", "e", "i", "o", "u", "ai", "ee", "ou"]
    middles = ["l", "ll", "n", "nd", "r", "rt", "s", "ck", "mb", "v", "t", "g"]
    ends = ["son", "er", "man", "ley", "ton", "field", "well", "ski", "ez", "ini", "berg", "ford", "s", "ova", "ard", "en", "ham", "wood", "ic",
            "ell"]
    return [(a + b + c + d).capitalize() for a in starts for b in vowels for c in middles for d in ends]


def cities(first_names):
    suffixes = importlib.import_module("faker.providers.address.en_US").Provider.city_suffixes[:8]
    parts = ["", "North", "South", "East", "West", "New", "Lake", "Port"]
    return [name.strip() for name in sorted({f"{part} {first}{suffix}" for part in parts for first in first_names[:60] for suffix in suffixes})]


def streets(surnames):
    names = surnames + ["Main", "Oak", "Maple", "Church", "Park", "High", "Station", "Mill", "Lake", "Hill"] * 6
    return [f"{name} {kind}" for name in names for kind in STREETS]


def company_stems(surnames):
    names = surnames[:400] + ["Global", "United", "First", "National", "Pacific", "Summit", "Pioneer", "Blue", "Delta", "Alpha", "Apex", "Nova",
                              "Northern", "Royal"] * 8
    trades = ["Foods", "Logistics", "Systems", "Partners", "Motors", "Trading", "Software", "Medical", "Consulting", "Textiles", "Energy", "Media",
              "Construction", "Plumbing", "Insurance", "Bakery", "Electronics", "Travel", "Holdings", "Services"]
    return [f"{name} {trade}" for name in names for trade in trades]
