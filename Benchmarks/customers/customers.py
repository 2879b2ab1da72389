"""Made-up customers with their truth: the same count and seed give the same bytes.

usage: customers.py COUNT FOLDER [--seed 1] [--noise 1.0]      writes FOLDER/records.csv and FOLDER/truth.csv (id,cluster)

One to eight records a customer, 2.1 on average. Households share address, landline and surname; a parent may have the child's full name;
colleagues share company, address and switchboard; names are as frequent as in life; company stems repeat.
"""
import argparse, json, os
from dataclasses import dataclass

import numpy as np

from damage import damage, pick, respell, without_accents
from names import (COMPANY_DOMAINS, FORMS, LOCALES, MAIL_DOMAINS, Choice, Locale, cities, company_stems, counted, rare_surnames, streets)

SIZES = [.48, .25, .12, .065, .035, .02, .017, .013]
SOURCES = ["crm", "web", "billing", "support", "import"]
HEADER = "id,source,given_name,surname,company,email,phone,address,city,postcode,dob\n"
OFFICES = 400
BATCH = 4096


@dataclass
class Customer:
    given: str
    surname: str
    second_surname: str | None
    company: str
    email: str
    second_email: str
    phone: str
    second_phone: str
    place: tuple
    second_place: tuple | None
    birthday: tuple


@dataclass
class Record:
    given: str
    surname: str
    company: str
    email: str
    phone: str
    address: str
    city: str
    postcode: str
    birthday: str


class Generator:
    def __init__(self, seed, noise):
        self.random, self.noise = np.random.Generator(np.random.PCG64(seed)), noise
        self.locale = Choice([Locale(name) for name in LOCALES], list(LOCALES.values()))
        surnames, first_names = list(counted("en_US", "last_names")), list(counted("en_US", "first_names_female"))
        self.rare_surnames = rare_surnames()
        self.random.shuffle(self.rare_surnames)
        names = cities(first_names)
        self.random.shuffle(names)
        self.city = Choice(range(2000), 1.0 / (np.arange(2000) + 8) ** .9)
        self.cities, self.streets, self.stems = names[:2000], streets(surnames), company_stems(surnames)
        self.offices, self.neighbour = [], None

    def run(self, count):
        """-> the lines of the records, the customer of each, how many customers"""
        customers = int(count / 2.0) + 50
        sizes = self.random.choice(np.arange(1, 9), size=customers + count // 8 + 50, p=np.array(SIZES) / sum(SIZES))
        sums = np.cumsum(sizes)
        customers = int(np.searchsorted(sums, count)) + 1
        sizes = sizes[:customers]
        sizes[-1] -= int(sums[customers - 1] - count)
        lines, owners = [], []
        for first in range(0, customers, BATCH):
            last = min(customers, first + BATCH)
            draw = iter(self.random.random((last - first) * 48 + int(sizes[first:last].sum()) * 60 + 4096).tolist()).__next__
            for number in range(first, last):
                customer = self.customer(draw)
                for _ in range(int(sizes[number])):
                    lines.append(self.record(customer, draw))
                    owners.append(number)
        return lines, owners, customers

    def customer(self, draw):
        locale = self.locale.take(draw())
        is_female = draw() < .5
        given = (locale.female if is_female else locale.male).take(draw())
        surname = self.rare_surnames[int(draw() ** 1.7 * len(self.rare_surnames))] if draw() < .35 else locale.last.take(draw())
        year, month, day = 1935 + int((draw() + draw()) / 2 * 72), 1 + int(draw() * 12), 1 + int(draw() * 28)
        phone, place = self.phone(draw), None
        shares_house = draw() < .24
        if self.neighbour is not None and shares_house:
            other, other_is_female = self.neighbour
            place = other.place
            if draw() < .7:
                surname = other.surname
            if draw() < .45:
                phone = other.phone
            if draw() < .04 and other_is_female == is_female:
                # Parent and child.
                given, year = other.given, max(1930, other.birthday[0] - 20 - int(draw() * 18))
        if place is None:
            place = self.place(draw)
        company, work_email = "", None
        if draw() < .42:
            company, domain, place, phone = self.job(place, phone, draw)
            if draw() < .4:
                work_email = self.email(given, surname, year, draw, domain)
        email = work_email or self.email(given, surname, year, draw)
        second_email = self.email(given, surname, year, draw)
        if work_email and draw() < .5:
            second_email = self.email(given, surname, year, draw)
        second_place = self.place(draw) if draw() < .5 else None
        second_phone = self.phone(draw)
        second_surname = pick(locale.last.words, draw)
        is_married = is_female and draw() < .05
        customer = Customer(given, surname, second_surname if is_married else None, company, email, second_email, phone, second_phone, place,
                            second_place, (year, month, day))
        self.neighbour = customer, is_female
        return customer

    def job(self, place, phone, draw):
        """-> company, its domain, and where the customer now is to be found"""
        if self.offices and draw() < .55:
            company, domain, office, switchboard = pick(self.offices, draw)
            if draw() < .5:
                place = office
            if draw() < .3:
                phone = switchboard
            return company, domain, place, phone
        stem = self.stems[int(draw() ** 1.4 * len(self.stems))]
        company = f"{stem} {pick(list(FORMS), draw)}"
        domain = stem.replace(" ", "").lower() + pick(COMPANY_DOMAINS, draw)
        office = self.place(draw) if draw() < .6 else place
        self.offices.append((company, domain, office, self.phone(draw)))
        if len(self.offices) > OFFICES:
            self.offices.pop(int(draw() * OFFICES))
        return company, domain, place, phone

    def place(self, draw):
        street, number, kind = self.streets[int(draw() ** 1.5 * len(self.streets))], 1 + int(draw() ** 2 * 2400), draw()
        address = f"{number} {street}"
        if kind < .16:
            address += f" Apartment {1 + int(draw() * 60)}"
        elif kind < .20:
            address += f" Suite {100 + int(draw() * 800)}"
        elif kind < .26:
            address = f"{number} {pick(['North', 'South', 'East', 'West'], draw)} {street}"
        city = self.city.take(draw())
        return address, self.cities[city], f"{(city * 37 + 1000) % 90000 + int(draw() * 12):05d}"

    @staticmethod
    def phone(draw):
        return f"{200 + int(draw() * 780)}{200 + int(draw() * 790)}{int(draw() * 10000):04d}"

    @staticmethod
    def email(given, surname, year, draw, domain=None):
        given = without_accents(given).lower().replace(" ", "").replace("-", "")
        surname = without_accents(surname).lower().replace(" ", "").replace("'", "")
        kind = draw()
        host = domain or pick(MAIL_DOMAINS, draw)
        if kind < .40 or domain:
            local = f"{given}.{surname}"
        elif kind < .60:
            local = f"{given[:1]}{surname}"
        elif kind < .75:
            local = f"{given}{surname}{year % 100:02d}"
        elif kind < .87:
            local = f"{given}_{surname}"
        else:
            local = f"{surname}{given[:1]}{int(draw() * 999)}"
        if not domain and draw() < .35:
            local += str(int(draw() * 99))
        return f"{local}@{host}"

    def record(self, customer, draw):
        year, month, day = customer.birthday
        record = Record(customer.given, customer.surname, customer.company, customer.email, customer.phone, *customer.place,
                        f"{year}-{month:02d}-{day:02d}")
        if draw() < .72:
            damage(record, customer, self.noise, draw)
        respell(record, draw)
        return ",".join([pick(SOURCES, draw), *vars(record).values()])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int)
    arguments.add_argument("folder")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--noise", type=float, default=1.0)
    given = arguments.parse_args()
    generator = Generator(given.seed, given.noise)
    lines, owners, customers = generator.run(given.count)
    order, width = generator.random.permutation(len(lines)), len(str(given.count))
    clusters = generator.random.permutation(customers)
    os.makedirs(given.folder, exist_ok=True)
    with open(f"{given.folder}/records.csv", "w", encoding="utf-8", newline="") as records, open(f"{given.folder}/truth.csv", "w") as truth:
        records.write(HEADER)
        truth.write("id,cluster\n")
        for number, place in enumerate(order.tolist()):
            records.write(f"c{number:0{width}d},{lines[place]}\n")
            truth.write(f"c{number:0{width}d},{clusters[owners[place]]}\n")
    print(json.dumps({"records": len(lines), "customers": customers}))


if __name__ == "__main__":
    main()
