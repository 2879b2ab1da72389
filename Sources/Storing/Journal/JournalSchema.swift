import SQLite

/// The history of `journal.sqlite`. Never edit a migration that was released; add one.
enum JournalSchema {
  static let migrations = [
    Migration(
      "first",
      [
        // `head` is the last position of the connector; it stays when deliveries are pruned, so that none is given twice.
        "CREATE TABLE connectors (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, head INTEGER NOT NULL)",
        """
        CREATE TABLE streams (
          id INTEGER PRIMARY KEY, connector INTEGER NOT NULL REFERENCES connectors (id), stream TEXT NOT NULL, partition TEXT NOT NULL,
          received INTEGER NOT NULL, duplicate INTEGER NOT NULL, UNIQUE (connector, stream, partition))
        """,
        "CREATE TABLE checkpoints (stream INTEGER PRIMARY KEY REFERENCES streams (id), value BLOB NOT NULL)",
        // The body comes last: what stands behind a long value is slow to reach.
        """
        CREATE TABLE deliveries (
          position INTEGER PRIMARY KEY, connector INTEGER NOT NULL, stream INTEGER NOT NULL, received_at INTEGER NOT NULL,
          content_type TEXT, origin TEXT, mapping TEXT, blob INTEGER, blob_offset INTEGER, blob_length INTEGER, dedupe BLOB,
          meta BLOB NOT NULL, body BLOB)
        """,
        "CREATE INDEX deliveries_by_connector ON deliveries (connector)",
        "CREATE UNIQUE INDEX deliveries_by_dedupe ON deliveries (connector, dedupe) WHERE dedupe IS NOT NULL",
        "CREATE INDEX deliveries_by_blob ON deliveries (blob) WHERE blob IS NOT NULL",
        "CREATE TABLE blobs (id INTEGER PRIMARY KEY AUTOINCREMENT, length INTEGER NOT NULL)",
        "CREATE TABLE blob_chunks (id INTEGER PRIMARY KEY, blob INTEGER NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL)",
        "CREATE UNIQUE INDEX blob_chunks_by_start ON blob_chunks (blob, start)",
      ]),
    Migration(
      "control",
      [
        "CREATE TABLE leases (connector TEXT PRIMARY KEY, token INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE controls (
          connector TEXT NOT NULL, stream TEXT NOT NULL, paused INTEGER NOT NULL, since INTEGER, PRIMARY KEY (connector, stream))
          WITHOUT ROWID
        """,
        // What the daemon remembers over a restart and could also do without.
        "CREATE TABLE remarks (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
      ]),
  ]
}
