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
];
