import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import type { Api } from 'telegram/tl/index.js';
import type { Kind, KindTable } from '../../lib/messages/kinds/kind.js';
import { FIELDS, KINDS } from '../../lib/messages/kinds/table.js';
import { contentOf } from '../../lib/messages/tl/content.js';
import { inputEntities } from '../../lib/messages/tl/entities.js';
import { sourcesOf } from '../repository/sources.js';
import { MEANS, WITHOUT_CARDS } from '../support/means.js';
import { CHANNEL, overTheWire } from '../support/received.js';
import { allTypes, construct, constructorsOf, type TlField, type TlInstance } from '../support/tl-schema.js';

const FOUND_BY_TELEGRAM = new Set('Mention Hashtag Cashtag BotCommand Url Email Phone BankCard'.split(' '));

/** What the table says that the clone does now. */
interface Now {
  readonly outcome: string;
  readonly reason?: string | undefined;
  readonly losses: readonly string[];
}

function nowOf(kind: Kind): Now {
  const now: Pick<Kind, 'outcome'> & { readonly reason?: string; readonly losses?: readonly string[] } = kind;
  return { outcome: now.outcome, reason: now.reason, losses: now.losses ?? [] };
}

type Fields = Readonly<Record<string, unknown>>;

/** An instance of a constructor of the library's, with the given fields, and something plain in the other required ones. */
function made(className: string, args: Fields = {}): TlInstance {
  const fields = fieldsOf(className).flatMap(({ name, type, isVector, isOptional }) => {
    if (isOptional || name in args) return [];
    return [[name, isVector ? [] : plain(type)] as const];
  });
  return construct(className, { ...Object.fromEntries(fields), ...args });
}

function fieldsOf(className: string): readonly TlField[] {
  for (const [, forms] of allTypes()) {
    const form = forms.find(({ name }) => name === className);
    if (form) return form.fields;
  }
  return assert.fail(`The layer has no ${className}.`);
}

function plain(type: string): unknown {
  if (type === 'string') return 'x';
  if (type === 'bytes') return Buffer.alloc(1);
  if (type === 'Bool') return false;
  if (type === 'int' || type === 'double') return 1;
  if (type === 'long') return bigInt(1);
  // The last form is the one with the contents; the others say that something isn't there.
  const form = constructorsOf(type).at(-1);
  assert.ok(form, type);
  return made(PLAIN[type] ?? form.name, PARTS[type]);
}

/** Of the types with several forms, the one that a server sends. */
const PLAIN: Readonly<Record<string, string>> = {
  Peer: 'PeerChannel',
  GeoPoint: 'GeoPoint',
  Photo: 'Photo',
  PollResults: 'PollResults',
  WebPage: 'WebPage',
  InputGroupCall: 'InputGroupCall',
  InputUser: 'InputUserSelf',
};

function message(args: Fields): Api.Message {
  return overTheWire(
    made('Message', { id: 7, date: 1, message: 'x', peerId: CHANNEL, ...args }) as unknown as Api.Message,
  );
}

const PHOTO = { photo: made('Photo', { sizes: [] }) };
const DOCUMENT = {
  document: made('Document', { size: bigInt(1), mimeType: 'text/plain', attributes: [] }),
};
const PARTS: Readonly<Record<string, Fields>> = {
  MessageMediaPhoto: PHOTO,
  MessageMediaDocument: DOCUMENT,
  MessageMediaWebPage: { webpage: made('WebPageEmpty') },
  MessageMediaContact: { phoneNumber: '+1' },
  get MessageMediaPaidMedia() {
    const media = made('MessageMediaPhoto', PHOTO);
    return { extendedMedia: [made('MessageExtendedMedia', { media })] };
  },
  get MessageMediaPoll() {
    return { poll: made('Poll', { answers: [made('PollAnswer'), made('PollAnswer')] }) };
  },
};

describe('the table of kinds says what the clone does now', () => {
  it('with every kind of media', () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageMedia)) {
      const one = message({ media: made(name, PARTS[name]) });
      const { outcome, reason } = nowOf(kind);
      const isCard = outcome === 'card';
      const written = contentOf(one, MEANS);
      const isWritten = written.kind === 'written' && written.losses.includes('card');
      assert.equal(isWritten, isCard, name);
      const content = contentOf(one, WITHOUT_CARDS);
      const expected = isCard || outcome === 'skip' ? reason : undefined;
      assert.equal(content.kind === 'skip' ? content.reason : undefined, expected, name);
    }
  });

  it('with media that is gone, self-destructing or empty, and with rich messages', () => {
    const reasonOf = (args: Fields): string | undefined => {
      const content = contentOf(message(args), WITHOUT_CARDS);
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
    const richMessage = made('RichMessage');
    assert.equal(reasonOf({ richMessage }), 'rich_message');
    assert.ok(FIELDS.Message.richMessage.otherwise.includes('rich_message'));
  });

  it('with every service message', () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageAction)) {
      const one = made('MessageService', { id: 7, peerId: CHANNEL, action: made(name) });
      const { outcome, reason } = nowOf(kind);
      assert.deepEqual(
        contentOf(overTheWire(one) as unknown as Api.MessageService, MEANS),
        { kind: outcome, reason },
        name,
      );
    }
  });

  it('with every kind of formatting', async () => {
    for (const [name, kind] of Object.entries<Kind>(KINDS.MessageEntity)) {
      const entity = made(name, { offset: 0, length: 1 }) as unknown as Api.TypeMessageEntity;
      const user = made('InputUser') as unknown as Api.TypeInputUser;
      const { entities } = await inputEntities([entity], async () => user);
      // Telegram finds it in the copy by itself, and isn't asked to.
      const isFound = FOUND_BY_TELEGRAM.has(name.replace('MessageEntity', ''));
      assert.equal(entities.length, nowOf(kind).outcome === 'skip' || isFound ? 0 : 1, name);
    }
  });

  it('with details that every copy lacks', () => {
    const lacks = (args: Fields): readonly string[] => {
      const content = contentOf(message(args), MEANS);
      assert.ok(content.kind !== 'skip');
      return content.losses;
    };
    const { replyMarkup, effect, fwdFrom, viaBotId, viaBusinessBotId, guestchatViaFrom } = FIELDS.Message;
    // Pinned when everything is there.
    assert.deepEqual(lacks({ pinned: true }), []);
    assert.deepEqual(lacks({ replyMarkup: made('ReplyInlineMarkup') }), nowOf(replyMarkup).losses);
    assert.deepEqual(lacks({ effect: bigInt(5) }), nowOf(effect).losses);
    assert.deepEqual(lacks({ fwdFrom: made('MessageFwdHeader') }), nowOf(fwdFrom).losses);
    assert.deepEqual(lacks({ viaBotId: bigInt(5) }), nowOf(viaBotId).losses);
    assert.deepEqual(lacks({ viaBusinessBotId: bigInt(5) }), nowOf(viaBusinessBotId).losses);
    assert.deepEqual(lacks({ guestchatViaFrom: CHANNEL }), nowOf(guestchatViaFrom).losses);
    const livePhoto = made('MessageMediaPhoto', {
      ...PHOTO,
      livePhoto: true,
      video: made('DocumentEmpty'),
    });
    assert.deepEqual(lacks({ media: livePhoto }), nowOf(FIELDS.MessageMediaPhoto.livePhoto).losses);
    for (const [name, kind] of Object.entries<Kind>(KINDS.ReplyMarkup)) {
      assert.deepEqual(lacks({ replyMarkup: made(name) }), nowOf(kind).losses, name);
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
