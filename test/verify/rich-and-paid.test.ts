import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { RichMessage } from '../../lib/sandbox/kinds/rich-message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { type VerifyScene, verifyScene } from '../support/verify-scene.js';

/** Rich messages and paid media: several ways of being the same, each of which verify has to know from damage. */

const plain = (text: string): TlData => ({ _: 'TextPlain', text });
const caption: TlData = { _: 'PageCaption', text: { _: 'TextEmpty' }, credit: { _: 'TextEmpty' } };

function photo({ sandbox }: VerifyScene): bigint {
  return sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 }).id;
}

/** With a photo, a file, and a #hashtag that the server finds in the copy's text by itself. */
function richMessage(scene: VerifyScene): RichMessage {
  const [image, file] = [photo(scene), scene.document(3 * KIB)];
  assert.ok(file.kind === 'document');
  const hashtag = { _: 'TextHashtag', text: plain('#sand') };
  return {
    blocks: [
      { _: 'PageBlockHeading1', text: plain('Title') },
      { _: 'PageBlockParagraph', text: { _: 'TextConcat', texts: [plain('at '), hashtag] } },
      { _: 'PageBlockPhoto', photoId: image, caption },
      { _: 'PageBlockDocument', documentId: file.fileId, caption },
    ],
    photos: [image],
    documents: [file.fileId],
  };
}

for (const premium of [true, false]) {
  test(`${premium ? 'rich messages' : 'texts in place of rich messages'} and albums of paid media verify`, async (t) => {
    const scene = await verifyScene(t, { seed: `rich ${premium}`, premium });
    const [source, target] = [scene.group('source'), scene.group('target')];
    scene.post(source, { rich: richMessage(scene) });
    const items = [photo(scene), photo(scene)].map(
      (fileId) => ({ kind: 'photo', fileId, spoiler: false }) as const,
    );
    scene.post(source, {
      media: { kind: 'paid', stars: 5n, items, seenBy: [scene.me.id] },
      text: 'worth it',
    });
    scene.post(source, { text: 'last' });
    const { summary, folder, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 3);
    const whole = await scene.verify(source, target, { folder, sample: { kind: 'share', share: 1 } });
    assert.deepEqual(whole.findings, []);
    const { rich } = target.box?.messages.find((message) => message.rich) ?? {};
    assert.equal(rich !== undefined, premium);
    if (!rich) return;
    Object.assign(rich.blocks[0] ?? {}, { text: plain('Titel') });
    const damaged = await scene.verify(source, target, { folder });
    assert.deepEqual(
      damaged.findings.map(({ kind, field }) => [kind, field]),
      [['attributes', 'richMessage']],
    );
  });
}
