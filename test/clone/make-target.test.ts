import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { makeTarget } from '../../lib/clone/make-target.js';
import type { Made } from '../../lib/ledger/made-target-record.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death } from '../support/dying-job.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { placeOf } from '../support/test-database.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'made targets' });
});
after(() => scene.close());

const MAKER = { host: 'this-host', clock: systemClock, random: systemRandom, log: silentLog };
const METHOD = 'channels.CreateChannel';
const { signal } = new AbortController();

/** What becomes of one attempt to create it: the process dies, or the connection, before or after the server has done it. */
const FATES = ['pass', 'die-before', 'die-after', 'drop-before', 'drop-after'] as const;
type Fate = (typeof FATES)[number];

/** The client of a process that may die at the call. Its pauses take no time. */
function clientWith(fate: Fate): TelepiClient {
  return new Proxy(scene.client, {
    get(client, name) {
      if (name === 'clock') return Object.assign(Object.create(client.clock), { sleep: async () => {} });
      const value: unknown = Reflect.get(client, name, client);
      if (typeof value !== 'function') return value;
      if (name !== 'callOnce') return value.bind(client);
      return async (...args: [{ readonly className: string }, ...unknown[]]): Promise<unknown> => {
        const dies = args[0].className === 'channels.CreateChannel' && fate.startsWith('die');
        if (dies && fate === 'die-before') throw new Death('before');
        const answer: unknown = await Reflect.apply(value, client, args);
        if (dies) throw new Death('after');
        return answer;
      };
    },
  });
}

async function attempt(fate: Fate, chat: Chat, dataDir: string): Promise<Made & { isNew: boolean }> {
  if (fate === 'drop-before' || fate === 'drop-after') {
    scene.sandbox.weather.script({ method: METHOD, fate: { kind: fate } });
  }
  const source = await resolveChat(scene.client, parseChatRef(String(chat.id)), signal);
  const key = { ...placeOf(dataDir), accountId: scene.me.id, sourceId: source.id };
  return makeTarget({ client: clientWith(fate), source, key, maker: MAKER, signal });
}

const named = (title: string): Chat[] =>
  [...scene.sandbox.world.state.chats.values()].filter((chat) => chat.title === title);

let made = 0;
const newTitle = (): string => `made ${++made}`;

describe('the target of a source', () => {
  it('is made once, wherever a process or a connection ends', async (t) => {
    const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fates, async (before) => {
        const chat = scene.group(newTitle());
        const dataDir = temporaryFolder(t);
        for (const fate of before) {
          await attempt(fate, chat, dataDir).catch((error: unknown) => {
            if (!(error instanceof Death)) throw error;
          });
        }
        const last = await attempt('pass', chat, dataDir);
        const copies = named(chat.title).filter(({ id }) => id !== chat.id);
        assert.deepEqual(
          copies.map(({ id }) => id),
          [last.targetId],
        );
        assert.equal((await attempt('pass', chat, dataDir)).isNew, false);
      }),
      { numRuns: 12 },
    );
  });

  it("has the source's kind; a basic group becomes a supergroup, and a private chat is refused", async (t) => {
    const { world } = scene.sandbox;
    const sources = [
      scene.forum(newTitle()),
      scene.group(newTitle()),
      world.createChannel({ title: newTitle(), creator: scene.me.id }),
      scene.basicGroup(newTitle()),
    ];
    const kinds: unknown[] = [];
    for (const source of sources) {
      await attempt('pass', source, temporaryFolder(t));
      const copy = named(source.title).find(({ id }) => id !== source.id);
      kinds.push([copy?.kind, copy?.forum]);
    }
    assert.deepEqual(kinds, [
      ['supergroup', true],
      ['supergroup', false],
      ['broadcast', false],
      ['supergroup', false],
    ]);
    const source = await resolveChat(scene.client, parseChatRef('me'), signal);
    const key = { ...placeOf(temporaryFolder(t)), accountId: scene.me.id, sourceId: source.id };
    const refused = makeTarget({ client: scene.client, source, key, maker: MAKER, signal });
    await assert.rejects(refused, { code: 'TARGET_KIND' });
  });

  it('is never taken for another chat of the same title and description', async (t) => {
    const { world } = scene.sandbox;
    const source = scene.group(newTitle());
    const twin = world.createChannel({ title: source.title, creator: scene.me.id, megagroup: true });
    twin.about = 'TelePi is creating this chat (0).';
    const dataDir = temporaryFolder(t);
    await assert.rejects(attempt('die-before', source, dataDir), Death);
    const { targetId } = await attempt('pass', source, dataDir);
    assert.notEqual(targetId, twin.id);
    assert.equal(named(source.title).length, 3);
  });
});
