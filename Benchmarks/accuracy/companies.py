"""Writes the 80 companies of a `_people.py` as ERP, CRM, mail and WeChat spell them: a table for `kindred match`, and its truth.

usage: companies.py FOLDER_OF__people.py TABLE.csv TRUTH.csv

The values per system follow the seeding scripts beside `_people.py`; customers are companies, so a company's contacts belong to it.
"""
import csv, random, sys

sys.path.insert(0, sys.argv[1])
from _people import people, phone_variant, variant

HEADER = ["id", "source", "kind", "name", "contact", "phone", "email", "address", "city", "postcode", "credit_code", "website", "openid"]
rows, truth = [], []


def add(gold, source, **values):
    key = f"{source}{len(rows):04d}"
    rows.append([key, source] + [values.get(name, "") for name in HEADER[2:]])
    truth.append([key, gold])


companies = people()
for i, p in enumerate(companies):
    for k in range(2 if i % 17 == 3 else 1):
        contacts = p["contacts"] if k == 0 else []
        phones = [p["phone"]] + [c["mobile"] for c in contacts]
        add(p["gold"], "erp", kind="company", name=p["name"] if (i + k) % 3 else p["name_en"], phone=" / ".join(phones),
            email=" ; ".join(c["email"] for c in p["contacts"]), address=p["street"], city=p["city"], postcode=p["post"],
            website=f"https://www.{p['domain']}")
rng = random.Random(11)
for i, p in enumerate(companies):
    if i % 4 == 3 and i > 60:
        continue
    for k in range(2 if i % 13 == 5 else 1):
        name, first = variant(p, rng), p["contacts"][0]
        add(p["gold"], "crm", kind="company", name=name, phone=phone_variant(p["phone"] if rng.random() < .5 else first["mobile"], rng),
            email=first["email"] if rng.random() < .7 else f"info@{p['domain']}", address=p["street"][:rng.choice([6, 40])],
            city=p["city"] if rng.random() < .6 else p["city_en"], postcode=p["post"], website=f"https://www.{p['domain']}",
            credit_code=p["uscc"] if rng.random() < .4 else "")
        for c in p["contacts"]:
            person = c["name"] if rng.random() < .6 else c["pinyin"]
            add(p["gold"], "crm", kind="contact", name=name, contact=person, phone="+86" + c["mobile"], city=p["city"],
                email=c["email"] if rng.random() < .7 and k == 0 else f"{c['pinyin'].split()[0].lower()}{i}{k}@qq.example")
rng = random.Random(7)
for p in companies:
    for _ in range(rng.choice([1, 2, 3])):
        c = rng.choice(p["contacts"])
        add(p["gold"], "mail", name=p["name"], contact=c["name"], phone=f"{p['phone']} / {c['mobile']}", email=c["email"],
            address=p["province"] + p["city"] + p["district"] + p["street"], credit_code=p["uscc"])
    c = rng.choice(p["contacts"])
    add(p["gold"], "wechat", name=rng.choice([f"{p['short']}-{c['name']}", f"{p['city_zh']}{p['short']} {c['name']}"]), phone=c["mobile"],
        openid=c["openid"])

for path, header, lines in ((sys.argv[2], HEADER, rows), (sys.argv[3], ["id", "cluster"], truth)):
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(header)
        writer.writerows(lines)
