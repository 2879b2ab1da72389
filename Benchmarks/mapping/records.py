"""Made-up records of a shop's customers, about 600 bytes of JSON a line, the same bytes for the same count: records.py COUNT > records.jsonl"""
import json, random, sys

FIRST = "Anna Ben Chen Clara David Elif Fatima George Hana Igor Jasmin Karl Lena Mei Nadia Oscar Priya Quentin Rosa 小明 丽娜 建国".split()
LAST = "Adler Brown Çelik Díaz Evans Fischer Gupta Haddad Ivanov Jansen Kowalski Larsen Müller Novak 王 李 欧阳".split()
WORDS = "Northern Harbour Trading Precision Textile Foods Logistics Medical Optics Paper Steel Garden 澜汀 华信 恒远 贸易 科技".split()
FORMS = ["Ltd", "GmbH", "S.A.", "Inc.", "Co., Ltd.", "有限公司"]
CITIES = ["Leeds", "Köln", "上海", "Rotterdam", "São Paulo", "Izmir", "广州", "Gdańsk", "Lyon"]
STREETS = ["Harbour Road", "Bahnhofstraße", "中山路", "Rue de la Gare", "Station Lane", "Long Avenue"]
TAGS = ["vip", "export", "wholesale", "2024", "newsletter", "老客户", "on hold"]
NOTES = ["Prefers delivery on Tuesdays before noon; asks for \"quiet\" carriers.", "Pays late, but always pays.\nCall accounts first.",
         "Met at the fair, wants the new catalogue and a price list by post.", "请在周五之前联系, 需要发票.", ""]


def padded(random, text):
    """Two of three texts as they should be, the others with white space around them."""
    return random.choice(["{}", "{}", "{}", "{}", "  {}", "{} ", " {}\t", "\u3000{}"] if random.random() < .9 else ["{}"]).format(text)


def record(random, number):
    first, last, words = random.choice(FIRST), random.choice(LAST), random.sample(WORDS, 2)
    domain = f"{words[0].lower()}.example" if words[0].isascii() else "huaxin.example"
    return {
        "id": f"C{number:08}",
        "type": random.choice(["company", "person"]),
        "updated_at": f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}T{random.randint(0, 23):02}:{random.randint(0, 59):02}:00Z",
        "account": {
            "name": padded(random, f"{words[0]} {words[1]} {random.choice(FORMS)}"), "number": f"KH-{random.randint(0, 999999):06}",
            "terms": {"days": random.choice([14, 30, 60]), "limit": round(random.uniform(0, 50000), 2), "blocked": random.random() < .05},
            "tags": random.sample(TAGS, random.randint(1, 4))},
        "contact": {
            "first_name": padded(random, first), "last_name": padded(random, last),
            "emails": [f"contact{random.randint(1, 9999)}@{domain}", f"office@{domain}"][:random.randint(1, 2)],
            "phones": [{"kind": kind, "number": f"+44 20 {random.randint(7000, 7999)} {random.randint(0, 9999):04}"}
                       for kind in ["work", "mobile", "fax"][:random.randint(1, 3)]]},
        "address": {
            "street": padded(random, f"{random.randint(1, 200)} {random.choice(STREETS)}"), "city": padded(random, random.choice(CITIES)),
            "postcode": padded(random, f"{random.randint(10000, 99999)}"), "country": random.choice(["GB", "DE", "CN", "NL", "BR"])},
        "note": random.choice(NOTES),
        "owner": None if random.random() < .2 else random.choice(["sales-north", "sales-south", "key accounts"]),
    }


def main():
    source = random.Random(600)
    for number in range(int(sys.argv[1])):
        sys.stdout.write(json.dumps(record(source, number), ensure_ascii=False, separators=(",", ":")) + "\n")


main()
