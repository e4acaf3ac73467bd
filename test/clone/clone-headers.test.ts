import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ATTRIBUTION_FIELDS, DEFAULT_ATTRIBUTION } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** What stands around a message: where it was forwarded from, through whom it was sent, how it arrives. */

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'headers' });
});
after(() => scene.close());

function posts(chat: Chat): Message[] {
  return (chat.box?.messages ?? []).filter(({ action }) => !action);
}

const attributionBy = (template: string) => ({
  place: 'footer' as const,
  template: readTemplate(template, ATTRIBUTION_FIELDS, '--attribution-template'),
});

describe('the line that says where a message was forwarded from', () => {
  it('is lost and counted, unless the attribution says the same, once for an album', async () => {
    const source = scene.group('forwarded');
    const forward = { from: undefined, name: 'Zoe', date: 1_700_000_000 };
    scene.post(source, { text: 'words', forward });
    const groupedId = 77n;
    for (const width of [320, 640]) {
      const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width, height: 240 });
      const media = { kind: 'photo', fileId: id, spoiler: false };
      scene.post(source, { media, forward, groupedId });
    }
    const [plain, said, unsaid] = ['plain', 'said', 'unsaid'].map((title) => scene.group(title));
    assert.ok(plain && said && unsaid);
    const first = await scene.clone(source, plain);
    assert.deepEqual([first.error, first.summary?.reduced], [undefined, { forward_header: 3 }]);
    const second = await scene.clone(source, said, {
      text: { attribution: attributionBy(DEFAULT_ATTRIBUTION) },
    });
    assert.deepEqual([second.error, second.summary?.reduced], [undefined, { changed: 3 }]);
    const texts = posts(said).map(({ text }) => text);
    assert.ok(texts[0]?.endsWith('\nForwarded from Zoe') && texts[1]?.endsWith('\nForwarded from Zoe'));
    const third = await scene.clone(source, unsaid, { text: { attribution: attributionBy('by {author}') } });
    assert.deepEqual([third.error, third.summary?.reduced], [undefined, { changed: 3, forward_header: 3 }]);
  });

  it('stays with --via forward, and so does the bot through which it was sent, but none that answers for somebody', async () => {
    const [source, target] = [scene.group('kept'), scene.group('kept copy')];
    const bot = BigInt(scene.sandbox.world.createBot({ firstName: 'Robot', username: 'headers_bot' }).id);
    const forward = { from: undefined, name: 'Zoe', date: 1_700_000_000 };
    scene.post(source, { text: 'words', forward, fields: { viaBotId: bot } });
    scene.post(source, { text: 'for somebody', fields: { viaBusinessBotId: bot } });
    const { summary, error } = await scene.clone(source, target, { via: 'forward' });
    assert.deepEqual([error, summary?.reduced], [undefined, { via_bot: 1 }]);
    const streamed = await scene.clone(source, scene.group('kept streamed'));
    assert.deepEqual(streamed.summary?.reduced, { forward_header: 1, via_bot: 2 });
  });
});

describe('the animation that is played when a message arrives', () => {
  it('is played in private chats again, and counted as lost elsewhere', async () => {
    const source = scene.group('effects');
    scene.post(source, { text: 'boom', fields: { effect: 5_104_841_245_755_180_586n } });
    const elsewhere = await scene.clone(source, scene.group('effects copy'));
    assert.deepEqual([elsewhere.error, elsewhere.summary?.reduced], [undefined, { effect: 1 }]);
    const { summary, error } = await scene.clone(source, 'me');
    assert.deepEqual([error, summary?.sent, summary?.reduced], [undefined, 1, {}]);
    assert.equal(scene.me.box.messages.at(-1)?.fields?.['effect'], 5_104_841_245_755_180_586n);
  });
});

describe('an animation that needs Premium', () => {
  it('is left out and counted, of texts, files and albums, and played for an account with Premium', async () => {
    const effect = 5_159_385_139_981_059_251n;
    const source = scene.group('premium effects');
    const groupedId = scene.sandbox.world.nextGroupedId();
    scene.post(source, { text: 'boom', fields: { effect } });
    scene.post(source, { text: 'file', media: scene.document(700), fields: { effect } });
    for (const size of [701, 702]) {
      scene.post(source, { text: `${size}`, media: scene.document(size), groupedId, fields: { effect } });
    }
    for (const premium of [false, true]) {
      scene.me.premium = premium;
      const { summary, error } = await scene.clone(source, 'me', { restart: true });
      scene.me.premium = false;
      assert.deepEqual([error, summary?.sent], [undefined, 4]);
      assert.deepEqual(summary?.reduced, premium ? {} : { effect: 4 });
      const copies = scene.me.box.messages.slice(-4);
      assert.deepEqual(
        copies.map(({ text }) => text),
        ['boom', 'file', '701', '702'],
      );
      for (const { fields } of copies) assert.equal(fields?.['effect'], premium ? effect : undefined);
    }
  });
});

describe('the account of a contact', () => {
  const contact = { kind: 'contact', firstName: 'Zoe', lastName: '', vcard: '' };

  it('is found by Telegram again, or counted as lost, also after a crash', async () => {
    const source = scene.group('contacts');
    const friend = scene.sandbox.world.createUser({ phone: '9996600077', firstName: 'Bob' });
    scene.post(source, { media: { ...contact, phone: '+9996600077', userId: friend.id } });
    scene.post(source, { media: { ...contact, phone: '+1', userId: friend.id } });
    scene.post(source, { media: { ...contact, phone: '+2' } });
    const { summary, error } = await scene.clone(source, scene.group('contacts copy'));
    assert.deepEqual([error, summary?.sent, summary?.reduced], [undefined, 3, { contact_account: 1 }]);
    const target = scene.group('contacts after a crash');
    const killed = await scene.clone(source, target, {
      wrapJob: (job) => dyingJob(job, { write: 2, of: 'paid', when: 'before' }).job,
    });
    assert.ok(killed.error instanceof Death);
    const again = await scene.clone(source, target);
    assert.deepEqual([again.error, again.summary?.reduced], [undefined, { contact_account: 1 }]);
    assert.equal(posts(target).length, 3);
  });
});
