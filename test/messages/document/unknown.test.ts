import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { Api, LAYER } from 'telegram/tl/index.js';
import { documentOf, unknownDocument } from '../../../lib/messages/tl/document/document.js';
import { CHANNEL, CHANNEL_ID, receivedPost, throughJson } from '../../support/received.js';

describe('a document of something unknown', () => {
  it('keeps a message that this layer does not support, whole', () => {
    const message = receivedPost({ message: 'See', media: new Api.MessageMediaUnsupported() });
    const document = documentOf(message);
    assert.ok(document.kind === 'message');
    assert.equal(document.text, 'See');
    assert.deepEqual(document.media, {
      kind: 'unknown',
      name: 'MessageMediaUnsupported',
      id: '9f84f49e',
      tl: 'nvSEnw==',
    });
    assert.equal(document.raw?.layer, LAYER);
    const again = new BinaryReader(Buffer.from(document.raw?.tl ?? '', 'base64')).tgReadObject();
    assert.deepEqual(documentOf(again as Api.Message), document);
  });

  it('keeps media of a constructor for which there is no reader yet', () => {
    const newer = new NewerMedia();
    const message = new Api.Message({ id: 7, peerId: CHANNEL, date: 1, message: '' });
    message.media = newer as unknown as Api.TypeMessageMedia;
    const document = documentOf(message);
    assert.deepEqual(document.kind === 'message' && document.media, {
      kind: 'unknown',
      name: 'MessageMediaHologram',
      id: '0000abcd',
      tl: 'zasAAA==',
    });
    assert.ok(document.raw);
    assert.deepEqual(throughJson(document), document);
  });

  it('takes no name of an object for a reader', () => {
    const message = new Api.Message({ id: 7, peerId: CHANNEL, date: 1, message: '' });
    const named = Object.assign(new NewerMedia(), { className: 'constructor' });
    message.media = named as unknown as Api.TypeMessageMedia;
    const document = documentOf(message);
    assert.equal(document.kind === 'message' && document.media?.kind, 'unknown');
  });

  it('keeps a message that is empty, and one whose constructor nobody knows', () => {
    const empty = new Api.MessageEmpty({ id: 4 });
    assert.deepEqual(documentOf(empty, { chat: CHANNEL_ID }), {
      version: 1,
      kind: 'empty',
      id: 4,
      chat: CHANNEL_ID,
      raw: { layer: LAYER, tl: empty.getBytes().toString('base64') },
    });
    assert.deepEqual(documentOf(new Api.MessageEmpty({ id: 4, peerId: CHANNEL })), {
      version: 1,
      kind: 'empty',
      id: 4,
      chat: CHANNEL_ID,
      raw: {
        layer: LAYER,
        tl: new Api.MessageEmpty({ id: 4, peerId: CHANNEL }).getBytes().toString('base64'),
      },
    });
    assert.deepEqual(documentOf(new NewerMedia() as unknown as Api.TypeMessage, { chat: CHANNEL_ID }), {
      version: 1,
      kind: 'unknown',
      id: 0,
      chat: CHANNEL_ID,
      unknown: { kind: 'unknown', name: 'MessageMediaHologram', id: '0000abcd', tl: 'zasAAA==' },
      raw: { layer: LAYER, tl: 'zasAAA==' },
    });
  });

  it('keeps bytes that the library cannot read', () => {
    const bytes = Buffer.from([0xcd, 0xab, 0, 0xff, 1]);
    assert.deepEqual(unknownDocument(bytes, { id: 9, chat: CHANNEL_ID, layer: 400 }), {
      version: 1,
      kind: 'unknown',
      id: 9,
      chat: CHANNEL_ID,
      unknown: { kind: 'unknown', id: 'ff00abcd', tl: 'zasA/wE=' },
      raw: { layer: 400, tl: 'zasA/wE=' },
    });
  });
});

/** What a library of a newer layer might hand over. */
class NewerMedia {
  readonly className: string = 'MessageMediaHologram';
  readonly CONSTRUCTOR_ID = 0xabcd;

  getBytes(): Buffer {
    return Buffer.from([0xcd, 0xab, 0, 0]);
  }
}
