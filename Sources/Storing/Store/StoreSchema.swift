import SQLite

/// The history of `store.sqlite`. Never edit a migration that was released; add one.
enum StoreSchema {
  static let migrations = [
    Migration(
      "first",
      [
        // Sources, types, attribute names and lookup kinds, so that rows and indexes hold small integers.
        "CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE records (
          id INTEGER PRIMARY KEY, type INTEGER NOT NULL, source INTEGER NOT NULL, key TEXT NOT NULL,
          version INTEGER NOT NULL, generation INTEGER NOT NULL, content INTEGER NOT NULL,
          baseline INTEGER, baseline_generation INTEGER, baseline_content INTEGER,
          deleted INTEGER NOT NULL, attributes TEXT NOT NULL, versions BLOB,
          position INTEGER NOT NULL, at INTEGER, home INTEGER, customer INTEGER)
        """,
        "CREATE UNIQUE INDEX records_by_key ON records (type, source, key)",
        "CREATE INDEX live_records_by_type ON records (type) WHERE deleted = 0",
        "CREATE INDEX records_by_customer ON records (customer) WHERE customer IS NOT NULL",
        "CREATE INDEX records_by_home ON records (home) WHERE home IS NOT NULL",
        // `type` and `at` repeat the referring record's, so that a page of a timeline is one range of the index.
        """
        CREATE TABLE refs (
          record INTEGER NOT NULL, attribute INTEGER NOT NULL, target_type INTEGER NOT NULL, target_source INTEGER NOT NULL,
          target_key TEXT NOT NULL, type INTEGER NOT NULL, at INTEGER NOT NULL,
          PRIMARY KEY (record, attribute, target_type, target_source, target_key)) WITHOUT ROWID
        """,
        "CREATE INDEX refs_by_target ON refs (target_type, target_source, target_key, at, record, type)",
        // `block` is a range of record ids: see Lookup.swift.
        """
        CREATE TABLE lookup (
          block INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL, record INTEGER NOT NULL,
          PRIMARY KEY (block, kind, value, record)) WITHOUT ROWID
        """,
        """
        CREATE TABLE terms (
          block INTEGER NOT NULL, term TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (block, term, record)) WITHOUT ROWID
        """,
        // What a record has in `lookup` and `terms`, so that a later version can take it out again.
        "CREATE TABLE lookup_entries (record INTEGER PRIMARY KEY, entries BLOB NOT NULL)",
        "CREATE TABLE search_texts (record INTEGER PRIMARY KEY, entries BLOB NOT NULL)",
        """
        CREATE TABLE customers (
          id INTEGER PRIMARY KEY, state TEXT NOT NULL, redirect_to INTEGER, golden BLOB NOT NULL, version INTEGER NOT NULL,
          updated_position INTEGER NOT NULL)
        """,
        "CREATE INDEX customers_by_redirect ON customers (redirect_to) WHERE redirect_to IS NOT NULL",
        """
        CREATE TABLE decisions (
          id INTEGER PRIMARY KEY, kind TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, author TEXT NOT NULL,
          reason TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, state TEXT NOT NULL, ended_by TEXT, ended_position INTEGER)
        """,
        "CREATE INDEX decisions_by_first ON decisions (first)",
        "CREATE INDEX decisions_by_second ON decisions (second)",
        """
        CREATE TABLE changes (
          sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, customer INTEGER, record TEXT, payload BLOB NOT NULL,
          position INTEGER NOT NULL)
        """,
        """
        CREATE TABLE dead_letters (
          id INTEGER PRIMARY KEY, position INTEGER NOT NULL, item INTEGER, connector TEXT NOT NULL, stream TEXT NOT NULL,
          partition TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, hint TEXT, file TEXT, line INTEGER, column_number INTEGER,
          byte_offset INTEGER, raw BLOB NOT NULL, at INTEGER NOT NULL)
        """,
        "CREATE INDEX dead_letters_by_stream ON dead_letters (connector, stream)",
        "CREATE INDEX dead_letters_by_position ON dead_letters (position)",
        """
        CREATE TABLE accounts (
          connector TEXT NOT NULL, stream TEXT NOT NULL, mapped INTEGER NOT NULL, undecodable INTEGER NOT NULL,
          filtered_deliveries INTEGER NOT NULL, produced INTEGER NOT NULL, applied INTEGER NOT NULL, unchanged INTEGER NOT NULL,
          stale INTEGER NOT NULL, filtered INTEGER NOT NULL, dead_lettered INTEGER NOT NULL, erased INTEGER NOT NULL,
          PRIMARY KEY (connector, stream)) WITHOUT ROWID
        """,
        "CREATE TABLE outcomes (position INTEGER PRIMARY KEY, outcome BLOB NOT NULL)",
        "CREATE TABLE lanes (connector TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
      ])
  ]
}
