"""Tables made to be slow. Each function yields the rows of a table of the given size, the header first; equal sizes give equal tables.

usage: tables.py CASE SIZE > table.csv
"""
import csv, random, sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Just under the caps of the keys (MatchModel.caps): one row more, and a key would be too common to find anything by.
PHONE, EMAIL, PERSON, PLACE = 99, 99, 79, 59


def word(seed, length=8):
    """A word that looks like a name: consonants and vowels in turns, different for every seed."""
    draw = random.Random(seed)
    return "".join(draw.choice("bdfgklmnprstvz" if place % 2 == 0 else "aeiou") for place in range(length)).capitalize()


def phone(number):
    return f"+86 138 {number % 10 ** 8:08d}"


def identical(size):
    """One customer, again and again."""
    yield ["id", "name", "phone", "email", "address"]
    for row in range(size):
        yield [row, "Jane Holloway", "020 7946 0123", "jane@holloway.net", "14 Pembroke Gardens, London"]


def silent(size):
    """Rows that say the same, and too little to be joined."""
    yield ["id", "name", "city"]
    for row in range(size):
        yield [row, "Smith", "London"]


def near_cap(size):
    """Every value is shared by as many rows as a key may have, and by other rows than the values beside it."""
    draw = random.Random(size)

    def shared(by, value):
        numbers = [row // by for row in range(size)]
        draw.shuffle(numbers)
        return [value(number) for number in numbers]

    yield ["id", "name", "phone", "email", "address"]
    columns = [shared(PERSON, lambda n: f"{word(n)} {word(-n - 1)}"), shared(PHONE, phone), shared(EMAIL, lambda n: f"u{n}@lane.net"),
               shared(PLACE, lambda n: f"{n % 900 + 1} {word(n + 7)} Street")]
    for row in range(size):
        yield [row, *(column[row] for column in columns)]


def chain(size):
    """Every row shares given name and phone with one neighbour, surname and mail address with the other: one component, as long as the table."""
    yield ["id", "given_name", "phone", "surname", "email"]
    for row in range(size):
        before, after = row // 2, (row + 1) // 2
        yield [row, word(before), phone(before), word(-1 - after), f"{word(after)}@lane.net"]


def chains(size):
    """The same, in components of just under two thousand rows: as many as are still weighed pair by pair (MatchModel.componentLimit)."""
    yield ["id", "given_name", "phone", "surname", "email"]
    for row in range(size):
        before, after = row + row // 1990, row + row // 1990 + 1
        yield [row, word(before // 2), phone(before // 2), word(-1 - after // 2), f"{word(after // 2)}@lane.net"]


def blob(size):
    """One name and one birthday, phones and mail addresses each shared by as many rows as may be: one component, every part of it dense."""
    draw = random.Random(size)
    phones, emails = [row // PHONE for row in range(size)], [row // EMAIL for row in range(size)]
    draw.shuffle(phones)
    draw.shuffle(emails)
    yield ["id", "name", "phone", "email", "birth_date"]
    for row in range(size):
        yield [row, "Jane Holloway", phone(phones[row]), f"u{emails[row]}@lane.net", "1980-02-03"]


def long_name(size, rows=40):
    """Forty rows, ten customers, with names of so many characters: words, one word, Chinese, one letter."""
    yield ["id", "name", "phone", "email"]
    for row in range(rows):
        draw = random.Random(row // 4)
        kind = row // 4 % 4
        if kind == 0:
            name = " ".join(word(draw.random(), 7) for _ in range(size // 8))
        elif kind == 1:
            name = "".join(draw.choice(LETTERS) for _ in range(size))
        elif kind == 2:
            name = "".join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(size))
        else:
            name = "a" * size
        damaged = name[:size // 2] + "x" * (row % 3) + name[size // 2:]
        yield [row, damaged, phone(row // 4), f"u{row}@lane.net"]


def long_values(size, rows=40):
    """Forty rows whose phone, mail address, address and free text have so many characters."""
    yield ["id", "name", "phone", "email", "address", "notes"]
    for row in range(rows):
        draw = random.Random(row // 4)
        digits = "".join(draw.choice("0123456789") for _ in range(size))
        letters = "".join(draw.choice(LETTERS) for _ in range(size))
        words = " ".join(word(draw.random(), 7) for _ in range(size // 8))
        yield [row, f"{word(row // 4)} {word(row // 4 + 100)}", digits, f"{letters}{row % 2}@lane.net", f"{row // 4} {words}", words + str(row)]


CASES = {case.__name__.replace("_", "-"): case for case in (identical, silent, near_cap, chain, chains, blob, long_name, long_values)}


def main():
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows(CASES[sys.argv[1]](int(sys.argv[2])))


if __name__ == "__main__":
    main()
