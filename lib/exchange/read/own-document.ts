import type { MessageDocument } from '../../messages/document/document.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { filesOf } from '../../messages/selection/files.js';
import type { NamedFile } from './export-files.js';
import { isObject, type JsonObject } from './fields.js';
import type { Incoming } from './intake.js';

/**
 * A document that TelePi's own export has written; undefined for something that isn't one: files come from anywhere, so what the
 * store relies on is checked.
 */
export function ownDocument(value: unknown): MessageDocument | undefined {
  if (!isObject(value) || value['version'] !== 1) return undefined;
  if (!Number.isSafeInteger(value['id']) || !Number.isSafeInteger(value['chat'])) return undefined;
  const document = value as unknown as MessageDocument;
  switch (value['kind']) {
    case 'message':
      return isDated(value) && isText(value) && hasIds(document) ? document : undefined;
    case 'service':
      return isDated(value) && isObject(value['action']) && isObject(value['flags']) ? document : undefined;
    case 'empty':
    case 'unknown':
      return document;
    default:
      return undefined;
  }
}

/** What stands with such a document: its state, and where its files lie. */
export function withOwnKeys(document: MessageDocument, { deletedAt, files }: OwnKeys): Incoming {
  const paths = (Array.isArray(files) ? files : []).flatMap((file) =>
    isObject(file) && typeof file['path'] === 'string' ? file['path'] : [],
  );
  const [path, ...more] = paths;
  const file: NamedFile | undefined =
    path === undefined ? undefined : { path, name: undefined, size: undefined, mime: undefined };
  return { document, isWhole: true, file, more, deletedAt };
}

interface OwnKeys {
  /** In milliseconds since the epoch. */
  readonly deletedAt: number | undefined;
  readonly files: unknown;
}

function isDated({ date, author, topic }: JsonObject): boolean {
  return (
    Number.isSafeInteger(date) && [author, topic].every((id) => id === undefined || Number.isSafeInteger(id))
  );
}

function isText({ text, entities, flags }: JsonObject): boolean {
  return typeof text === 'string' && Array.isArray(entities) && isObject(flags);
}

/** Whether ids that become numbers are some. */
function hasIds(document: MessageDocument): boolean {
  try {
    const album = document.kind === 'message' ? document.album : undefined;
    const ids = [...filesOf(document), ...filesOfDocument(document).map(({ reference }) => reference)];
    for (const id of [...(album === undefined ? [] : [album]), ...ids.map((each) => each.id)]) BigInt(id);
    return ids.every(({ size, mime }) => Number.isSafeInteger(size) && typeof mime === 'string');
  } catch {
    // A file or an id is nothing that could be one.
    return false;
  }
}
