"""What rules that a person would write by hand give: records that share a phone number, an e-mail address, a credit code or an id
are one customer, unless more than CAP records share it; with NAMES also those whose company name is the same without its form.

usage: hand_rules.py DATA CAP NAMES > clusters.csv     DATA/records.csv; only the sources crm, erp and wechat; NAMES is 0 or 1
"""
import collections, csv, re, sys, unicodedata

folder, cap, names = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1"
records = [r for r in csv.DictReader(open(folder + "/records.csv", encoding="utf-8")) if r["source"] in ("crm", "erp", "wechat")]
parent = {r["id"]: r["id"] for r in records}


def find(record):
    while parent[record] != record:
        record = parent[record]
    return record


def fold(text):
    return unicodedata.normalize("NFKC", text or "").lower()


def keys(record):
    for phone in re.findall(r"\d{7,}", re.sub(r"[\s\-()+]", "", fold(record["phone"]))):
        yield "phone", phone[-11:]
    if "@" in record["email"]:
        yield "email", fold(record["email"]).strip()
    code = re.sub(r"[^0-9A-Z]", "", fold(record["credit_code"]).upper())
    if len(code) >= 15:
        yield "code", code
    for name in ("openid", "unionid"):
        if record[name]:
            yield name, record[name]
    short = re.sub(r"[\s()]|股份有限公司|有限责任公司|有限公司|公司", "", fold(record["name"]))
    if names and len(short) >= 4:
        yield "name", short


holders = collections.defaultdict(list)
for record in records:
    for key in keys(record):
        holders[key].append(record["id"])
for same in holders.values():
    if len(same) <= cap:
        for other in same[1:]:
            parent[find(other)] = find(same[0])
print("id,cluster")
for record in records:
    print(f"{record['id']},{find(record['id'])}")
