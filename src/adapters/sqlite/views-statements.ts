/** `?1` is a generation. NULL stands for the live one and the one that is made beside it, which takes its place as it is. */
const both =
  "generation IN (ifnull(?1, (SELECT generation FROM live)), ifnull(?1, (SELECT max(generation) FROM generations)))"
const eraseAfterOf = (row: "known" | "made") =>
  `(SELECT erase_after FROM generations WHERE generation = ${row}.generation)`
/** A column that says when something is due: of the live row where that says it of the same revision, and for the same `ERASE_AFTER`. */
const dueOf = (column: "due_at" | "planned_at" | "tries") =>
  `${column} = iif(${eraseAfterOf("known")} IS ${eraseAfterOf("made")} AND known.revision = made.revision AND made.due_at IS NOT NULL AND known.due_at IS NOT NULL, known.${column}, made.${column})`

export const viewsWrites = {
  // A guard: where the rows are elsewhere by now, or another generation is live (`?2`), nothing of the page is saved.
  savePosition: `UPDATE generations SET position = ?4, epoch = ?5, stream = ifnull(?6, stream), revision = ifnull(?7, revision),
      hash = ifnull(?8, hash), version = iif(position = 0, ?9, version), erase_after = iif(position = 0 OR erase_after IS ?13, ?13, -1), has_messages = position = 0 OR has_messages,
      blocked_position = ifnull(blocked_position, ?10),
      blocked_stream = iif(blocked_position IS NULL, ?11, blocked_stream),
      blocked_revision = iif(blocked_position IS NULL, ?12, blocked_revision)
    WHERE generation = ?1 AND position = ?3 AND (NOT ?2 OR generation = (SELECT generation FROM live))`,
  // What never changes is not set again: its indexes stay as they are.
  saveRow: `INSERT INTO registrations (generation, id, revision, due_at, planned_at, submission_id, reconciled_in, tenant, partner_user_id,
      partner_user_id_type, state_name, requested_at, outcome, outcome_at, verdict_after, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (generation, id) DO UPDATE SET revision = excluded.revision, state = excluded.state, due_at = excluded.due_at,
      planned_at = excluded.planned_at, tries = 0, unlogged = iif(excluded.due_at IS NOT NULL AND unlogged = 2, 2, 0),
      submission_id = excluded.submission_id, reconciled_in = max(reconciled_in, excluded.reconciled_in),
      state_name = excluded.state_name, outcome = excluded.outcome, outcome_at = excluded.outcome_at,
      verdict_after = excluded.verdict_after`,
  // Of rows that were saved beside the live ones: when their step was put off to, and in which epoch they were reconciled.
  takeUnlogged: `UPDATE registrations AS made SET unlogged = known.unlogged, reconciled_in = max(known.reconciled_in, made.reconciled_in),
      ${dueOf("due_at")}, ${dueOf("planned_at")}, ${dueOf("tries")}
    FROM registrations AS known
    WHERE made.generation = ?1 AND made.id IN (SELECT value FROM json_each(?2))
      AND known.generation = (SELECT generation FROM live) AND known.id = made.id AND known.unlogged > 0`,
  saveMessage:
    "INSERT INTO messages (generation, position, tenant, registration_id, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  saveRestore: "INSERT INTO restores (generation, position, epoch) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  reconciled: `UPDATE registrations SET reconciled_in = ?3, unlogged = 2
    WHERE ${both} AND id = ?2 AND reconciled_in < ?3`,
  postpone: `UPDATE registrations SET due_at = ?4, tries = ?5, planned_at = ?6, unlogged = max(unlogged, 1)
    WHERE ${both} AND id = ?2 AND revision = ?3`,
  bringForward: `UPDATE registrations SET due_at = due_at - (planned_at - ?2), planned_at = ?2, unlogged = max(unlogged, 1)
    WHERE ${both} AND due_at > ?2 AND planned_at > ?2`,
  addGeneration: "INSERT INTO generations (generation, version) SELECT max(generation) + 1, ?1 FROM generations",
  goLive: "UPDATE live SET generation = (SELECT max(generation) FROM generations)",
  // A guard: one that is behind the live one, or was begun before it, does not take its place.
  swap: `UPDATE live SET generation = ?1 WHERE generation < ?1
    AND (SELECT position FROM generations WHERE generation = ?1) >=
      (SELECT position FROM generations WHERE generation = live.generation)`,
  dropRows: `DELETE FROM registrations WHERE rowid IN
    (SELECT rowid FROM registrations INDEXED BY by_time WHERE generation = ?1 ORDER BY tenant, requested_at LIMIT ?2)`,
  dropMessages: `DELETE FROM messages WHERE rowid IN
    (SELECT rowid FROM messages WHERE generation = ?1 ORDER BY position LIMIT ?2)`,
  dropCounts: "DELETE FROM counts WHERE generation = ?1",
  dropRestores: "DELETE FROM restores WHERE generation = ?1",
  dropGeneration: "DELETE FROM generations WHERE generation = ?1"
} as const
