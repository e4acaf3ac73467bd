import type { ExportedMessage } from '../exported.js';
import type { PlacedFiles } from '../files/place-files.js';
import type { LocalTime } from '../local-time.js';
import type { ExportedChat } from './chat.js';
import { Verbatim } from './json.js';

/** The form of what stands under the key `telepi`. */
const KEYS_VERSION = 1;

/** What Telegram Desktop's format can't hold of a message: its whole document, and what the archive knows of it. */
export function telepiOfMessage(message: ExportedMessage, { all }: PlacedFiles): Verbatim {
  const { document, status, deletedAt, version } = message;
  return onOneLine({
    v: KEYS_VERSION,
    status,
    deleted_at: deletedAt === undefined ? undefined : Math.floor(deletedAt / 1000),
    versions: version || undefined,
    files:
      all.length === 0 ? undefined : all.map(({ id, path, size, sha256 }) => ({ id, path, size, sha256 })),
    document,
  });
}

/** The same of a chat. */
export function telepiOfChat(
  { id, type, title, username }: ExportedChat,
  {
    account,
    time,
    version,
  }: { readonly account: number; readonly time: LocalTime; readonly version: string },
): Verbatim {
  const chat = { id, type, title, username };
  return onOneLine({ v: KEYS_VERSION, version, account, zone: time.zone, chat });
}

function onOneLine(value: unknown): Verbatim {
  return new Verbatim(JSON.stringify(value));
}
