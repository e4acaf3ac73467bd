import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openRestoreScene } from '../../support/restore-scene.js';

const MESSAGES = 12;

test('of any plan, what is gone comes back once and in order, whatever else is gone or still there', async (t) => {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const numbers = Array.from({ length: MESSAGES }, (_, index) => index);
  const some = fc.subarray(numbers);
  const oneOrMore = fc.subarray(numbers, { minLength: 1 });
  const restored = async (gone: readonly number[], plans: readonly (readonly number[])[]): Promise<void> => {
    const chat = world.createChannel({ title: 'Old group', megagroup: true, creator });
    for (const index of numbers) {
      const reply = index % 4 === 3 ? { replyTo: index } : {};
      world.post({ chat: chat.id, from: creator, text: `text ${index}`, ...reply });
    }
    const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
    await scene.keep(chat);
    const idsOf = (of: readonly number[]): number[] => of.flatMap((index) => ids[index] ?? []);
    scene.erase(chat, idsOf(gone));
    const back: number[] = [];
    for (const planned of plans) {
      const plan = await scene.plan(chat, new Map([[chat.id, idsOf(planned)]]));
      const { status, thrown } = await scene.call([
        'restore',
        plan,
        '--attribution',
        'none',
        '--reply-fallback',
        'none',
      ]);
      assert.equal(status, 0, String(thrown));
      back.push(...planned.filter((index) => gone.includes(index) && !back.includes(index)));
    }
    const there = numbers.filter((index) => !gone.includes(index));
    const texts = scene.messages(chat).flatMap(({ action, text }) => (action ? [] : [text]));
    assert.deepEqual(
      texts,
      [...there, ...back].map((index) => `text ${index}`),
    );
  };
  await fc.assert(fc.asyncProperty(some, fc.array(oneOrMore, { minLength: 1, maxLength: 3 }), restored), {
    numRuns: 12,
  });
});
