/**
 * The tables, one step per version: the number of steps taken stands in `PRAGMA user_version`. Steps are never changed
 * once released, only added. Lists and messages are JSON; times are milliseconds since the epoch.
 */
export const schemaSteps: readonly string[] = [
  `
  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE applications (
    access_token TEXT PRIMARY KEY,
    id INTEGER NOT NULL,
    scopes TEXT,
    companies TEXT,
    disabled INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE subscriptions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    company_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    sink TEXT NOT NULL,
    types TEXT NOT NULL,
    mapping TEXT NOT NULL,
    verified INTEGER NOT NULL,
    verification_attempts INTEGER NOT NULL,
    last_verification_at INTEGER,
    verification_method TEXT NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL
  );

  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    company_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    sink TEXT NOT NULL,
    mapping TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    ids TEXT NOT NULL,
    time TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    attempts INTEGER NOT NULL,
    last_status INTEGER,
    reason TEXT,
    repeats INTEGER,
    faults TEXT NOT NULL,
    token TEXT
  );
  -- What is due for one sink, in order; and what is due at all.
  CREATE INDEX deliveries_due_for_sink ON deliveries (sink, due_at, id) WHERE state = 'pending';
  CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 'pending';

  CREATE TABLE attempts (
    delivery_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    record TEXT NOT NULL,
    -- With row ids: a record would not fit into the pages of an index.
    UNIQUE (delivery_id, number)
  );

  CREATE TABLE quotas (
    name TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (name)
  ) WITHOUT ROWID;
  `,
  // Ids are never used twice. The history is bounded in bytes. Faults are no longer kept. A delivery may wait for the next.
  `
  CREATE TABLE new_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    company_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    sink TEXT NOT NULL,
    mapping TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    ids TEXT NOT NULL,
    time TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    ended_at INTEGER,
    attempts INTEGER NOT NULL,
    last_status INTEGER,
    reason TEXT,
    repeats INTEGER,
    faults TEXT NOT NULL,
    token TEXT,
    -- Of the ids and of all attempts.
    bytes INTEGER NOT NULL,
    -- 1: waits until the next one to its sink was sent, or until it is due.
    held INTEGER NOT NULL DEFAULT 0
  );
  INSERT INTO new_deliveries (id, kind, state, subscription_id, company_id, application_id, sink, mapping, event_id, type,
    ids, time, created_at, due_at, ended_at, attempts, last_status, reason, repeats, faults, token, bytes)
  SELECT id, kind, state, subscription_id, company_id, application_id, sink, mapping, event_id, type,
    ids, time, created_at, due_at, CASE WHEN state IN ('pending', 'sending') THEN NULL ELSE created_at END, attempts,
    last_status, reason, repeats, faults, token,
    length(CAST(ids AS BLOB)) + coalesce(
      (SELECT sum(length(CAST(record AS BLOB))) FROM attempts WHERE delivery_id = deliveries.id), 0)
  FROM deliveries;
  DROP TABLE deliveries;
  ALTER TABLE new_deliveries RENAME TO deliveries;
  CREATE INDEX deliveries_due_for_sink ON deliveries (sink, due_at, id) WHERE state = 'pending';
  CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 'pending';
  -- The history, the oldest first, with all that is needed to bound it.
  CREATE INDEX deliveries_ended ON deliveries (ended_at, id, bytes) WHERE ended_at IS NOT NULL;
  CREATE INDEX deliveries_held ON deliveries (sink, id) WHERE held = 1;

  DELETE FROM settings WHERE name = 'faults';
  `,
];
