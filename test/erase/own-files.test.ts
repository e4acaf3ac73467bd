import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ownFilesOf } from '../../lib/erase/own-files.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import type { ImageSize, StoredPhoto } from '../../lib/messages/document/file.js';
import { post, service } from '../support/documents.js';
import { showcaseDocuments } from '../support/showcase-documents.js';

/** Where documents of the showcase hold files, and whether these go with their message. */
const PLACES: Readonly<Record<string, boolean>> = {
  'photo .media.photo': true,
  'photo .media.clip': true,
  'video .media.file': true,
  'video .media.cover': true,
  'video .media.alternatives[]': false,
  'animation .media.file': true,
  'audio .media.file': true,
  'custom_emoji .media.file': true,
  'file .media.file': true,
  'round_video .media.file': true,
  'sticker .media.file': true,
  'voice .media.file': true,
  'game .media.photo': true,
  'game .media.animation': true,
  'paid_media .media.items[].media.file': true,
  'paid_media .media.items[].media.photo': true,
  'poll .media.media.photo': true,
  'poll .media.answers[].media.photo': true,
  'poll .media.results.solutionMedia.photo': true,
  'text .richMessage.photos[]': true,
  'text .richMessage.files[]': true,
  'bot_allowed .action.app.photo': true,
  'edit_group_photo .action.photo': true,
  'suggest_profile_photo .action.photo': true,
  'set_chat_wallpaper .action.wallpaper.file': true,
  'text .reply.media.photo': false,
  'story .media.story.media.photo': false,
  'edit_chat_theme .action.theme.gift.attributes[].file': false,
  'gift_offer .action.gift.attributes[].file': false,
  'gift_offer_declined .action.gift.attributes[].file': false,
  'send_star_gift .action.gift.sticker': false,
  'send_unique_gift .action.gift.attributes[].file': false,
  'web_page .media.page.attributes[].files[]': false,
  'web_page .media.page.attributes[].gift.attributes[].file': false,
  'web_page .media.page.attributes[].gift.sticker': false,
  'web_page .media.page.attributes[].icons[]': false,
  'web_page .media.page.attributes[].stickers[]': false,
  'web_page .media.page.attributes[].story.media.photo': false,
  'web_page .media.page.file': false,
  'web_page .media.page.instantView.files[]': false,
  'web_page .media.page.instantView.photos[]': false,
  'web_page .media.page.photo': false,
};

let documents: readonly MessageDocument[];
before(async () => {
  documents = await showcaseDocuments();
});

function kindOf(document: MessageDocument): string {
  if (document.kind === 'service') return document.action.kind;
  return document.kind === 'message' ? (document.media?.kind ?? 'text') : document.kind;
}

/** Every file that JSON holds, and where. */
function* filesIn(value: unknown, path = ''): Generator<readonly [path: string, id: string]> {
  if (typeof value !== 'object' || value === null) return;
  if ('reference' in value) yield [path, (value.reference as { readonly id: string }).id];
  for (const [key, inner] of Object.entries(value))
    yield* filesIn(inner, Array.isArray(value) ? `${path}[]` : `${path}.${key}`);
}

test('every file of the showcase that goes with its message is found, and no other one', () => {
  const found = new Map<string, boolean>();
  for (const document of documents) {
    const own = new Set(ownFilesOf(document).files.map(({ id }) => id));
    for (const [path, id] of filesIn(document)) found.set(`${kindOf(document)} ${path}`, own.has(id));
  }
  const inOrder = (entries: Iterable<readonly [string, boolean]>) => [...entries].sort();
  assert.deepEqual(inOrder(found), inOrder(Object.entries(PLACES)));
});

test('what Telegram sent in part, before it was paid for, or in a form that is newer than TelePi is not kept whole', () => {
  const lost = documents.filter((document) => ownFilesOf(document).lost !== undefined);
  assert.deepEqual([...new Set(lost.map(kindOf))].sort(), ['invoice', 'paid_media', 'text', 'unknown']);
  assert.ok(lost.every((document) => ownFilesOf(document).lost === 'partly_kept'));
  for (const document of documents)
    if (document.kind === 'message' && document.richMessage?.partial) assert.ok(lost.includes(document));
});

test('a photo of which no size is a file, or that moves, is not kept, wherever it stands', () => {
  const photo = ({
    variant,
    ...more
  }: Partial<StoredPhoto> & { readonly variant?: string }): StoredPhoto => ({
    reference: {
      ...{ source: 'photo', id: '5', accessHash: '2', dc: 2, size: 3, mime: 'image/jpeg', fileReference: '' },
      ...(variant !== undefined && { variant }),
    },
    date: 0,
    sizes: [{ kind: 'stripped', type: 'i', bytes: '' } satisfies ImageSize],
    ...more,
  });
  const moving = {
    variant: 'y',
    videos: [{ kind: 'file', type: 'u', width: 1, height: 1, size: 9 }],
  } as const;
  const of = (one: StoredPhoto) => [
    post({ media: { kind: 'photo', photo: one } }),
    post({
      media: {
        kind: 'paid_media',
        stars: '1',
        items: [{ kind: 'media', media: { kind: 'photo', photo: one } }],
      },
    }),
    post({ richMessage: { blocks: [], files: [], photos: [photo({ variant: 'y' }), one] } }),
    service({ action: { kind: 'edit_group_photo', photo: one } }),
  ];
  for (const document of [...of(photo({})), ...of(photo(moving))])
    assert.equal(ownFilesOf(document).lost, 'photo_not_kept', JSON.stringify(document));
  for (const document of of(photo({ variant: 'y' }))) assert.equal(ownFilesOf(document).lost, undefined);
});
