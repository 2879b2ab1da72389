"""How values are misspelt. `draw()` gives the next number from 0 to 1."""
import unicodedata

from names import ABBREVIATIONS, FORMS, KEYS, NICKNAMES, PLACEHOLDER_MAILS, PLACEHOLDER_PHONES, SOUNDS


def pick(choices, draw):
    return choices[int(draw() * len(choices))]


def typo(text, draw):
    if len(text) < 3:
        return text
    kind = draw()
    place = 1 + int(draw() * (len(text) - 1))
    letter = text[place] if place < len(text) else text[-1]
    before, after = text[:place], text[place + 1:]
    if kind < .25:
        return before + after
    if kind < .45:
        return before + pick(KEYS.get(letter.lower(), "e"), draw) + text[place:]
    if kind < .72:
        return before + (str(int(draw() * 10)) if letter.isdigit() else pick(KEYS.get(letter.lower(), "e"), draw)) + after
    if kind < .92 and place + 1 < len(text):
        return before + text[place + 1] + letter + text[place + 2:]
    return before + letter + text[place:]


def as_heard(text, draw):
    lower, first = text.lower(), int(draw() * len(SOUNDS))
    for offset in range(len(SOUNDS)):
        sound, other = SOUNDS[(first + offset) % len(SOUNDS)]
        place = lower.find(sound, 1)
        if place > 0:
            return text[:place] + other + text[place + len(sound):]
    return typo(text, draw)


def with_digit(text, length, draw):
    place = int(draw() * length)
    return text[:place] + str(int(draw() * 10)) + text[place + 1:]


_plain = {}


def without_accents(text):
    if text.isascii():
        return text
    if text not in _plain:
        spelt = text.replace("ß", "ss").replace("ø", "o").replace("ł", "l")
        _plain[text] = "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c))
    return _plain[text]


def damage(r, customer, noise, draw):
    """Changes some values of the record: what people mistype, leave out, and what changes in a life."""
    x = draw() / noise
    if x < .11:
        nicknames = NICKNAMES.get(r.given.lower())
        if nicknames:
            r.given = pick(nicknames, draw)
    elif x < .17:
        r.given = typo(r.given, draw)
    elif x < .19:
        r.given = as_heard(r.given, draw)
    elif x < .225:
        r.given = r.given[:1] + ("." if draw() < .5 else "")
    elif x < .245:
        r.given = ""
    x = draw() / noise
    if customer.second_surname is not None and draw() < .45:
        r.surname = customer.second_surname if draw() < .7 else f"{r.surname}-{customer.second_surname}"
    if x < .06:
        r.surname = typo(r.surname, draw)
    elif x < .085:
        r.surname = as_heard(r.surname, draw)
    elif x < .10:
        r.surname = ""
    if draw() / noise < .025:
        r.given, r.surname = r.surname, r.given
    _damage_contacts(r, customer, noise, draw)
    _damage_place(r, customer, noise, draw)
    _damage_birthday(r, customer, noise, draw)
    if r.company:
        x = draw() / noise
        if x < .35:
            r.company = ""
        elif x < .65:
            stem, form = r.company.rsplit(" ", 1)
            r.company = f"{stem} {pick(FORMS[form], draw)}".strip()
        elif x < .70:
            r.company = typo(r.company, draw)
        elif x < .72:
            r.company = r.company.split(" ")[0]


def _damage_contacts(r, customer, noise, draw):
    x = draw() / noise
    if x < .20:
        r.email = ""
    elif x < .36:
        r.email = customer.second_email
    elif x < .39:
        local, domain = r.email.split("@")
        r.email = f"{typo(local, draw)}@{domain}"
    elif x < .395:
        r.email = pick(PLACEHOLDER_MAILS, draw)
    x = draw() / noise
    if x < .20:
        r.phone = ""
    elif x < .33:
        r.phone = customer.second_phone
    elif x < .355:
        r.phone = with_digit(r.phone, 10, draw)
    elif x < .36:
        r.phone = pick(PLACEHOLDER_PHONES, draw)


def _damage_place(r, customer, noise, draw):
    x = draw() / noise
    if x < .13:
        r.address = ""
    elif x < .30 and customer.second_place is not None:
        r.address, r.city, r.postcode = customer.second_place
    if r.address:
        if draw() / noise < .08:
            r.address = typo(r.address, draw)
        if draw() / noise < .04:
            r.address = r.address.split(" Apartment")[0]
    x = draw() / noise
    if x < .05:
        r.city = ""
    elif x < .09:
        r.city = typo(r.city, draw)
    x = draw() / noise
    if x < .12:
        r.postcode = ""
    elif x < .15:
        r.postcode = with_digit(r.postcode, 5, draw)


def _damage_birthday(r, customer, noise, draw):
    year, month, day = customer.birthday
    x = draw() / noise
    if x < .25:
        r.birthday = ""
    elif x < .27:
        if day <= 12:
            r.birthday = f"{year}-{day:02d}-{month:02d}"
    elif x < .30:
        r.birthday = f"{year}-{month:02d}-{1 + int(draw() * 28):02d}"
    elif x < .315:
        r.birthday = f"{year + (1 if draw() < .5 else -1)}-{month:02d}-{day:02d}"
    elif x < .325:
        r.birthday = f"{year}-01-01"
    elif x < .33:
        r.birthday = "1900-01-01"


def respell(r, draw):
    """Writes the same values in another way."""
    if r.address and draw() < .45:
        r.address = " ".join(ABBREVIATIONS.get(word, word) for word in r.address.split(" "))
    if r.phone:
        p, style = r.phone, int(draw() * 6)
        r.phone = [p, f"({p[:3]}) {p[3:6]}-{p[6:]}", f"{p[:3]}-{p[3:6]}-{p[6:]}", f"+1{p}", f"+1 {p[:3]} {p[3:6]} {p[6:]}",
                   f"{p[:3]}.{p[3:6]}.{p[6:]}"][style]
    x = draw()
    if x < .10:
        change = str.upper if x < .05 else str.lower
        r.given, r.surname, r.company, r.address, r.city = map(change, (r.given, r.surname, r.company, r.address, r.city))
    elif x < .16:
        r.given, r.surname = without_accents(r.given), without_accents(r.surname)
