"""Splink on a table of Chinese customers (columns name, contact, phone, email, address, credit_code, unionid), unsupervised.

usage: splink_customers.py RECORDS.csv TRUTH.csv EVALUATE_FOLDER      needs splink 5 and duckdb
Prints the pairwise F1 at probability 0.95, and at the threshold that the truth would choose.
"""
import csv, gzip, sys, warnings, logging

warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)
sys.path.insert(0, sys.argv[3])
import duckdb, splink.comparison_library as cl
from evaluate import score
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

plain = lambda path: gzip.open(path, "rt", encoding="utf-8", newline="") if path.endswith(".gz") else open(path, encoding="utf-8", newline="")
con = duckdb.connect()
con.sql(f"create table raw as select * from read_csv('{sys.argv[1]}', all_varchar=true)")
digits = "right(regexp_replace(translate(phone, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g'), 11)"
con.sql(f"""create table customers as select id, nullif(replace(name, ' ', ''), '') as name, nullif(contact, '') as contact,
  case when length({digits}) >= 7 then {digits} end as phone, nullif(lower(email), '') as email, nullif(address, '') as address,
  case when length(credit_code) >= 15 then upper(credit_code) end as credit_code, nullif(unionid, '') as unionid from raw""")
columns = ["name", "contact", "phone", "email", "address", "credit_code", "unionid"]
settings = SettingsCreator(
    link_type="dedupe_only", unique_id_column_name="id",
    comparisons=[cl.JaroWinklerAtThresholds("name", [.95, .88, .8]).configure(term_frequency_adjustments=True),
                 cl.JaroWinklerAtThresholds("contact", [.95]).configure(term_frequency_adjustments=True),
                 cl.LevenshteinAtThresholds("phone", [1]), cl.JaroWinklerAtThresholds("email", [.95]),
                 cl.JaroWinklerAtThresholds("address", [.95, .88]), cl.LevenshteinAtThresholds("credit_code", [1]), cl.ExactMatch("unionid")],
    blocking_rules_to_generate_predictions=[block_on(c) for c in ("phone", "email", "credit_code", "unionid", "name", "substr(name,1,4)", "contact")])
api = DuckDBAPI(connection=con)
linker = Linker(api.register(con.sql("select * from customers")), settings)
linker.training.estimate_probability_two_random_records_match([block_on("phone"), block_on("email"), block_on("credit_code")], recall=.7)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
for rule in (block_on("phone"), block_on("email"), block_on("name")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
pairs = [(w, p, a, b) for w, p, a, b in linker.inference.predict(threshold_match_probability=.01)
         .query_sql("select match_weight, match_probability, id_l, id_r from {this}").as_duckdbpyrelation().fetchall()]
truth = {r["id"]: r["cluster"] for r in csv.DictReader(plain(sys.argv[2]))}


def clusters(edges):
    parent = {}
    def find(x):
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x
    for a, b in edges:
        parent[find(a)] = find(b)
    return {i: find(i) for i in truth}


at = lambda keep: score(truth, clusters((a, b) for w, p, a, b in pairs if keep(w, p)))
best = max((at(lambda w, p, t=t: w >= t) | {"weight": t} for t in range(-4, 41, 2)), key=lambda s: s["f1"])
for name, s in (("0.95", at(lambda w, p: p >= .95)), (f"best, weight {best['weight']}", best)):
    print(name, {k: s[k] for k in ("precision", "recall", "f1", "bcubed_f1")})
