/**
 * The schema of what is derived from the log. Everything is kept by generation: one is live, a later one may be made beside it, others wait
 * for their removal. What a row says that the log does not is marked (`unlogged`): 1 until the row is saved again, 2 as long as something
 * is due.
 */
export const viewsMigrations: ReadonlyArray<string> = [
  `CREATE TABLE position (position INTEGER NOT NULL) STRICT;
   INSERT INTO position VALUES (0);
   CREATE TABLE registrations (
     id TEXT PRIMARY KEY,
     revision INTEGER NOT NULL,
     state TEXT NOT NULL,
     due_at INTEGER,
     tries INTEGER NOT NULL DEFAULT 0,
     submission_id TEXT
   ) STRICT;
   CREATE INDEX due ON registrations (due_at) WHERE due_at IS NOT NULL;
   CREATE INDEX submission ON registrations (submission_id) WHERE submission_id IS NOT NULL`,
  // When it was found out, by the wall clock, that it is due at `due_at`.
  `ALTER TABLE registrations ADD COLUMN planned_at INTEGER NOT NULL DEFAULT 0`,
  // The epoch of the log at the position, and its last event that the rows know; the epoch in which a registration was reconciled with
  // the platform last.
  `ALTER TABLE position ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE position ADD COLUMN stream TEXT;
   ALTER TABLE position ADD COLUMN revision INTEGER;
   ALTER TABLE position ADD COLUMN hash TEXT;
   ALTER TABLE registrations ADD COLUMN reconciled_in INTEGER NOT NULL DEFAULT 0`,
  // Generations, messages, and what lists ask for. Rows that are there stay in use; their messages come with the rebuild that is due.
  `CREATE TABLE generations (
     generation INTEGER PRIMARY KEY,
     version INTEGER NOT NULL,
     has_messages INTEGER NOT NULL DEFAULT 1,
     position INTEGER NOT NULL DEFAULT 0,
     epoch INTEGER NOT NULL DEFAULT 0,
     stream TEXT,
     revision INTEGER,
     hash TEXT,
     blocked_position INTEGER,
     blocked_stream TEXT,
     blocked_revision INTEGER
   ) STRICT;
   INSERT INTO generations (generation, version, has_messages, position, epoch, stream, revision, hash)
     SELECT 1, 1, position = 0, position, epoch, stream, revision, hash FROM position;
   DROP TABLE position;
   CREATE TABLE live (generation INTEGER NOT NULL) STRICT;
   INSERT INTO live VALUES (1);
   CREATE TABLE messages (
     generation INTEGER NOT NULL,
     position INTEGER NOT NULL,
     tenant TEXT NOT NULL,
     registration_id TEXT NOT NULL,
     json TEXT NOT NULL,
     UNIQUE (generation, position)
   ) STRICT;
   CREATE INDEX messages_of_tenant ON messages (generation, tenant, position);
   CREATE TABLE restores (
     generation INTEGER NOT NULL,
     position INTEGER NOT NULL,
     epoch INTEGER NOT NULL,
     PRIMARY KEY (generation, position)
   ) STRICT, WITHOUT ROWID;
   DROP INDEX due;
   DROP INDEX submission;
   ALTER TABLE registrations RENAME TO old_registrations;
   CREATE TABLE registrations (
     generation INTEGER NOT NULL,
     id TEXT NOT NULL,
     revision INTEGER NOT NULL,
     due_at INTEGER,
     planned_at INTEGER NOT NULL,
     tries INTEGER NOT NULL DEFAULT 0,
     unlogged INTEGER NOT NULL DEFAULT 0,
     reconciled_in INTEGER NOT NULL,
     submission_id TEXT,
     tenant TEXT NOT NULL,
     partner_user_id TEXT NOT NULL,
     partner_user_id_type TEXT NOT NULL,
     state_name TEXT NOT NULL,
     requested_at INTEGER NOT NULL,
     outcome TEXT,
     outcome_at INTEGER,
     verdict_after INTEGER,
     state TEXT NOT NULL,
     UNIQUE (generation, id)
   ) STRICT;
   INSERT INTO registrations (generation, id, revision, due_at, planned_at, tries, unlogged, reconciled_in, submission_id, tenant,
       partner_user_id, partner_user_id_type, state_name, requested_at, state)
     SELECT 1, id, revision, due_at, planned_at, tries,
       CASE WHEN due_at IS NULL THEN 0 WHEN reconciled_in > 0 THEN 2 ELSE tries > 0 END, reconciled_in, submission_id,
       json_extract(state, '$.request.tenant'), json_extract(state, '$.request.partnerUserId'),
       json_extract(state, '$.request.partnerUserIdType'),
       CASE json_extract(state, '$._tag') WHEN 'Requested' THEN 'requested' WHEN 'AwaitingImages' THEN 'awaiting_images'
         WHEN 'ReadyToConfirm' THEN 'ready_to_confirm' WHEN 'AwaitingVerdict' THEN 'awaiting_verdict'
         WHEN 'IdentityVerified' THEN 'identity_verified' WHEN 'Issued' THEN 'issued' WHEN 'Rejected' THEN 'rejected'
         WHEN 'Failed' THEN 'failed' WHEN 'Withdrawn' THEN 'withdrawn' WHEN 'Expired' THEN 'expired' END,
       json_extract(state, '$.requestedAt'), state FROM old_registrations;
   DROP TABLE old_registrations;
   CREATE INDEX due ON registrations (generation, due_at) WHERE due_at IS NOT NULL;
   CREATE INDEX submission ON registrations (generation, submission_id) WHERE submission_id IS NOT NULL;
   CREATE INDEX by_user ON registrations (generation, tenant, partner_user_id);
   CREATE INDEX by_time ON registrations (generation, tenant, requested_at);
   CREATE INDEX by_state ON registrations (generation, tenant, partner_user_id_type, state_name, requested_at);
   CREATE INDEX outcomes ON registrations (generation, tenant, outcome_at, outcome, verdict_after) WHERE outcome IS NOT NULL;
   CREATE TABLE counts (
     generation INTEGER NOT NULL,
     tenant TEXT NOT NULL,
     partner_user_id_type TEXT NOT NULL,
     state_name TEXT NOT NULL,
     n INTEGER NOT NULL,
     PRIMARY KEY (generation, tenant, partner_user_id_type, state_name)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO counts SELECT generation, tenant, partner_user_id_type, state_name, count(*) FROM registrations GROUP BY 1, 2, 3, 4;
   CREATE TRIGGER registration_added AFTER INSERT ON registrations BEGIN
     INSERT INTO counts VALUES (new.generation, new.tenant, new.partner_user_id_type, new.state_name, 1)
       ON CONFLICT DO UPDATE SET n = n + 1;
   END;
   CREATE TRIGGER registration_moved AFTER UPDATE OF state_name ON registrations WHEN old.state_name <> new.state_name BEGIN
     UPDATE counts SET n = n - 1 WHERE generation = old.generation AND tenant = old.tenant
       AND partner_user_id_type = old.partner_user_id_type AND state_name = old.state_name;
     INSERT INTO counts VALUES (new.generation, new.tenant, new.partner_user_id_type, new.state_name, 1)
       ON CONFLICT DO UPDATE SET n = n + 1;
   END`,
  // What the rows were made with: a duration in milliseconds, or never.
  "ALTER TABLE generations ADD COLUMN erase_after INTEGER"
]
