import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
import { filesOfDocument } from '../../../lib/messages/document/files-of-document.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { filesOfMessage } from '../../../lib/messages/tl/files-of-message.js';
import { overTheWire, receivedPost } from '../../support/received.js';

const id = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => bigInt(value));
const head = { accessHash: bigInt(1), fileReference: Buffer.alloc(0), date: 1, dcId: 2 };

const size = fc.constantFrom<Api.TypePhotoSize>(
  new Api.PhotoSize({ type: 'm', w: 3, h: 2, size: 7 }),
  new Api.PhotoSizeProgressive({ type: 'y', w: 8, h: 6, sizes: [10, 20] }),
  new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.alloc(1) }),
);
const photo: fc.Arbitrary<Api.TypePhoto> = fc.oneof(
  fc
    .tuple(id, fc.array(size, { maxLength: 3 }))
    .map(([own, sizes]) => new Api.Photo({ ...head, id: own, sizes })),
  id.map((own) => new Api.PhotoEmpty({ id: own })),
);

const attribute = fc.constantFrom<Api.TypeDocumentAttribute>(
  new Api.DocumentAttributeVideo({ duration: 1, w: 1, h: 1 }),
  new Api.DocumentAttributeVideo({ duration: 1, w: 1, h: 1, roundMessage: true }),
  new Api.DocumentAttributeAudio({ duration: 1, voice: true }),
  new Api.DocumentAttributeAnimated(),
  new Api.DocumentAttributeFilename({ fileName: 'a.b' }),
);
const file: fc.Arbitrary<Api.TypeDocument> = fc.oneof(
  fc
    .tuple(id, fc.array(attribute, { maxLength: 2 }))
    .map(
      ([own, attributes]) =>
        new Api.Document({ ...head, id: own, mimeType: 'a/b', size: bigInt(5), attributes }),
    ),
  id.map((own) => new Api.DocumentEmpty({ id: own })),
);

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const photoMedia = fc
  .tuple(maybe(photo), maybe(file))
  .map(([own, video]) => new Api.MessageMediaPhoto({ ...(own && { photo: own }), ...(video && { video }) }));
const fileMedia = fc.tuple(maybe(file), fc.array(file, { maxLength: 2 }), maybe(photo)).map(
  ([document, altDocuments, videoCover]) =>
    new Api.MessageMediaDocument({
      ...(document && { document }),
      ...(altDocuments.length > 0 && { altDocuments }),
      ...(videoCover && { videoCover }),
    }),
);
const single: fc.Arbitrary<Api.TypeMessageMedia> = fc.oneof(photoMedia, fileMedia);

const preview = new Api.MessageExtendedMediaPreview({});
const paid = fc
  .array(
    fc.oneof(
      fc.constant(preview),
      single.map((media) => new Api.MessageExtendedMedia({ media })),
    ),
    {
      maxLength: 4,
    },
  )
  .map((extendedMedia) => new Api.MessageMediaPaidMedia({ starsAmount: bigInt(5), extendedMedia }));

const words = new Api.TextWithEntities({ text: 'words', entities: [] });
const poll = fc
  .tuple(maybe(single), fc.array(maybe(single), { maxLength: 4 }), maybe(single))
  .map(([attachedMedia, media, solutionMedia]) => {
    const answers = media.map(
      (each, index) =>
        new Api.PollAnswer({ text: words, option: Buffer.from([index]), ...(each && { media: each }) }),
    );
    return new Api.MessageMediaPoll({
      poll: new Api.Poll({ id: bigInt(9), question: words, answers, hash: bigInt(0) }),
      results: new Api.PollResults({ ...(solutionMedia && { solutionMedia }) }),
      ...(attachedMedia && { attachedMedia }),
    });
  });

const page = fc
  .tuple(fc.array(photo, { maxLength: 3 }), fc.array(file, { maxLength: 3 }))
  .map(([photos, documents]) => new Api.RichMessage({ blocks: [], photos, documents }));
const webPage = photo.map(
  (own) =>
    new Api.MessageMediaWebPage({
      webpage: new Api.WebPage({ id: bigInt(1), url: 'a', displayUrl: 'a', hash: 0, photo: own }),
    }),
);

const content = fc.oneof(
  fc.oneof(single, paid, poll, webPage).map((media) => ({ media })),
  page.map((richMessage) => ({ richMessage })),
);

test('a document that comes from the store has the files of its message, in their order', () => {
  fc.assert(
    fc.property(content, (fields) => {
      const message = overTheWire(receivedPost(fields));
      const stored = JSON.parse(canonicalJson(documentOf(message))) as MessageDocument;
      assert.deepEqual(
        filesOfDocument(stored).map(({ reference: { id: own, variant = '' }, kind }) => [
          BigInt(own),
          kind,
          variant,
        ]),
        filesOfMessage(message).map(({ mediaId, kind, variant }) => [mediaId, kind, variant]),
      );
    }),
    { numRuns: 500 },
  );
});
