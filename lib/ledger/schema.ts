import type { SentKind } from '../base/fingerprint.js';
import type { Way } from '../base/ways.js';
import type { StoredInteger } from '../store/values.js';

/**
 * Tables of the ledger. Every key starts with the account and, but for the targets, the job: ids of chats and messages are
 * unique only within an account. `host`: the machine that wrote the row last. Times are milliseconds since the epoch.
 */
export interface LedgerTables {
  readonly ledger_jobs: JobsTable;
  readonly ledger_messages: MessagesTable;
  readonly ledger_continuations: ContinuationsTable;
  readonly ledger_files: FilesTable;
  readonly ledger_topics: TopicsTable;
  readonly ledger_actions: ActionsTable;
  readonly ledger_targets: TargetsTable;
}

/** The progress of a message. `sent`, `skipped` and `failed` are final, `failed` until it is tried again. */
export type MessageState = (typeof MESSAGE_STATES)[number];
export const MESSAGE_STATES = ['planned', 'sending', 'sent', 'skipped', 'failed'] as const;

/** `send`: its copy is gone, and it is sent again. `edit`: its copy is edited until it is like the original. */
export type Repair = (typeof REPAIRS)[number];
export const REPAIRS = ['send', 'edit'] as const;

type Integer = StoredInteger;
type OptionalInteger = StoredInteger | null;
type OptionalText = string | null;

interface JobKey {
  /** The user id of the account that clones. */
  account_id: Integer;
  /** 32 hex digits. */
  job_id: string;
}

/** One source, one target, one selection of topics. */
export interface JobsTable extends JobKey {
  /** The name of the job's folder in the data directory. */
  folder: string;
  source_id: Integer;
  target_id: Integer;
  source_topic: OptionalInteger;
  target_topic: OptionalInteger;
  source_title: OptionalText;
  target_title: OptionalText;
  /** Everything up to this source id is final. */
  checkpoint: Integer;
  /** Everything up to this source id was done before there was a ledger, and has no rows. 0: nothing. */
  taken_up: Integer;
  /** The job with which --restart has replaced this one. */
  replaced_by: OptionalText;
  /** 1: --restart has created this job, and the folder's files are still those of the job before. */
  files_due: Integer;
  created_at: Integer;
  host: string;
  /** The latest run: its process, and when it began and ended (null while it runs, or when it was killed). */
  run_pid: OptionalInteger;
  run_started_at: OptionalInteger;
  run_ended_at: OptionalInteger;
  /** The checkpoint that the latest run started from, and how many messages were ahead then; null: unknown. */
  run_from: OptionalInteger;
  run_ahead: OptionalInteger;
  /** The target's newest message before the job's first send; null: not noted yet. */
  target_before: OptionalInteger;
  /** How the settings named the chats, if by name (`@name`, `me`); null: by id. */
  source_name: OptionalText;
  target_name: OptionalText;
  /**
   * The newest message of the basic group that the target used to be which is known to be older than everything that a
   * crash left in doubt there. Null when nothing is in doubt there.
   */
  former_target_floor: OptionalInteger;
  /**
   * The parts behind the checkpoint that no run has read, because the selection began later: pairs of source ids in JSON
   * (after, up to). Null: none.
   */
  passed_over: OptionalText;
  /**
   * With what skipped messages were last compared: SHA-256, in hex, of the selection and of what TelePi can send. And how
   * many of them it would have sent. Null: they never were.
   */
  compared_by: OptionalText;
  missed: OptionalInteger;
  /**
   * Of a comparison that isn't complete: the last skipped message that it concerns, the last one that it has come to, and
   * how far it has come in the parts that were passed over; source ids. Null: it is complete.
   */
  compared_up_to: OptionalInteger;
  compared_skipped: OptionalInteger;
  compared_passed: OptionalInteger;
  /** What checkpoint.txt said before `checkpoint` was written; null after a run that ended properly. */
  checkpoint_before: OptionalInteger;
  /** Of a ledger on a server: who began the latest run (see JobLease). The files of other machines are older. Null: nobody. */
  files_holder: OptionalText;
  /** While a run pins: Telegram's notes about it stand in this chat, after this message. */
  pins_chat: OptionalInteger;
  pins_after: OptionalInteger;
}

export interface MessagesTable extends JobKey {
  /** Negative in the older history (see source-ids.ts). */
  source_id: Integer;
  state: MessageState;
  random_id: Integer;
  /** The album it belongs to. */
  grouped_id: OptionalInteger;
  /** Negative, in the same way, for a copy in the basic group that the target used to be. */
  target_id: OptionalInteger;
  /** Why it was skipped or failed: a stable name. */
  reason: OptionalText;
  /** Why it failed: a sentence. */
  detail: OptionalText;
  /** How often a send was begun. */
  attempts: Integer;
  planned_at: Integer;
  sending_at: OptionalInteger;
  settled_at: OptionalInteger;
  /** What its copy looks like, noted when a send is begun: kind, bytes of a document, SHA-256 of the text in hex. */
  content_kind: SentKind | null;
  content_size: OptionalInteger;
  text_hash: OptionalText;
  /** The newest known message of the target when a send was begun: the copy comes after it. Null: there is none. */
  after_id: OptionalInteger;
  /**
   * The text that is sent, or was: JSON of the clone (its `text` and `entities` as in a document), empty when it is the
   * source's own; null: not known.
   */
  sent_text: OptionalText;
  /**
   * What its copy lacks of it: stable names, in order, with commas between them; null: not known. Noted before each call
   * that sends it.
   */
  losses: OptionalText;
  /** What the next run does about its copy, as `telepi verify --repair` has queued it; null: nothing. */
  repair: Repair | null;
  /** What has still to be done to the copy once it is there (a poll is closed), in words of the clone. Null: nothing. */
  owed: OptionalText;
  /** How it goes, or went; null: not known. */
  way: Way | null;
  host: string;
}

/**
 * A message that continues a copy whose text is too long for one: it answers the copy, and comes right after it. Or, with
 * a part below 0, a further message of a copy that is an album of its own: it goes by the same call.
 */
export interface ContinuationsTable extends JobKey {
  source_id: Integer;
  /** 1, 2, 3, … of the message; -1, -2, -3, … behind the first of an album. */
  part: Integer;
  state: (typeof CONTINUATION_STATES)[number];
  random_id: Integer;
  /** As in MessagesTable. */
  target_id: OptionalInteger;
  /** Its text, as JSON of the clone (`text` and `entities`); of an album's message what it looks like, as JSON; null: not known. */
  sent_text: OptionalText;
  /** SHA-256 of its text in hex. */
  text_hash: string;
  /** As in MessagesTable. */
  after_id: OptionalInteger;
  reason: OptionalText;
  detail: OptionalText;
  settled_at: OptionalInteger;
  /** `edit`: the next run edits it until it has its text again, as `telepi verify --repair` has queued it. */
  repair: 'edit' | null;
  host: string;
}

export const CONTINUATION_STATES = ['planned', 'sending', 'sent', 'failed'] as const;

/** An upload that is under way or done, under the id that its parts have on the server. */
export interface FilesTable extends JobKey {
  source_id: Integer;
  /** See FileRole. */
  role: string;
  file_id: Integer;
  size: Integer;
  parts: Integer;
  /** The parts that the server has: a bitmap as Base64, because databases don't agree on bytes. */
  acknowledged: string;
  /** When the first part was acknowledged: uploaded parts don't live for ever. */
  first_part_at: OptionalInteger;
  planned_at: Integer;
  /** When a messages.uploadMedia that refers to it was begun: some servers accept a file_id only once. */
  used_at: OptionalInteger;
  /** What messages.uploadMedia made of it: a photo or document, its id, access_hash and reference (base64). */
  made_kind: 'photo' | 'document' | null;
  made_id: OptionalInteger;
  made_hash: OptionalInteger;
  made_reference: OptionalText;
  /** The session that the parts were uploaded by: see sessionMark. Null: none was, or an older version doesn't say. */
  session: OptionalText;
  host: string;
}

export interface TopicsTable extends JobKey {
  /** The topic's id in the source. */
  source_id: Integer;
  /** How often its entry was taken out of topic_map.json: a new topic needs a new random_id. */
  generation: Integer;
  /** Null until a creation was planned: the entry was made by hand or by the older script. */
  random_id: OptionalInteger;
  /** Null until it exists. */
  target_id: OptionalInteger;
  planned_at: Integer;
  created_at: OptionalInteger;
  /** SHA-256 of the title in hex, and the newest known message of the target, when its creation was planned. */
  title_hash: OptionalText;
  after_id: OptionalInteger;
  host: string;
}

/** The actions on a job, and where they happened: a journal for people. */
export interface ActionsTable extends JobKey {
  /** 1, 2, 3, … within the job. */
  seq: Integer;
  at: Integer;
  host: string;
  pid: Integer;
  kind: string;
  /** JSON. */
  detail: string;
}

/** A target that --create-target makes for a source, from before the call that makes it: see MadeTarget. */
export interface TargetsTable {
  account_id: Integer;
  /** See JobSelection; empty: Telegram itself. */
  server: string;
  source_id: Integer;
  /** 0: the whole chat. */
  source_topic: Integer;
  /** What the chat is recognised by. */
  mark: string;
  kind: 'channel' | 'supergroup' | 'forum';
  title: string;
  planned_at: Integer;
  /** Null until it is known to exist. */
  target_id: OptionalInteger;
  access_hash: OptionalInteger;
  /** 1: it has the source's description and photo. */
  is_dressed: Integer;
  host: string;
}
