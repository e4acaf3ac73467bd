import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InterruptedError } from '../../lib/base/errors.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { Finding } from '../../lib/verify/findings.js';
import { findingsIn } from '../../lib/verify/journal.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, changeFile, type DamageScene, oneByteOff, remove } from '../support/damages.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { fillForVerify } from '../support/verify-content.js';
import { clonedScene, findingsOf } from '../support/verify-scene.js';

/** A hundred and sixty texts after something of everything. */
function fillLong(scene: CloneScene, chat: Chat) {
  const content = fillForVerify(scene, chat);
  const texts = Array.from({ length: 160 }, (_, index) => scene.post(chat, { text: `text ${index}` }));
  return { ...content, texts };
}

for (const byLedger of [true, false]) {
  const how = byLedger ? 'by the ledger' : 'by order and content';
  test(`a verification that is cut off anywhere continues, and finds the same, ${how}`, async (t) => {
    const cloned = await clonedScene(t, fillLong);
    const { content, copy } = cloned;
    const at: DamageScene = { ...cloned, source: content };
    remove(at, copy(content.plain).id);
    remove(at, copy(content.texts[80] ?? 0).id);
    change(at, copy(content.texts[10] ?? 0).id, { text: 'text 10, but changed' });
    change(at, copy(content.texts[150] ?? 0).id, { text: 'text 150, but changed' });
    change(at, copy(content.album[1]).id, { groupedId: undefined });
    cloned.scene.post(cloned.target, { text: 'text 5' });
    const whole = await cloned.verify({ byLedger, inFiles: true });
    assert.equal(whole.total, 6);
    const journalPath = join(temporaryFolder(t), 'journal.jsonl');
    for (let cuts = 0; cuts < 2; cuts += 1) {
      const stop = new AbortController();
      let checked = 0;
      const cut = cloned.verify({
        byLedger,
        inFiles: true,
        journalPath,
        signal: stop.signal,
        onEvent(event) {
          if (event.kind === 'checked') checked += event.messages;
          if (checked >= 80) stop.abort(new InterruptedError('SIGTERM'));
        },
      });
      const ended = await cut.catch((error: unknown) => error);
      if (!(ended instanceof Error)) break;
      // A kill may leave a line that was not written to its end.
      writeFileSync(journalPath, '{"line":"finding","fin', { flag: 'a' });
    }
    const report = await cloned.verify({ byLedger, inFiles: true, journalPath });
    assert.deepEqual(findingsOf(report), findingsOf(whole));
    assert.deepEqual(
      [report.total, report.compared, report.files],
      [whole.total, whole.compared, whole.files],
    );
    assert.deepEqual([report.skipped, report.continued], [whole.skipped, true]);
    const written: Finding[] = [];
    for await (const finding of findingsIn(journalPath)) written.push(finding);
    assert.deepEqual(findingsOf({ findings: written }), findingsOf(whole));
  });
}

test('a journal of other options, of a run before the last, or damaged, is begun again', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const journalPath = join(temporaryFolder(t), 'journal.jsonl');
  const cutOff = (): void => {
    const lines = readFileSync(journalPath, 'utf8').trimEnd().split('\n');
    writeFileSync(journalPath, `${lines.slice(0, -1).join('\n')}\n`);
  };
  const verify = (more: object = {}) => cloned.verify({ byLedger: true, journalPath, ...more });
  await verify();
  cutOff();
  assert.equal((await verify({ seed: 'other' })).continued, false);
  cutOff();
  await cloned.scene.clone(cloned.from, cloned.target);
  assert.equal((await verify({ seed: 'other' })).continued, false);
  truncateSync(journalPath, 20);
  assert.equal((await verify()).continued, false);
  cutOff();
  assert.equal((await verify()).continued, true);
});

test('reductions that the ledger has recorded are shown as such; without the record they are differences', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => {
    const gone = scene.post(chat, { text: 'gone' });
    const answer = scene.post(chat, { text: 'answer', replyTo: gone });
    const pinned = scene.post(chat, { text: 'pinned' });
    const messages = chat.box?.messages ?? [];
    for (const message of messages) if (message.id === pinned) message.pinned = true;
    messages.splice(
      messages.findIndex(({ id }) => id === gone),
      1,
    );
    return { answer, pinned, plain: scene.post(chat, { text: 'plain' }) };
  });
  for (const byLedger of [true, false]) {
    const report = await cloned.verify({ byLedger });
    assert.deepEqual([findingsOf(report), report.reductions], [[], { reply: 1 }]);
  }
  for (const message of cloned.from.box?.messages ?? []) {
    if (message.id === cloned.content.plain) message.pinned = true;
  }
  const report = await cloned.verify({ byLedger: true });
  assert.equal(report.total, 1);
  assert.equal(report.findings[0]?.field, 'flags.pinned');
});

test('a sample reads as many files as it says, the same ones each time, and finds what is wrong with them', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const some = await cloned.verify({ byLedger: true, sample: { kind: 'count', count: 3 } });
  assert.deepEqual([some.files, some.total], [3, 0]);
  const half = await cloned.verify({ byLedger: true, sample: { kind: 'share', share: 0.5 }, seed: 'x' });
  const again = await cloned.verify({ byLedger: false, sample: { kind: 'share', share: 0.5 }, seed: 'x' });
  assert.ok(half.files > 0 && half.files < 7);
  assert.equal(again.files, half.files);
});

test('floods, drops, server faults and expired references end no verification and make no difference', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const { weather } = cloned.scene.sandbox;
  const refuse = (code: number, name: string) =>
    ({ kind: 'refuse', error: new RpcError(code, name) }) as const;
  for (const byLedger of [true, false]) {
    weather.script({ method: 'messages.GetHistory', fate: refuse(420, 'FLOOD_WAIT_1') });
    weather.script({ method: 'messages.GetHistory', nth: 2, fate: { kind: 'drop-before' } });
    weather.script({ method: 'channels.GetMessages', fate: { kind: 'drop-after' } });
    weather.script({ method: 'upload.GetFileHashes', fate: refuse(500, 'INTERNAL') });
    weather.script({ method: 'upload.GetFileHashes', nth: 3, fate: { kind: 'reset' } });
    weather.script({ method: 'upload.GetFile', fate: refuse(400, 'FILE_REFERENCE_EXPIRED') });
    weather.script({ method: 'upload.GetFile', nth: 2, fate: refuse(420, 'FLOOD_PREMIUM_WAIT_1') });
    const report = await cloned.verify({ byLedger, inFiles: true });
    assert.deepEqual([findingsOf(report), report.files], [[], 7]);
  }
});

test('a file is read on both sides, within the budget, when the server has no hashes of it', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const { weather } = cloned.scene.sandbox;
  const none = { kind: 'refuse', error: new RpcError(400, 'METHOD_INVALID') } as const;
  weather.judge = (method) => (method === 'upload.GetFileHashes' ? none : undefined);
  const budget = new ByteBudget(2 * 1024 * 1024);
  const at: DamageScene = { ...cloned, source: cloned.content };
  const { id } = cloned.copy(cloned.content.zip);
  changeFile(at, id, oneByteOff(at, id));
  const report = await cloned.verify({ byLedger: true, inFiles: true, budget });
  assert.deepEqual(findingsOf(report), [`bytes media.file ${cloned.content.zip}→${id}`]);
  assert.ok(report.bytes > 4_000_000, `${report.bytes} bytes were read`);
  assert.ok(budget.peakBytes <= budget.limitBytes && budget.heldBytes === 0);
});
