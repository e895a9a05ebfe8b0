/** Marks a file as an inbox: "FiCi" in ASCII. See {@link https://www.sqlite.org/pragma.html#pragma_application_id}. */
export const applicationId = 0x46694369;

/** The time of the store: milliseconds since the epoch. */
export const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/**
 * The tables, one step per version: the number of steps taken stands in `PRAGMA user_version`. Steps are never changed
 * once released, only added. Times are milliseconds since the epoch, by `now`.
 *
 * What is done moves from the items to the remembered keys. The index on the keys of the items stays small in that way,
 * so that accepting an event writes to few pages, whatever number of events there has been.
 */
export const schemaSteps: readonly string[] = [
  `
  CREATE TABLE fic_webhooks_items (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    retention INTEGER NOT NULL,
    remember_until INTEGER NOT NULL,
    -- When it may be worked on; of a claimed item the end of its lease.
    due_at INTEGER NOT NULL,
    -- Of the claim, when there is one.
    token TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    handled TEXT NOT NULL DEFAULT '[]',
    -- Dead letters have a reason.
    reason TEXT,
    error TEXT NOT NULL DEFAULT '',
    buried_at INTEGER
  ) STRICT;
  CREATE INDEX fic_webhooks_due ON fic_webhooks_items (due_at, id) WHERE reason IS NULL;
  CREATE INDEX fic_webhooks_dead ON fic_webhooks_items (id) WHERE reason IS NOT NULL;

  CREATE TABLE fic_webhooks_remembered (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    until INTEGER NOT NULL,
    -- The id that a dead letter had, so that a list can go on after it.
    position INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX fic_webhooks_forgettable ON fic_webhooks_remembered (until);

  -- Written to find out whether the disk takes something again.
  CREATE TABLE fic_webhooks_probe (id INTEGER PRIMARY KEY, filler BLOB) STRICT;
  `,
  // A list that goes on after a letter that is gone must find all that came later: no id up to the one that it had may be
  // given again. AUTOINCREMENT would write one more page with every commit; this writes only when a letter goes, and is read
  // once per commit.
  `
  CREATE TABLE fic_webhooks_last_position (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL) STRICT;
  INSERT INTO fic_webhooks_last_position SELECT 1, coalesce(max(position), 0) FROM fic_webhooks_remembered;
  CREATE TRIGGER fic_webhooks_keep_position AFTER DELETE ON fic_webhooks_items WHEN OLD.buried_at IS NOT NULL
  BEGIN
    UPDATE fic_webhooks_last_position SET position = OLD.id WHERE position < OLD.id;
  END;
  `,
];
