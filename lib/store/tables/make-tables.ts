import type { RoomTables } from '../room-tables.js';
import type { SchemaChange } from '../schema-change.js';
import { makeAccountPace } from './make-account-pace.js';
import { makeEraseBatches } from './make-erase-batches.js';
import { makeFileCopies } from './make-file-copies.js';
import { makeHistoryImports } from './make-history-imports.js';
import { makeImportRanges } from './make-import-ranges.js';
import { makeStoreMoves } from './make-store-moves.js';
import { makeTopics } from './make-topics.js';
import { makeWorkers } from './make-workers.js';

/** The tables of the archive: what each version of the database changes in them. */
export const STORE_TABLES: RoomTables = {
  migrations: {
    14: makeTables,
    15: makeFileCopies,
    16: makeStoreMoves,
    17: makeTopics,
    18: makeAccountPace,
    19: makeWorkers,
    23: makeEraseBatches,
    24: makeHistoryImports,
    25: makeImportRanges,
  },
  names: [
    'accounts',
    'people',
    'former_names',
    'chats',
    'messages',
    'versions',
    'changes',
    'media',
    'download_log',
    'action_log',
    'action_heads',
    'sequences',
    'leases',
    'file_copies',
    'store_moves',
    'topics',
    'account_pace',
    'workers',
    'worker_jobs',
    'erase_batches',
    'history_imports',
    'import_ranges',
  ],
};

/** The first form of most of them: see schema.ts for what the columns mean. */
async function makeTables(change: SchemaChange): Promise<void> {
  await makeChats(change);
  await makeMessages(change);
  await makeMedia(change);
  await makeLogs(change);
  await makeLeases(change);
}

const MESSAGE_KEY = ['account_id', 'chat_id', 'message_id'];

async function makeChats(change: SchemaChange): Promise<void> {
  await change.createTable('accounts', {
    columns: {
      account_id: 'bigint',
      name: 'varchar(255)?',
      username: 'varchar(255)?',
      is_bot: 'integer',
      saved_datetime: 'datetime',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'accounts_pk', columns: ['account_id'] },
  });
  const person = {
    account_id: 'bigint',
    person_id: 'bigint',
  } as const;
  const names = {
    name: 'varchar(255)?',
    username: 'varchar(255)?',
    named_datetime: 'datetime',
  } as const;
  await change.createTable('people', {
    columns: { ...person, ...names, host: 'varchar(255)' },
    primaryKey: { name: 'people_pk', columns: ['account_id', 'person_id'] },
  });
  await change.createTable('former_names', {
    columns: { ...person, seq: 'integer', ...names, until_datetime: 'datetime', host: 'varchar(255)' },
    primaryKey: { name: 'former_names_pk', columns: ['account_id', 'person_id', 'seq'] },
  });
  await change.createTable('chats', {
    columns: {
      account_id: 'bigint',
      chat_id: 'bigint',
      chat_type: 'varchar(16)',
      title: 'varchar(255)?',
      username: 'varchar(255)?',
      last_scan_datetime: 'datetime?',
      last_message_id: 'bigint?',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'chats_pk', columns: ['account_id', 'chat_id'] },
  });
}

async function makeMessages(change: SchemaChange): Promise<void> {
  await change.createTable('messages', {
    columns: {
      account_id: 'bigint',
      chat_id: 'bigint',
      message_id: 'bigint',
      date: 'datetime?',
      sender_id: 'bigint?',
      topic_id: 'bigint?',
      album_id: 'bigint?',
      media_type: 'varchar(16)',
      media_id: 'bigint?',
      file_name: 'varchar(255)?',
      file_size: 'bigint?',
      mime_type: 'varchar(255)?',
      text: 'text?',
      status: 'varchar(16)',
      retrieved_hostname: 'varchar(255)',
      retrieved_datetime: 'datetime',
      download_hostname: 'varchar(255)?',
      download_datetime: 'datetime?',
      local_file_path: 'text?',
      deleted_datetime: 'datetime?',
      document: 'text',
      document_hash: 'varchar(64)',
      raw: 'bytes?',
      raw_layer: 'integer?',
      version: 'integer',
    },
    primaryKey: { name: 'messages_pk', columns: MESSAGE_KEY },
  });
  const indexes = {
    messages_on_date: ['account_id', 'chat_id', 'date'],
    messages_on_media_type: ['account_id', 'media_type', 'chat_id'],
    messages_on_status: ['account_id', 'status', 'chat_id'],
    messages_on_media: ['account_id', 'media_id'],
    messages_on_retrieved_hostname: ['retrieved_hostname'],
    messages_on_download_hostname: ['download_hostname'],
  };
  for (const [name, columns] of Object.entries(indexes))
    await change.createIndex(name, { table: 'messages', columns });
  await change.createTable('versions', {
    columns: {
      account_id: 'bigint',
      chat_id: 'bigint',
      message_id: 'bigint',
      version: 'integer',
      document: 'text',
      document_hash: 'varchar(64)',
      raw: 'bytes?',
      raw_layer: 'integer?',
      replaced_datetime: 'datetime',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'versions_pk', columns: [...MESSAGE_KEY, 'version'] },
  });
  await change.createTable('changes', {
    columns: {
      seq: 'bigint',
      account_id: 'bigint',
      chat_id: 'bigint',
      message_id: 'bigint',
      kind: 'varchar(16)',
      changed_datetime: 'datetime',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'changes_pk', columns: ['seq'] },
  });
  await change.createTable('sequences', {
    columns: { name: 'varchar(32)', value: 'bigint' },
    primaryKey: { name: 'sequences_pk', columns: ['name'] },
  });
}

async function makeMedia(change: SchemaChange): Promise<void> {
  await change.createTable('media', {
    columns: {
      account_id: 'bigint',
      media_id: 'bigint',
      media_type: 'varchar(16)',
      size: 'bigint?',
      mime_type: 'varchar(255)?',
      file_name: 'varchar(255)?',
      sha256: 'varchar(64)?',
      saved_datetime: 'datetime',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'media_pk', columns: ['account_id', 'media_id'] },
  });
  await change.createIndex('media_on_sha256', { table: 'media', columns: ['sha256'] });
}

async function makeLogs(change: SchemaChange): Promise<void> {
  await change.createTable('download_log', {
    columns: {
      account_id: 'bigint',
      entry_id: 'varchar(32)',
      chat_id: 'bigint',
      message_id: 'bigint',
      download_status: 'varchar(16)',
      hostname: 'varchar(255)',
      error_message: 'text?',
      bytes: 'bigint?',
      started_datetime: 'datetime',
      ended_datetime: 'datetime',
    },
    primaryKey: { name: 'download_log_pk', columns: ['account_id', 'entry_id'] },
  });
  await change.createIndex('download_log_on_message', { table: 'download_log', columns: MESSAGE_KEY });
  await change.createIndex('download_log_on_hostname', {
    table: 'download_log',
    columns: ['hostname', 'download_status'],
  });
  await change.createTable('action_log', {
    columns: {
      hostname: 'varchar(255)',
      seq: 'bigint',
      entry_id: 'varchar(32)',
      account_id: 'bigint?',
      action: 'varchar(16)',
      state: 'varchar(16)',
      user_name: 'varchar(255)',
      arguments: 'text',
      counts: 'text',
      logged_datetime: 'datetime',
      previous_hash: 'varchar(64)',
      hash: 'varchar(64)',
    },
    primaryKey: { name: 'action_log_pk', columns: ['hostname', 'seq'] },
  });
  await change.createIndex('action_log_on_entry', {
    table: 'action_log',
    columns: ['entry_id'],
    unique: true,
  });
  await change.createTable('action_heads', {
    columns: { hostname: 'varchar(255)', seq: 'bigint', hash: 'varchar(64)' },
    primaryKey: { name: 'action_heads_pk', columns: ['hostname'] },
  });
}

async function makeLeases(change: SchemaChange): Promise<void> {
  await change.createTable('leases', {
    columns: {
      name: 'varchar(255)',
      holder: 'varchar(64)',
      host: 'varchar(255)',
      expires_datetime: 'datetime',
    },
    primaryKey: { name: 'leases_pk', columns: ['name'] },
  });
}
