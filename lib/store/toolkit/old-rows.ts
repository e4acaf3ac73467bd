import { createHash } from 'node:crypto';
import type { Media } from '../../messages/document/media.js';
import type { LoggedAction } from '../tables/action-log.js';
import type { ImportedDownload } from '../tables/import-logs.js';
import type { ImportedMessage } from '../tables/import-messages.js';
import {
  ACTION_STATES,
  ACTIONS,
  DOWNLOAD_STATUSES,
  MEDIA_TYPES,
  MESSAGE_STATUSES,
  type MediaType,
} from '../tables/schema.js';
import { asTime } from '../times.js';
import { asNumber, asOptionalNumber, clipped, DamagedValue, type StoredInteger } from '../values.js';
import { withoutSecrets } from './hide-secrets.js';
import type { OldAction, OldDownload, OldMessage } from './old-tables.js';
import type { ZonedTimes } from './zoned-time.js';

/** How the toolkit's rows are read. */
export interface OldReading {
  readonly times: ZonedTimes;
  /** The machine of rows that name none. */
  readonly host: string;
  /** Texts that nothing may keep. */
  readonly secrets: readonly string[];
  /** Where a file lies that a machine knows under a path. */
  pathOf(path: string, host: string): string;
}

/** What its log says of a message's last success. */
export interface OldSuccess {
  readonly at: number;
  readonly bytes?: number;
}

/** A row of the toolkit's messages. @throws DamagedValue for one that holds no message */
export function importedMessage(
  row: OldMessage,
  chatId: number,
  success: OldSuccess | undefined,
  { times, host, pathOf }: OldReading,
): ImportedMessage {
  const id = asNumber(row.message_id);
  if (id <= 0) throw new DamagedValue('it has no id of a message');
  const mediaType = wordOf(MEDIA_TYPES, row.media_type, 'none');
  const media = MEDIA[mediaType];
  const author = asOptionalNumber(row.sender_id);
  const fileSize = asOptionalNumber(row.media_file_size) ?? success?.bytes;
  const downloadHost = row.download_hostname ?? (row.local_file_path ? host : undefined);
  const status = wordOf(MESSAGE_STATUSES, row.status, 'retrieved');
  const retrievedAt = times.read(row.retrieved_datetime);
  const changedAt = row.updated_at === null ? retrievedAt : times.read(row.updated_at);
  return {
    document: {
      version: 1,
      kind: 'message',
      id,
      chat: chatId,
      date: Math.floor(asTime(row.message_date) / 1000),
      ...(author !== undefined && { author }),
      flags: {},
      text: row.message_text ?? '',
      entities: [],
      ...(media && { media }),
    },
    mediaType,
    ...(row.media_file_name && { fileName: clipped(row.media_file_name, 255) }),
    ...(fileSize !== undefined && { fileSize }),
    ...(row.media_mime_type && { mime: row.media_mime_type }),
    status,
    retrievedHost: row.retrieved_hostname ?? host,
    retrievedAt,
    ...(downloadHost !== undefined && { downloadHost }),
    ...(row.local_file_path && {
      path: pathOf(row.local_file_path, downloadHost ?? host),
      downloadedAt: success?.at ?? changedAt,
    }),
    ...(status === 'deleted' && { deletedAt: changedAt }),
  };
}

/** Media of which nothing is known but the kind; Telegram's own description comes with the first scan. */
const MEDIA: Readonly<Partial<Record<MediaType, Media>>> = {
  photo: { kind: 'photo' },
  video: { kind: 'video' },
  document: { kind: 'file' },
  audio: { kind: 'audio' },
  voice: { kind: 'voice' },
  sticker: { kind: 'sticker' },
  animation: { kind: 'animation' },
};

/** The toolkit counts attempts before the last one; a row is made of each. More than this isn't a count. */
const MOST_RETRIES = 100;

/** A row of the toolkit's log of downloads: the attempt, and the ones before it that were counted. */
export function importedDownloads(
  row: OldDownload,
  chatId: number,
  { times, host, secrets }: OldReading,
): readonly ImportedDownload[] {
  const at = times.read(row.download_datetime);
  const bytes = asOptionalNumber(row.file_size);
  const common = { chatId, messageId: asNumber(row.message_id), host: row.hostname ?? host, at };
  const facts = [row.id, row.chat_id, row.message_id, row.download_datetime, row.file_path, row.hostname];
  const retries = Math.min(asOptionalNumber(row.retry_count) ?? 0, MOST_RETRIES);
  const earlier = Array.from({ length: Math.max(0, retries) }, (_, index) => ({
    ...common,
    entryId: entryId('retry', index, ...facts),
    status: 'retry' as const,
    error: 'Telegram Utilities counted this attempt, and kept nothing else of it.',
  }));
  const last = {
    ...common,
    entryId: entryId('download', row.download_status, ...facts),
    status: wordOf(DOWNLOAD_STATUSES, row.download_status, 'failed'),
    ...(bytes !== undefined && { bytes }),
    ...(row.error_message && { error: clipped(withoutSecrets(row.error_message, secrets), 1000) }),
  };
  return [...earlier, last];
}

/** A row of the toolkit's log of actions, for the chain of the machine that imports it. */
export function importedAction(
  row: OldAction,
  chatId: number | undefined,
  accountId: number,
  { times, host, secrets }: OldReading,
): LoggedAction {
  const said = (text: string | null): string | undefined =>
    text === null || text === '' ? undefined : withoutSecrets(text, secrets);
  const time = (text: string | null): string | undefined =>
    text === null ? undefined : new Date(times.read(text)).toISOString();
  const { id, action_type, start_datetime, end_datetime, message_count } = row;
  return {
    entryId: entryId(
      'action',
      id,
      action_type,
      row.chat_id,
      start_datetime,
      end_datetime,
      row.status,
      row.hostname,
    ),
    accountId,
    action: wordOf(ACTIONS, action_type, 'scan'),
    state: wordOf(ACTION_STATES, row.status, 'started'),
    userName: 'unknown',
    arguments: JSON.parse(
      JSON.stringify({
        importedFrom: 'telegram-utilities',
        hostname: row.hostname ?? host,
        chat: chatId,
        started: time(start_datetime),
        ended: time(end_datetime),
        parameters: said(row.parameters),
        result: said(row.result_summary),
        error: said(row.error_message),
      }),
    ) as Record<string, unknown>,
    counts: { messages: asOptionalNumber(message_count) ?? 0 },
  };
}

/** The same for the same row, so that importing it again finds it. */
function entryId(...facts: readonly (string | StoredInteger | null | undefined)[]): string {
  const text = JSON.stringify(['telegram-utilities', ...facts.map((fact) => fact ?? null).map(String)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function wordOf<Word extends string>(words: readonly Word[], word: string | null, otherwise: Word): Word {
  return words.find((each) => each === word) ?? otherwise;
}
