import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NotSignedInError } from '../../lib/base/errors.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Action, ErrorRule } from '../../lib/refusals/rule.js';
import { BY_CODE, ERROR_TABLE, GENERAL_RULES } from '../../lib/refusals/table.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';

/**
 * Every line of the table of errors, met by a clone: the sandbox answers with it where Telegram does, and the clone
 * does what the table says. Errors that only a login or a connection meets are in test/telegram/login-errors.test.ts.
 */
const rules = [...Object.values(ERROR_TABLE).flat(), ...GENERAL_RULES, ...Object.values(BY_CODE)].filter(
  ({ on, action }) => on !== 'login' && on !== 'connect' && !(action === 'migrate' && on === 'any'),
);

/** The content of a message, and the call that the error hits. */
interface Stage {
  readonly content: 'text' | 'styled' | 'preview' | 'file' | 'album' | 'topic';
  readonly method: string;
  /** The call before it, refused so that the call happens. */
  readonly first?: { readonly method: string; readonly wire: string };
  /** Which of the calls is hit first, from 1. */
  readonly nth?: number;
  /** How many calls in a row are hit. */
  readonly times?: number;
}

const TEXT: Stage = { content: 'text', method: 'messages.SendMessage' };
/** After the message by which the mentioned user is met. */
const STYLED: Stage = { content: 'styled', method: 'messages.SendMessage', nth: 2 };
const PREVIEW: Stage = { content: 'preview', method: 'messages.SendMedia' };
const FILE: Stage = { content: 'file', method: 'messages.SendMedia' };
const READ_ANEW: Stage = {
  content: 'file',
  method: 'channels.GetMessages',
  first: { method: 'upload.GetFile', wire: 'FILE_REFERENCE_EXPIRED' },
};
/** The first messages.getHistory is for the target; the second only counts, which a clone can do without. */
const HISTORY: Stage = { content: 'text', method: 'messages.GetHistory', nth: 3 };

/** Where the clone meets the error. */
function stageOf({ name, on, action }: ErrorRule): Stage {
  if (action === 'reduce') return name.startsWith('W') ? PREVIEW : STYLED;
  if (name.startsWith('FILE_REFERENCE_X_')) return { content: 'album', method: 'messages.SendMultiMedia' };
  switch (on) {
    case 'media':
      return FILE;
    case 'download':
      return { content: 'file', method: 'upload.GetFile' };
    case 'upload':
      return { content: 'file', method: 'upload.SaveFilePart' };
    // Once for the topic's own service message, and again for the message in it.
    case 'topics':
      return { content: 'topic', method: 'messages.CreateForumTopic', times: action === 'message' ? 2 : 1 };
    case 'read':
      return action === 'message' ? READ_ANEW : HISTORY;
    default:
      return TEXT;
  }
}

let scene: CloneScene;
let sources: Readonly<Record<Stage['content'], Chat>>;
before(async () => {
  // No jitter: a wait of no seconds takes none.
  const clientRandom = { ...systemRandom, float: () => 0 };
  scene = await cloneScene({ seed: 'errors', clientRandom });
  sources = makeSources();
});
after(() => scene.close());

// Floods teach the client to send more slowly: they come last.
const isFlood = ({ action }: ErrorRule): boolean => ['flood', 'slowmode', 'premium'].includes(action);
for (const rule of [...rules.filter((each) => !isFlood(each)), ...rules.filter(isFlood)]) {
  const { name, code, action } = rule;
  const wire = wireOf(rule);
  test(`${name}${name === 'any other' ? ` ${code}` : ''}: ${action}`, async () => {
    const stage = stageOf(rule);
    const source = sources[stage.content];
    const target = targetFor(stage, wire);
    const waitsBefore = scene.waits.length;
    const { first, nth = 1, times = 1 } = stage;
    if (first) strike(first.method, 1, 1, 400, first.wire);
    const fault = strike(stage.method, nth, times, code, wire);
    const run = await clone(source, target);
    assert.ok(fault.done, 'the error was met');
    const wanted = (await chatContent(scene.sandbox, source)).map(({ text }) => text);
    const got = async (): Promise<string[]> =>
      (await chatContent(scene.sandbox, target)).map(({ text }) => text);
    const kinds = scene.waits.slice(waitsBefore).map(({ kind }) => kind);

    switch (outcomeOf(action)) {
      case 'through':
        assert.equal(run.error, undefined);
        assert.deepEqual(run.summary?.failed, []);
        assert.deepEqual(await got(), wanted);
        assert.deepEqual(kinds, waitsOf(action));
        assert.equal(Object.keys(run.summary?.reduced ?? {}).length, action === 'reduce' ? 1 : 0);
        break;
      case 'fails':
        assert.equal(run.error, undefined);
        assert.equal(run.summary?.failed.length, 1);
        assert.equal(run.summary?.failed[0]?.reason, reasonOf(wire));
        assert.deepEqual(await got(), wanted.slice(1), 'the next message went on');
        assert.deepEqual(kinds, [], 'nothing was repeated');
        break;
      case 'stops':
        assertStopped(run, rule, wire);
        assert.deepEqual(await got(), []);
        assert.deepEqual(kinds, [], 'nothing was repeated');
        assert.equal((await clone(source, target)).error, undefined, 'the next run goes on');
        assert.deepEqual(await got(), wanted);
    }
  });
}

/** The last message of each source is a plain text that comes after the one that is hit. */
function makeSources(): Readonly<Record<Stage['content'], Chat>> {
  const { world } = scene.sandbox;
  const { group, post } = scene;
  const made = {
    text: group('text'),
    styled: group('styled'),
    preview: group('preview'),
    file: group('file'),
    album: group('album'),
    topic: scene.forum('topics'),
  };
  const met = world.createUser({ phone: '9996600002', code: '1', firstName: 'Met' });
  world.addMember(made.styled, met.id);
  world.post({ chat: made.styled.id, from: met.id, text: 'hello' });
  post(made.text, { text: 'struck' });
  const entities = [
    { kind: 'bold', offset: 0, length: 6 },
    { kind: 'mentionName', offset: 0, length: 6, userId: met.id },
  ];
  post(made.styled, { text: 'struck', entities });
  const url = 'https://preview.example/';
  const media = { kind: 'webpage', url, layout: 'large', manual: true };
  post(made.preview, { text: url, media });
  post(made.file, { text: 'struck', media: scene.document(5000) });
  const groupedId = world.nextGroupedId();
  for (const text of ['struck', 'with it'])
    post(made.album, { text, groupedId, media: scene.document(5000) });
  const topic = world.createTopic(made.topic, { title: 'struck' });
  post(made.topic, { text: 'in the topic', topicId: topic.id });
  for (const chat of Object.values(made)) post(chat, { text: 'after' });
  return made;
}

function targetFor({ content }: Stage, wire: string): Chat {
  if (content === 'topic') return scene.forum(wire);
  return scene.sandbox.world.createChannel({ title: wire, creator: scene.me.id, megagroup: true });
}

function clone(source: Chat, target: Chat): Promise<CloneRun> {
  return scene.clone(source, target, { autoCreateTopics: source === sources.topic });
}

function strike(
  method: string,
  nth: number,
  times: number,
  code: number,
  wire: string,
): { readonly done: boolean } {
  return scene.sandbox.weather.script({
    method,
    nth,
    times,
    fate: { kind: 'refuse', error: new RpcError(code, wire) },
  });
}

/** The name as it is sent: any letters for `*`; waits of no seconds, part 0, DC 2. */
function wireOf({ name, action }: ErrorRule): string {
  if (name === 'any other') return 'A_NAME_OF_TOMORROW';
  return name.replaceAll('*', 'NEW').replace(/_X(?=_|$)/g, action === 'migrate' ? '_2' : '_0');
}

function outcomeOf(action: Action): 'through' | 'fails' | 'stops' {
  if (action === 'message' || action === 'unknown-method') return 'fails';
  return action === 'run' || action === 'signed-out' ? 'stops' : 'through';
}

function waitsOf(action: Action): string[] {
  if (action === 'repeat') return ['transient'];
  return ['flood', 'premium', 'slowmode'].includes(action) ? [action] : [];
}

function reasonOf(wire: string): string {
  return wire.replace(/_\d+(?=_|$)/g, '').toLowerCase();
}

function assertStopped(
  { error, summary, checkpoint }: CloneRun,
  { action, sentence }: ErrorRule,
  wire: string,
): void {
  assert.equal(summary, undefined);
  assert.ok(checkpoint < 3, 'the checkpoint is before the struck message');
  if (action === 'signed-out') {
    assert.ok(error instanceof NotSignedInError, String(error));
    assert.equal(error.exitStatus, 3);
    assert.equal(error.fields['refusal'], wire);
  } else {
    assert.ok(error instanceof TelegramError, String(error));
    assert.equal(error.exitStatus, 1);
    assert.equal(error.errorMessage, wire);
  }
  assert.ok(error.message.startsWith(sentence), error.message);
}
