import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from 'telegram/tl/index.js';
import type { Kind, KindTable } from '../../lib/messages/kinds/kind.js';
import { FIELDS, KINDS } from '../../lib/messages/kinds/table.js';
import { contentOf } from '../../lib/messages/tl/content.js';
import { inputEntities } from '../../lib/messages/tl/entities.js';
import { reductionsOf } from '../../lib/messages/tl/reductions.js';
import { sourcesOf } from '../repository/sources.js';

/** What the table says that the clone does now. */
interface Now {
  readonly outcome: string;
  readonly reason?: string | undefined;
  readonly losses: readonly string[];
}

function nowOf(kind: Kind): Now {
  const now: Pick<Kind, 'outcome'> & { readonly reason?: string; readonly losses?: readonly string[] } =
    kind.today ?? kind;
  return { outcome: now.outcome, reason: now.reason, losses: now.losses ?? [] };
}

type Make = new (args: Record<string, unknown>) => unknown;

/** An instance of a constructor of the library's, with the fields that are given. */
function made(className: string, args: Record<string, unknown> = {}): unknown {
  const type = (Api as unknown as Record<string, Make>)[className];
  assert.ok(type, `Api has ${className}`);
  return new type(args);
}

function message(args: Record<string, unknown>): Api.Message {
  return made('Message', { id: 7, date: 1, message: 'x', ...args }) as Api.Message;
}

const PHOTO = { photo: made('Photo', { sizes: [] }) };
const DOCUMENT = { document: made('Document', { size: 1n, mimeType: 'text/plain', attributes: [] }) };
const PARTS: Readonly<Record<string, Record<string, unknown>>> = {
  MessageMediaPhoto: PHOTO,
  MessageMediaDocument: DOCUMENT,
  MessageMediaWebPage: { webpage: made('WebPageEmpty', {}) },
};

describe('the table of kinds says what the clone does now', () => {
  it('with every kind of media', () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageMedia)) {
      const content = contentOf(message({ media: made(name, PARTS[name]) }));
      const { outcome, reason } = nowOf(kind);
      const expected = outcome === 'skip' ? reason : undefined;
      assert.equal(content.kind === 'skip' ? content.reason : undefined, expected, name);
    }
  });

  it('with media that is gone, self-destructing or empty, and with rich messages', () => {
    const reasonOf = (args: Record<string, unknown>): string | undefined => {
      const content = contentOf(message(args));
      return content.kind === 'skip' ? content.reason : undefined;
    };
    for (const [name, parts] of [
      ['MessageMediaPhoto', PHOTO],
      ['MessageMediaDocument', DOCUMENT],
    ] as const) {
      const fields: KindTable = FIELDS[name];
      assert.equal(
        reasonOf({ media: made(name, { ...parts, ttlSeconds: 5 }) }),
        nowOfField(fields, 'ttlSeconds').reason,
      );
      assert.equal(reasonOf({ media: made(name) }), 'media_gone');
      assert.ok(KINDS.MessageMedia[name].otherwise.includes('media_gone'));
    }
    assert.equal(reasonOf({ richMessage: {} }), nowOfField(FIELDS.Message, 'richMessage').reason);
  });

  it('with every service message', () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageAction)) {
      const content = contentOf(made('MessageService', { id: 7, action: made(name) }) as Api.MessageService);
      const { outcome, reason } = nowOf(kind);
      assert.deepEqual(content, { kind: outcome, reason }, name);
    }
  });

  it('with every kind of formatting', async () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageEntity)) {
      const entity = made(name, { offset: 0, length: 1, userId: 5n }) as Api.TypeMessageEntity;
      const user = made('InputUser', {}) as Api.TypeInputUser;
      const { entities } = await inputEntities([entity], async () => user);
      assert.equal(entities.length, nowOf(kind).outcome === 'skip' ? 0 : 1, name);
    }
  });

  it('with details that every copy lacks', () => {
    const lacks = (args: Record<string, unknown>): string[] => {
      const content = contentOf(message(args));
      assert.ok(content.kind !== 'skip');
      return reductionsOf(content);
    };
    const { pinned, replyMarkup, effect } = FIELDS.Message;
    assert.deepEqual(lacks({ pinned: true }), nowOf(pinned).losses);
    assert.deepEqual(
      lacks({ replyMarkup: made('ReplyInlineMarkup', { rows: [] }) }),
      nowOf(replyMarkup).losses,
    );
    assert.deepEqual(lacks({ effect: 5n }), nowOf(effect).losses);
    const livePhoto = made('MessageMediaPhoto', { ...PHOTO, livePhoto: true });
    assert.deepEqual(lacks({ media: livePhoto }), nowOf(FIELDS.MessageMediaPhoto.livePhoto).losses);
    for (const [name, kind] of Object.entries<Kind>(KINDS.ReplyMarkup)) {
      assert.deepEqual(lacks({ replyMarkup: made(name, { rows: [] }) }), nowOf(kind).losses, name);
    }
  });

  it('with the forms in which requests name media', () => {
    const client = sourcesOf('lib').filter(({ path }) => !path.startsWith('lib/sandbox/'));
    for (const [name, kind] of Object.entries<Kind>(KINDS.InputMedia)) {
      const isUsed = client.some(({ text }) => new RegExp(`new Api\\.${name}\\(`).test(text));
      assert.equal(isUsed, nowOf(kind).outcome !== 'skip', name);
    }
  });
});

function nowOfField(table: KindTable, field: string): Now {
  const kind = table[field];
  assert.ok(kind, field);
  return nowOf(kind);
}
