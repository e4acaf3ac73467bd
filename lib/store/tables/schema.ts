import type { StoredTime } from '../times.js';
import type { StoredBytes, StoredInteger } from '../values.js';
import type { EraseBatchesTable } from './erase-batches-table.js';
import type { HistoryImportsTable } from './history-imports-table.js';
import type { ImportRangesTable } from './import-ranges-table.js';
import type { AccountPaceTable } from './pace-table.js';
import type { StoreMovesTable } from './store-moves-table.js';
import type { TopicsTable } from './topics-table.js';
import type { WorkerJobsTable, WorkersTable } from './workers-tables.js';

/**
 * Tables of the archive. Every key starts with the account (Telegram's user id): ids of chats and messages are unique
 * only within an account. Chat ids are marked ids (-100…). `host`: the machine that wrote the row last. Times are UTC.
 */
export interface StoreTables {
  readonly accounts: AccountsTable;
  readonly people: PeopleTable;
  readonly former_names: FormerNamesTable;
  readonly chats: ChatsTable;
  readonly topics: TopicsTable;
  readonly messages: MessagesTable;
  readonly versions: VersionsTable;
  readonly changes: ChangesTable;
  readonly media: MediaTable;
  readonly download_log: DownloadLogTable;
  readonly action_log: ActionLogTable;
  readonly action_heads: ActionHeadsTable;
  readonly sequences: SequencesTable;
  readonly leases: LeasesTable;
  readonly file_copies: FileCopiesTable;
  readonly store_moves: StoreMovesTable;
  readonly account_pace: AccountPaceTable;
  readonly workers: WorkersTable;
  readonly worker_jobs: WorkerJobsTable;
  readonly erase_batches: EraseBatchesTable;
  readonly history_imports: HistoryImportsTable;
  readonly import_ranges: ImportRangesTable;
}

type Integer = StoredInteger;
type OptionalInteger = StoredInteger | null;
type OptionalText = string | null;
type OptionalTime = StoredTime | null;

export interface AccountsTable {
  account_id: Integer;
  name: OptionalText;
  username: OptionalText;
  /** 1: a bot. */
  is_bot: Integer;
  saved_datetime: StoredTime;
  host: string;
}

/** Users, and chats that write as themselves, as they are called now. */
export interface PeopleTable {
  account_id: Integer;
  /** Marked id. */
  person_id: Integer;
  name: OptionalText;
  username: OptionalText;
  /** Since when they are known under these names. */
  named_datetime: StoredTime;
  host: string;
}

/** Names that people had before. */
export interface FormerNamesTable {
  account_id: Integer;
  person_id: Integer;
  /** 1, 2, 3, … of the person. */
  seq: Integer;
  name: OptionalText;
  username: OptionalText;
  /** Since when they were known under these names, and when other ones were seen. */
  named_datetime: StoredTime;
  until_datetime: StoredTime;
  host: string;
}

export const CHAT_TYPES = ['private', 'bot', 'group', 'supergroup', 'forum', 'channel', 'unknown'] as const;
export type ChatType = (typeof CHAT_TYPES)[number];

export interface ChatsTable {
  account_id: Integer;
  chat_id: Integer;
  chat_type: ChatType;
  title: OptionalText;
  username: OptionalText;
  /** When its history was read to the end, last. */
  last_scan_datetime: OptionalTime;
  /** The newest message that was seen then. */
  last_message_id: OptionalInteger;
  host: string;
  /** When it was seen to be called so; null for what an older TelePi has saved. */
  named_datetime: OptionalTime;
}

export const MEDIA_TYPES = [
  'none',
  'photo',
  'video',
  'document',
  'audio',
  'voice',
  'sticker',
  'animation',
  'other',
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

export const MESSAGE_STATUSES = ['retrieved', 'downloaded', 'archived', 'deleted', 'failed'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

export interface MessagesTable {
  account_id: Integer;
  chat_id: Integer;
  message_id: Integer;
  /** Null: Telegram shows nothing of the message. */
  date: OptionalTime;
  sender_id: OptionalInteger;
  topic_id: OptionalInteger;
  album_id: OptionalInteger;
  media_type: MediaType;
  /** Telegram's id of the message's own photo or file; see MediaTable. */
  media_id: OptionalInteger;
  file_name: OptionalText;
  file_size: OptionalInteger;
  mime_type: OptionalText;
  text: OptionalText;
  status: MessageStatus;
  retrieved_hostname: string;
  retrieved_datetime: StoredTime;
  download_hostname: OptionalText;
  download_datetime: OptionalTime;
  local_file_path: OptionalText;
  /** When it was seen to be gone from Telegram. What is known of it stays. */
  deleted_datetime: OptionalTime;
  /** The message as JSON: see MessageDocument. */
  document: string;
  /** SHA-256, in hex, of what makes a version: see essenceOf. */
  document_hash: string;
  /** The message as Telegram sent it: TL, deflated, with its layer. Null: nobody kept it. */
  raw: StoredBytes | null;
  raw_layer: OptionalInteger;
  /** How many versions came before this one. */
  version: Integer;
}

/** What a message was before. */
export interface VersionsTable {
  account_id: Integer;
  chat_id: Integer;
  message_id: Integer;
  /** 0, 1, 2, … */
  version: Integer;
  document: string;
  document_hash: string;
  raw: StoredBytes | null;
  raw_layer: OptionalInteger;
  /** When another version was seen. */
  replaced_datetime: StoredTime;
  host: string;
}

export const CHANGE_KINDS = ['new', 'edited', 'deleted', 'restored', 'downloaded', 'failed'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Everything that has happened to messages, in one sequence that grows as the changes become visible. */
export interface ChangesTable {
  seq: Integer;
  account_id: Integer;
  chat_id: Integer;
  message_id: Integer;
  kind: ChangeKind;
  changed_datetime: StoredTime;
  host: string;
}

/** Photos and files that Telegram names by an id. */
export interface MediaTable {
  account_id: Integer;
  media_id: Integer;
  media_type: MediaType;
  size: OptionalInteger;
  mime_type: OptionalText;
  file_name: OptionalText;
  /** Of its bytes, in hex; null: nobody has had them. */
  sha256: OptionalText;
  saved_datetime: StoredTime;
  host: string;
}

export const DOWNLOAD_STATUSES = ['success', 'failed', 'retry'] as const;
export type DownloadStatus = (typeof DOWNLOAD_STATUSES)[number];

/** Attempts to download the file of a message. */
export interface DownloadLogTable {
  account_id: Integer;
  /** 32 hex digits, random: an attempt that is written twice is one row. */
  entry_id: string;
  chat_id: Integer;
  message_id: Integer;
  download_status: DownloadStatus;
  hostname: string;
  error_message: OptionalText;
  bytes: OptionalInteger;
  started_datetime: StoredTime;
  ended_datetime: StoredTime;
}

export const ACTIONS = [
  'scan',
  'download',
  'archive',
  'delete',
  'analyze',
  'export',
  'import',
  'restore',
] as const;
export type Action = (typeof ACTIONS)[number];

export const ACTION_STATES = ['started', 'completed', 'failed', 'cancelled'] as const;
export type ActionState = (typeof ACTION_STATES)[number];

/** What TelePi was asked to do, one chain for each host: see action-log.ts. Rows are added and never changed. */
export interface ActionLogTable {
  hostname: string;
  /** 1, 2, 3, … of the host. */
  seq: Integer;
  /** 32 hex digits, random. */
  entry_id: string;
  account_id: OptionalInteger;
  action: Action;
  state: ActionState;
  /** Of the operating system. */
  user_name: string;
  /** JSON, without secrets. */
  arguments: string;
  /** JSON. */
  counts: string;
  logged_datetime: StoredTime;
  /** SHA-256, in hex, of the row before, and of this row with it. */
  previous_hash: string;
  hash: string;
}

/** The newest row of each host's chain. */
export interface ActionHeadsTable {
  hostname: string;
  seq: Integer;
  hash: string;
}

export interface SequencesTable {
  name: string;
  /** The last number that was given out. */
  value: Integer;
}

export interface LeasesTable {
  name: string;
  /** Random, of who holds it. */
  holder: string;
  host: string;
  /** By the database's clock. */
  expires_datetime: StoredTime;
}

export const COPY_STATES = ['writing', 'there', 'gone'] as const;
export type CopyState = (typeof COPY_STATES)[number];

/** Where files of messages rest. */
export interface FileCopiesTable {
  /** Whose path it is. */
  host: string;
  /** SHA-256, in hex, of the path. */
  path_hash: string;
  account_id: Integer;
  /** See MediaTable. */
  media_id: OptionalInteger;
  chat_id: Integer;
  message_id: Integer;
  /** As FileCopy.path. */
  path: string;
  size: Integer;
  /** Unix seconds. */
  modified: OptionalInteger;
  /** Of its bytes, in hex. */
  sha256: OptionalText;
  state: CopyState;
  saved_datetime: StoredTime;
}
