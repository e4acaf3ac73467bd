import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Poll } from '../../lib/sandbox/kinds/poll.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change } from '../support/damages.js';
import { type ClonedScene, clonedScene, findingsOf } from '../support/verify-scene.js';

/** A closed quiz, of which everybody sees the right answer and the explanation, and an open one. */
function fill(scene: CloneScene, chat: Chat) {
  const quiz = (fields: Partial<Poll>): number => {
    const id = scene.sandbox.world.nextGroupedId();
    const answers = ['Tea', 'Coffee', 'Neither'].map((text, index) => {
      const right = index === 1 && { correct: true };
      return { text, entities: [], option: Buffer.of(index), ...right };
    });
    const question = { text: `Which one, ${id}?`, entities: [] };
    const solution = { text: 'beans', entities: [] };
    const own = { id, creator: 1, question, answers, quiz: true, solution, votes: new Map(), ...fields };
    return scene.post(chat, { media: { kind: 'poll', poll: own } });
  };
  const closed = quiz({ closed: true });
  const open = quiz({ closed: false });
  return { closed, open };
}

type Content = ReturnType<typeof fill>;

function changePoll(cloned: ClonedScene<Content>, id: number, fields: (poll: Poll) => Partial<Poll>): void {
  const media = cloned.copy(id).media;
  assert.ok(media?.kind === 'poll');
  const poll = { ...media.poll, ...fields(media.poll) };
  change(cloned, cloned.copy(id).id, { media: { ...media, poll } });
}

test('the right answer of a quiz and its explanation are compared when both sides show them', async (t) => {
  const cloned = await clonedScene(t, fill);
  const { closed } = cloned.content;
  const id = cloned.copy(closed).id;
  for (const byLedger of [true, false]) {
    const found = async (): Promise<string[]> => findingsOf(await cloned.verify({ byLedger }));
    assert.deepEqual(await found(), []);
    changePoll(cloned, closed, ({ answers }) => ({
      answers: answers.map(({ correct: _, ...answer }, index) => ({
        ...answer,
        ...(index === 2 && { correct: true }),
      })),
    }));
    assert.deepEqual(await found(), [`attributes media.answers.correct ${closed}→${id}`]);
    cloned.restore();
    changePoll(cloned, closed, () => ({ solution: { text: 'leaves', entities: [] } }));
    assert.deepEqual(await found(), [`attributes media.results.solution ${closed}→${id}`]);
    cloned.restore();
  }
});
