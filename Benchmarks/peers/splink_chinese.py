"""Splink 4 (DuckDB, unsupervised) on Chinese customers whose values were normalised first: from the file to clusters.

usage: splink_chinese.py RECORDS.csv CLUSTERS.csv      columns name, contact, phone, email, address, credit_code, unionid
Prints one line of JSON: seconds by phase and in all, CPU seconds, peak memory. The time of the imports is not counted. Normalising is what a
careful user of Splink would do by hand: one width of characters, no spaces, companies without their legal form, numbers as digits.
"""
import csv, logging, re, sys, unicodedata, warnings

warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)
import duckdb, pandas, splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from phases import Phases

FORM = re.compile("股份有限公司|有限责任公司|集团有限公司|科技有限公司|有限公司|公司|集团")
PREFIX = re.compile("^(86|0086)(?=1[0-9]{10}$)")
COLUMNS = ["id", "name", "company", "contact", "phone", "email", "address", "credit_code", "unionid"]


def text(value):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).lower()


def normalised(row):
    name = text(row["name"])
    phone = PREFIX.sub("", re.sub("[^0-9]", "", text(row["phone"])))
    code = re.sub("[^0-9A-Z]", "", text(row["credit_code"]).upper())
    values = [name, FORM.sub("", re.sub("[()]", "", name)), text(row["contact"]), phone if len(phone) >= 7 else "", text(row["email"]),
              text(row["address"]), code if len(code) >= 15 else "", row["unionid"]]
    return [row["id"]] + [value or None for value in values]


def main():
    records, clusters = sys.argv[1:]
    phases = Phases()
    with open(records, encoding="utf-8", newline="") as file:
        normal = pandas.DataFrame([normalised(row) for row in csv.DictReader(file)], columns=COLUMNS)
    connection = duckdb.connect()
    connection.sql("create table customers as select * from normal")
    phases.mark("load and normalise")
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="id",
        comparisons=[cl.JaroWinklerAtThresholds("company", [.95, .88, .8]).configure(term_frequency_adjustments=True),
                     cl.JaroWinklerAtThresholds("contact", [.95]).configure(term_frequency_adjustments=True),
                     cl.LevenshteinAtThresholds("phone", [1]), cl.JaroWinklerAtThresholds("email", [.95]),
                     cl.JaroWinklerAtThresholds("address", [.95, .88]), cl.LevenshteinAtThresholds("credit_code", [1]),
                     cl.ExactMatch("unionid")],
        blocking_rules_to_generate_predictions=[
            block_on(column) for column in ("phone", "email", "credit_code", "unionid", "company", "substr(company,1,4)", "contact")])
    linker = Linker("customers", settings, DuckDBAPI(connection=connection))
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("phone"), block_on("email"), block_on("credit_code")], recall=.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in ("phone", "email", "company"):
        training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    phases.mark("train")
    pairs = linker.inference.predict(threshold_match_probability=.01)
    phases.mark("predict")
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=.95)
    connection.sql(f"copy (select id, cluster_id as cluster from {found.physical_name}) to '{clusters}' (header)")
    phases.mark("cluster")
    phases.say()


main()
