import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { contentOf } from '../../lib/messages/tl/content.js';
import { inputMedia, inputPreview } from '../../lib/messages/tl/input-media.js';
import type { DocumentContent } from '../../lib/messages/tl/media-content.js';
import { WITHOUT_CARDS } from '../support/means.js';

const peerId = new Api.PeerChannel({ channelId: bigInt(1) });
const reference = Buffer.from('reference');

type MessageFields = Partial<ConstructorParameters<typeof Api.Message>[0]>;

/** As it comes over the wire, where absent fields are null. */
function received(fields: MessageFields): Api.Message {
  const message = new Api.Message({ id: 7, peerId, date: 1, message: '', ...fields });
  return new BinaryReader(message.getBytes()).tgReadObject() as Api.Message;
}

function documentWith(attributes: Api.TypeDocumentAttribute[], size = 5): Api.Document {
  return new Api.Document({
    id: bigInt(1),
    accessHash: bigInt(2),
    fileReference: reference,
    date: 0,
    mimeType: 'video/mp4',
    size: bigInt(size),
    dcId: 2,
    attributes,
  });
}

const video = new Api.DocumentAttributeVideo({ duration: 3.5, w: 640, h: 360, supportsStreaming: true });
const photo = new Api.Photo({
  id: bigInt(1),
  accessHash: bigInt(2),
  fileReference: reference,
  date: 0,
  sizes: [new Api.PhotoSize({ type: 'x', w: 8, h: 8, size: 9 })],
  dcId: 1,
});

describe('contentOf', () => {
  it('names why a message is skipped', () => {
    const cases: [Api.TypeMessageMedia, string][] = [
      [new Api.MessageMediaGeo({ geo: new Api.GeoPointEmpty() }), 'location'],
      [new Api.MessageMediaGeoLive({ geo: new Api.GeoPointEmpty(), period: 60 }), 'live_location'],
      [new Api.MessageMediaDice({ value: 3, emoticon: '🎲' }), 'dice'],
      [
        new Api.MessageMediaStory({ peer: peerId, id: 4, story: new Api.StoryItemDeleted({ id: 4 }) }),
        'story',
      ],
      [new Api.MessageMediaUnsupported(), 'unsupported'],
      [new Api.MessageMediaPhoto({ photo, ttlSeconds: 5 }), 'self_destructing'],
      [new Api.MessageMediaPhoto({ ttlSeconds: 5 }), 'self_destructing'],
      [new Api.MessageMediaPhoto({ photo: new Api.PhotoEmpty({ id: bigInt(1) }) }), 'media_gone'],
      [new Api.MessageMediaPhoto({}), 'media_gone'],
      [new Api.MessageMediaDocument({ document: documentWith([video]), ttlSeconds: 5 }), 'self_destructing'],
      [new Api.MessageMediaDocument({ document: new Api.DocumentEmpty({ id: bigInt(1) }) }), 'media_gone'],
      [new Api.MessageMediaDocument({ document: documentWith([video], 0) }), 'empty_file'],
    ];
    for (const [media, reason] of cases) {
      assert.deepEqual(
        contentOf(received({ media, message: 'caption' }), WITHOUT_CARDS),
        { kind: 'skip', reason },
        media.className,
      );
    }
  });

  it('skips service messages and messages without anything', () => {
    const action = new Api.MessageActionPinMessage();
    assert.deepEqual(contentOf(new Api.MessageService({ id: 1, peerId, date: 1, action }), WITHOUT_CARDS), {
      kind: 'skip',
      reason: 'service',
    });
    assert.deepEqual(contentOf(received({}), WITHOUT_CARDS), { kind: 'skip', reason: 'empty' });
    const webpage = new Api.WebPageEmpty({ id: bigInt(1) });
    const media = new Api.MessageMediaWebPage({ webpage });
    assert.deepEqual(contentOf(received({ media }), WITHOUT_CARDS), { kind: 'skip', reason: 'empty' });
  });

  it('recognises text, photos and documents', () => {
    assert.equal(contentOf(received({ message: 'x' }), WITHOUT_CARDS).kind, 'text');
    assert.equal(
      contentOf(received({ message: 'x', media: new Api.MessageMediaEmpty() }), WITHOUT_CARDS).kind,
      'text',
    );
    assert.equal(
      contentOf(received({ media: new Api.MessageMediaPhoto({ photo }) }), WITHOUT_CARDS).kind,
      'photo',
    );
    const media = new Api.MessageMediaDocument({ document: documentWith([video]) });
    assert.equal(contentOf(received({ media }), WITHOUT_CARDS).kind, 'document');
  });
});

describe('inputMedia', () => {
  const file = new Api.InputFile({ id: bigInt(1), parts: 1, name: 'n', md5Checksum: '' });

  function copyOf(
    attributes: Api.TypeDocumentAttribute[],
    fields: object = {},
  ): Api.InputMediaUploadedDocument {
    const media = new Api.MessageMediaDocument({ document: documentWith(attributes), ...fields });
    const content = contentOf(received({ media }), WITHOUT_CARDS) as DocumentContent;
    return inputMedia(content, file) as Api.InputMediaUploadedDocument;
  }

  it('keeps type, attributes, spoiler and video timestamp', () => {
    const copy = copyOf([video, new Api.DocumentAttributeFilename({ fileName: 'ä.mp4' })], {
      spoiler: true,
      videoTimestamp: 42,
    });
    assert.equal(copy.mimeType, 'video/mp4');
    assert.equal(copy.spoiler, true);
    assert.equal(copy.videoTimestamp, 42);
    assert.deepEqual(
      copy.attributes.map(({ className }) => className),
      ['DocumentAttributeVideo', 'DocumentAttributeFilename'],
    );
    assert.equal((copy.attributes[0] as Api.DocumentAttributeVideo).duration, 3.5);
  });

  it('keeps a video a video, an animation an animation, and a file a file', () => {
    const name = new Api.DocumentAttributeFilename({ fileName: 'a.mp4' });
    assert.deepEqual([copyOf([video]).nosoundVideo, copyOf([video]).forceFile], [true, undefined]);
    const animation = copyOf([video, new Api.DocumentAttributeAnimated()]);
    assert.deepEqual([animation.nosoundVideo, animation.forceFile], [undefined, undefined]);
    assert.deepEqual([copyOf([name]).nosoundVideo, copyOf([name]).forceFile], [undefined, true]);
  });

  it('can serialise every kind of attribute', () => {
    const set = new Api.InputStickerSetEmpty();
    const copy = copyOf([
      new Api.DocumentAttributeAudio({ voice: true, duration: 3, waveform: Buffer.from([1, 2, 3]) }),
      new Api.DocumentAttributeSticker({ alt: '🙂', stickerset: set }),
      new Api.DocumentAttributeImageSize({ w: 1, h: 2 }),
    ]);
    assert.ok(copy.getBytes().length > 0);
  });
});

describe('inputPreview', () => {
  const webpage = new Api.WebPagePending({ id: bigInt(1), url: 'https://example.org/', date: 0 });

  function previewOf(fields: object): Api.InputMediaWebPage | undefined {
    const content = contentOf(
      received({
        message: 'https://example.org/',
        media: new Api.MessageMediaWebPage({ webpage, ...fields }),
      }),
      WITHOUT_CARDS,
    );
    assert.equal(content.kind, 'text');
    return content.kind === 'text' ? inputPreview(content) : undefined;
  }

  it("leaves a preview of the server's own making to the server", () => {
    assert.equal(previewOf({}), undefined);
  });

  it('keeps the layout and the link that the sender chose', () => {
    const large = previewOf({ forceLargeMedia: true });
    assert.deepEqual(
      [large?.url, large?.forceLargeMedia, large?.optional],
      ['https://example.org/', true, true],
    );
    assert.equal(previewOf({ forceSmallMedia: true })?.forceSmallMedia, true);
    assert.equal(previewOf({ manual: true })?.url, 'https://example.org/');
  });
});

describe('the losses of a content', () => {
  function lostFrom(fields: MessageFields): string[] {
    const content = contentOf(received({ message: 'x', ...fields }), WITHOUT_CARDS);
    assert.notEqual(content.kind, 'skip');
    return content.kind === 'skip' ? [] : [...content.losses];
  }

  it('is empty for a plain message, in a topic too', () => {
    assert.deepEqual(lostFrom({}), []);
    const replyTo = new Api.MessageReplyHeader({ forumTopic: true, replyToMsgId: 5 });
    assert.deepEqual(lostFrom({ replyTo }), []);
  });

  it('names buttons, effects and attached stickers', () => {
    assert.deepEqual(lostFrom({ replyMarkup: new Api.ReplyInlineMarkup({ rows: [] }) }), ['buttons']);
    assert.deepEqual(lostFrom({ effect: bigInt(5) } as MessageFields), ['effect']);
    const document = documentWith([video, new Api.DocumentAttributeHasStickers()]);
    const media = new Api.MessageMediaDocument({ document, videoCover: photo });
    assert.deepEqual(lostFrom({ media }), ['attached_stickers']);
  });
});
