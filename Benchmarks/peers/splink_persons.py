"""Splink 5 (DuckDB, unsupervised) on the made-up customers of customers.py: from the file to clusters at probability 0.95.

usage: splink_persons.py RECORDS.csv CLUSTERS.csv MODEL.json [--trained]      trains and saves the model, or uses the saved one
Prints one line of JSON: seconds by phase and in all, CPU seconds, peak memory. The time of the imports is not counted.
"""
import logging, sys, warnings

warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)
import duckdb, splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from phases import Phases

# What a careful user of Splink would write for these columns; placeholders are taken out by hand.
CLEANED = r"""
  select id, nullif(lower(strip_accents(given_name)), '') given_name, nullif(lower(strip_accents(surname)), '') surname,
    lower(given_name) || ' ' || lower(surname) full_name,
    nullif(trim(regexp_replace(lower(company),
      '\b(inc|incorporated|llc|l\.l\.c|ltd|limited|group|grp|co|company|corp|corporation|gmbh|plc)\b\.?', '', 'g')), '') company,
    case when lower(email) not in ('noemail@example.com', 'test@test.com', 'none@none.com') then lower(email) end email,
    case when digits not in ('0000000000', '1111111111', '5555555555') then digits end phone,
    lower(address) address, split_part(lower(address), ' ', 1) street_no, lower(city) city, postcode,
    case when dob <> '1900-01-01' then dob end dob
  from (select *, right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) digits from raw)"""


def tf(comparison):
    return comparison.configure(term_frequency_adjustments=True)


def settings():
    return SettingsCreator(
        unique_id_column_name="id", link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in (
            ["email"], ["phone"], ["given_name", "surname", "substr(dob,1,4)"], ["surname", "dob"], ["given_name", "dob"],
            ["surname", "postcode"], ["given_name", "postcode"], ["given_name", "surname", "city"], ["postcode", "street_no"],
            ["given_name", "surname", "company"])],
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True), cl.EmailComparison("email"), cl.LevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("address", [.95, .88]), tf(cl.LevenshteinAtThresholds("postcode", [1])),
            tf(cl.JaroWinklerAtThresholds("company", [.9]))])


def train(linker, phases):
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("email", "surname"), block_on("given_name", "surname", "dob"), block_on("phone", "given_name")], recall=.7)
    phases.mark("prior")
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=5)
    phases.mark("u")
    for rule in (["given_name", "surname"], ["email"], ["dob", "postcode"]):
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule), estimate_without_term_frequencies=True)
    phases.mark("em")


def main():
    records, clusters, model = sys.argv[1:4]
    phases = Phases()
    connection = duckdb.connect()
    connection.sql(f"create table raw as select * from read_csv('{records}', all_varchar=true, header=true)")
    connection.sql(f"create table customers as {CLEANED}")
    is_trained = "--trained" in sys.argv
    table = DuckDBAPI(connection=connection).register(connection.sql("select * from customers"))
    linker = Linker(table, model if is_trained else settings())
    phases.mark("load")
    if not is_trained:
        train(linker, phases)
    pairs = linker.inference.predict(threshold_match_probability=.01)
    phases.mark("predict")
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=.95)
    found.query_sql("select id, cluster_id as cluster from {this}").as_duckdbpyrelation().write_csv(clusters, header=True)
    phases.mark("cluster")
    phases.say()
    if not is_trained:
        linker.misc.save_model_to_json(model, overwrite=True)


main()
