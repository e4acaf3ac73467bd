import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api, type TelegramClient } from 'telegram';
import { FIELDS, KINDS } from '../../lib/messages/kinds/table.js';
import { type Filled, filledBefore, fillSandbox } from '../../lib/sandbox/fill.js';
import { toLayer } from '../../lib/sandbox/layers/layers.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { decodeState, encodeState } from '../../lib/sandbox/state-codec.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { WorldState } from '../../lib/sandbox/world/model.js';
import { World } from '../../lib/sandbox/world/world.js';
import { layerVectors, OLDER_LAYERS } from '../golden/vectors.js';
import { constructorsOf } from '../support/constructors-of.js';
import { inputPeer } from '../support/input-peer.js';
import { libraryClient } from '../support/library-client.js';
import { namedPeers } from '../support/named-peers.js';

/** What no message in a history consists of, each with its reason. */
const NEVER_THERE: ReadonlySet<string> = new Set([
  // Deleted messages leave gaps.
  'MessageEmpty',
  // In drafts of bots alone.
  'PageBlockThinking',
]);
/** Forms of requests. */
const REQUEST = /^Input(?!Media$)/;

/** Fields that no message of a history has, or that would keep it from being cloned. */
const NEVER_SET: ReadonlySet<string> = new Set([
  'Message.legacy',
  'Message.noforwards',
  'Message.quickReplyShortcutId',
  'Message.scheduleRepeatPeriod',
  'MessageService.mentioned',
  'MessageService.mediaUnread',
  'MessageService.reactionsArePossible',
  'MessageService.legacy',
  'MessageService.reactions',
  'MessageService.ttlPeriod',
  'MessageService.savedPeerId',
  'MessageReplyHeader.replyToScheduled',
  'MessageReplyHeader.replyToEphemeral',
]);

interface Seen {
  readonly constructors: Set<string>;
  readonly fields: Set<string>;
}

let sandbox: Sandbox;
let filled: Filled;
let client: TelegramClient;
/** Everything that the account gets of the chats, over the wire. */
const answers: Api.messages.TypeMessages[] = [];
const seen: Seen = { constructors: new Set(), fields: new Set() };

before(async () => {
  sandbox = await startSandbox({ seed: 'showcase' });
  filled = fillSandbox(sandbox, { seed: 'showcase', content: 'showcase' });
  client = libraryClient(sandbox.server);
  await client.connect();
  await client.start({
    phoneNumber: filled.phone,
    phoneCode: async () => filled.code,
    password: async () => filled.password,
    onError: async (error) => {
      throw error;
    },
  });
  const { source, channel, group } = filled.chats;
  for (const chat of [source, channel, group, filled.upgraded, filled.user]) {
    answers.push(...(await history(chat?.id ?? 0)));
  }
  for (const answer of answers) walk('messages' in answer ? answer.messages : [], seen);
});
after(async () => {
  await client.disconnect();
  await sandbox.close();
});

async function history(chat: number): Promise<Api.messages.TypeMessages[]> {
  const peer = inputPeer(sandbox.world, filled.user.id, chat);
  const pages: Api.messages.TypeMessages[] = [];
  for (let offsetId = 0; ; ) {
    const common = { offsetDate: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: toLong(0) };
    const page = await client.invoke(new Api.messages.GetHistory({ ...common, peer, offsetId }));
    if (!('messages' in page) || page.messages.length === 0) return pages;
    pages.push(page);
    offsetId = page.messages.at(-1)?.id ?? 0;
  }
}

function walk(value: unknown, found: Seen): void {
  if (Array.isArray(value)) for (const item of value) walk(item, found);
  const { className, originalArgs } = (value ?? {}) as { className?: string; originalArgs?: object };
  if (className === undefined || originalArgs === undefined) return;
  found.constructors.add(className);
  for (const [field, content] of Object.entries(value as object)) {
    if (field === 'originalArgs' || content === undefined || content === null || content === false) continue;
    found.fields.add(`${className}.${field}`);
    walk(content, found);
  }
}

test('the showcase has every constructor of the table', () => {
  for (const [type, table] of Object.entries(KINDS)) {
    if (type === 'InputMedia') continue;
    const missing = Object.keys(table).filter(
      (name) => !seen.constructors.has(name) && !NEVER_THERE.has(name) && !REQUEST.test(name),
    );
    assert.deepEqual(missing, [], type);
  }
});

test('the showcase has every field and flag of the table', () => {
  for (const [name, table] of Object.entries(FIELDS)) {
    const all = Object.keys(table).map((field) => `${name}.${field}`);
    assert.deepEqual(
      all.filter((field) => !seen.fields.has(field) && !NEVER_SET.has(field)),
      [],
    );
  }
});

test('everybody whom the showcase names is described, as in Telegram', () => {
  for (const answer of answers) assert.deepEqual(namedPeers(answer).missing, []);
});

test('the showcase is a function of its seed, and survives a restart', async () => {
  const again = await startSandbox({ seed: 'showcase' });
  try {
    const other = fillSandbox(again, { seed: 'showcase', content: 'showcase' });
    const textsOf = ({ source }: Filled) =>
      source.box?.messages.map(({ text, media }) => [text, media?.kind]);
    assert.deepEqual(textsOf(other), textsOf(filled));
  } finally {
    await again.close();
  }
  const state = decodeState(encodeState(sandbox.world.state)) as WorldState;
  const { clock, random, homeDc } = sandbox.world;
  const restored = filledBefore(new World({ clock, random, homeDc, state }));
  assert.equal(restored?.upgraded?.id, filled.upgraded?.id);
  assert.equal(restored?.chats.group.id, filled.chats.group.id);
});

test('clients of older layers get only what they can read', () => {
  for (const layer of OLDER_LAYERS) {
    const known = new Set(
      layerVectors(layer)
        .constructors.split(' ')
        .map((id) => Number.parseInt(id, 16)),
    );
    const unknown = new Set<string>();
    for (const { id, name } of constructorsOf(toLayer(answers, layer))) if (!known.has(id)) unknown.add(name);
    assert.deepEqual([...unknown], [], `layer ${layer}`);
  }
});
