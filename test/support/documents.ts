import {
  DOCUMENT_VERSION,
  type PostDocument,
  type ServiceDocument,
} from '../../lib/messages/document/document.js';
import type { Media } from '../../lib/messages/document/media.js';

/** A text message of 2024-03-05 12:00 UTC, with some fields replaced. */
export function post(fields: Partial<PostDocument> = {}): PostDocument {
  return {
    version: DOCUMENT_VERSION,
    kind: 'message',
    id: 7,
    chat: -1000000000001,
    date: Date.UTC(2024, 2, 5, 12) / 1000,
    author: 42,
    text: '',
    entities: [],
    flags: {},
    ...fields,
  };
}

export function service(fields: Partial<ServiceDocument> = {}): ServiceDocument {
  const { version, id, chat, date, author } = post();
  return {
    version,
    id,
    chat,
    date,
    ...(author !== undefined && { author }),
    kind: 'service',
    flags: {},
    action: { kind: 'take_screenshot' },
    ...fields,
  };
}

/** A file of any kind. */
export function fileMedia(
  size: number,
  {
    kind = 'file',
    id = '1',
    name,
    mime = 'application/zip',
  }: { kind?: 'file' | 'video' | 'audio'; id?: string; name?: string; mime?: string } = {},
): Media {
  const reference = {
    source: 'document' as const,
    id,
    accessHash: '2',
    dc: 2,
    size,
    mime,
    ...(name !== undefined && { name }),
    fileReference: '',
  };
  return { kind, file: { reference, date: 0 } };
}
