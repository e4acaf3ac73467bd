import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { RichMessage } from '../../lib/sandbox/kinds/rich-message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, changeFile, type DamageScene, oneByteOff, remove } from '../support/damages.js';
import { clonedScene, findingsOf, type VerifyScene, verifyScene } from '../support/verify-scene.js';

/** Rich messages and paid media: several ways of being the same, each of which verify has to know from damage. */

const plain = (text: string): TlData => ({ _: 'TextPlain', text });
const caption: TlData = { _: 'PageCaption', text: { _: 'TextEmpty' }, credit: { _: 'TextEmpty' } };

function photo({ sandbox }: CloneScene): bigint {
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
      [['attributes', 'richMessage.blocks']],
    );
  });
}

function fillPaid(scene: CloneScene, chat: Chat) {
  const video = (size: number) => {
    const attributes = [{ type: 'video', duration: 2, width: 320, height: 240 }] as const;
    const media = scene.document(size, { mimeType: 'video/mp4', attributes });
    return media.kind === 'document' ? media : assert.fail(media.kind);
  };
  const still = { kind: 'photo', fileId: photo(scene), spoiler: false } as const;
  const items = [video(5 * KIB), still, video(7 * KIB)];
  const media = { kind: 'paid', stars: 5n, items, seenBy: [scene.me.id] } as const;
  const paid = scene.post(chat, { media, text: 'worth it' });
  scene.post(chat, { text: 'last' });
  return { paid };
}

test('every item of paid media is compared with its message in the target', async (t) => {
  const cloned = await clonedScene(t, fillPaid);
  const at = cloned as unknown as DamageScene;
  const { paid } = cloned.content;
  const first = cloned.copy(paid).id;
  const [second, third] = [first + 1, first + 2];
  const found = async (byLedger: boolean, more: object = {}) => {
    const report = await cloned.verify({ byLedger, inFiles: true, ...more });
    return { report, findings: findingsOf(report) };
  };
  for (const byLedger of [true, false]) {
    const whole = await found(byLedger);
    assert.deepEqual([whole.findings, whole.report.files], [[], 3]);
    for (const sample of [{ kind: 'all' }, { kind: 'count', count: 5 }]) {
      for (const [id, nth] of [
        [first, 1],
        [third, 3],
      ] as const) {
        changeFile(at, id, oneByteOff(at, id));
        const { findings, report } = await found(byLedger, { sample });
        assert.deepEqual(findings, [`bytes media.items.${nth}.file ${paid}→${id}`]);
        assert.deepEqual(report.unrepairable, nth === 1 ? {} : { album_item: 1 });
        cloned.restore();
      }
    }
    change(at, third, { text: 'a caption' });
    assert.deepEqual((await found(byLedger)).findings, [`text media.items.3.text ${paid}→${third}`]);
    cloned.restore();
  }
  remove(at, second);
  assert.deepEqual((await found(true)).findings, [`missing media.items ${paid}→${second}`]);
});
