import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import type { Via } from '../../lib/base/ways.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';
import { withLedger } from '../support/ledger-scene.js';

/** A copy that is found in the target is known as well as one that an answer has named. */

/** Every loss that a send knows beforehand, and some that only Telegram's refusals bring. */
function fill(scene: CloneScene, chat: Chat): void {
  const post = (fields: object): number => scene.post(chat, fields);
  const plain = post({ text: 'plain' });
  post({ text: '', media: { kind: 'dice', emoticon: '🎲', value: 4 } });
  const gone = post({ text: 'gone' });
  post({ text: 'an answer', replyTo: gone });
  post({ text: '', media: { kind: 'dice', emoticon: '🎯', value: 5 }, replyTo: gone });
  const long = Array.from({ length: 1200 }, (_, nth) => `word${nth}`).join(' ');
  post({ text: long, entities: [{ kind: 'mentionName', offset: 0, length: 4, userId: 5_999_999_999 }] });
  const link = `https://t.me/c/${String(chat.id).slice(4)}/${plain}`;
  post({ text: `see ${link}`, entities: [{ kind: 'url', offset: 4, length: link.length }] });
  post({ text: 'refused', entities: [{ kind: 'bold', offset: 0, length: 7 }] });
  post({ text: 'quoted', replyTo: plain, quote: { text: 'plain', offset: 0 } });
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (const text of ['one', 'two']) post({ text, groupedId, media: scene.document(1000) });
  const messages = chat.box?.messages ?? [];
  messages.splice(
    messages.findIndex(({ id }) => id === gone),
    1,
  );
}

/** What the ledger says about each copy, apart from how it came to know. */
async function noted({ folder, error, summary }: CloneRun): Promise<object[]> {
  assert.equal(error, undefined);
  assert.deepEqual(summary?.failed, []);
  return withLedger(dirname(folder), async ({ db }) => {
    const job = db
      .selectFrom('ledger_jobs')
      .select('job_id')
      .where('folder', '=', folder.split('/').at(-1) ?? '');
    const messages = await db
      .selectFrom('ledger_messages')
      .select(['source_id', 'state', 'losses', 'way', 'sent_text'])
      .where('job_id', 'in', job)
      .orderBy('source_id')
      .execute();
    const parts = await db
      .selectFrom('ledger_continuations')
      .select(['source_id', 'part', 'state', 'sent_text'])
      .where('job_id', 'in', job)
      .orderBy('source_id')
      .orderBy('part')
      .execute();
    // A link to a copy names the target.
    const brief = (text: string | null): string | undefined =>
      text?.replace(/(?<=t\.me\/c\/)\d+/g, '').replace(/word\d+.*word/, '…');
    return [...messages, ...parts].map((row) => ({ ...row, sent_text: brief(row.sent_text) }));
  });
}

/** A target of its own for each, in one sandbox: the ledger's rows after a run in which nothing is lost, and after `how`. */
async function bothWays(
  t: { after(work: () => unknown): void },
  how: (scene: CloneScene, source: Chat, target: Chat, options: RunOptions) => Promise<CloneRun>,
  options: RunOptions & { readonly via?: Via },
): Promise<readonly [calm: object[], troubled: object[], run: CloneRun]> {
  const trouble = { isOn: false, lost: new Set<string>() };
  const scene = await cloneScene({
    methods: (methods) =>
      new Map(
        [...methods].map(([name, method]) => [
          name,
          async (request, caller) => {
            if (/^messages\.Send(?:Message|Media|MultiMedia)$|^messages\.ForwardMessages$/.test(name)) {
              const { message, entities } = request as { message?: string; entities?: readonly object[] };
              if (message === 'refused' && entities?.length) throw new RpcError(400, 'ENTITY_BOUNDS_INVALID');
              const answer = await method(request, caller);
              const call = randomIdsOf(request);
              if (!trouble.isOn || trouble.lost.has(call)) return answer;
              trouble.lost.add(call);
              throw new RpcError(500, 'INTERNAL');
            }
            return method(request, caller);
          },
        ]),
      ),
  });
  t.after(() => scene.close());
  const [source, calm, troubled] = ['From', 'Calm', 'Troubled'].map((title) => scene.group(title));
  assert.ok(source && calm && troubled);
  fill(scene, source);
  const first = await noted(await scene.clone(source, calm, options));
  trouble.isOn = how === withoutAnswers;
  const run = await how(scene, source, troubled, options);
  return [first, await noted(run), run];
}

function randomIdsOf(request: object): string {
  const { randomId, multiMedia = [] } = request as {
    readonly randomId?: unknown;
    readonly multiMedia?: readonly { readonly randomId: unknown }[];
  };
  return [randomId, ...multiMedia.map((item) => item.randomId)].join();
}

/** Each call succeeds at the server, and the client gets an error that leaves this open. */
async function withoutAnswers(
  scene: CloneScene,
  source: Chat,
  target: Chat,
  options: RunOptions,
): Promise<CloneRun> {
  return scene.clone(source, target, options);
}

/** Each run is killed before its next send is recorded; then one comes to the end. */
function killed(scene: CloneScene, source: Chat, target: Chat, options: RunOptions): Promise<CloneRun> {
  return dying(() => ({ write: 1, of: 'sent', when: 'before' }), { scene, source, target, options });
}

/** Each run is killed when a send is noted and not made, the next one later than the one before. */
function unsent(scene: CloneScene, source: Chat, target: Chat, options: RunOptions): Promise<CloneRun> {
  const plan = (deaths: number): DeathPlan => ({ write: deaths + 1, of: 'sending', when: 'after' });
  return dying(plan, { scene, source, target, options });
}

async function dying(
  plan: (deaths: number) => DeathPlan,
  {
    scene,
    source,
    target,
    options,
  }: {
    readonly scene: CloneScene;
    readonly source: Chat;
    readonly target: Chat;
    readonly options: RunOptions;
  },
): Promise<CloneRun> {
  for (let deaths = 0; ; deaths += 1) {
    const run = await scene.clone(source, target, {
      ...options,
      wrapJob: (job) => dyingJob(job, plan(deaths)).job,
    });
    if (run.error === undefined) return run;
    assert.ok(run.error instanceof Death, String(run.error));
    assert.ok(deaths < 40, 'it never came to its end');
  }
}

for (const [name, how] of [
  ['answers are lost', withoutAnswers],
  ['a run is killed before each record', killed],
  ['a run is killed before each call', unsent],
] as const) {
  describe(`the ledger after ${name}`, () => {
    for (const via of ['stream', 'auto', 'forward'] as const) {
      it(`knows of every copy what it knows after a calm run, via ${via}`, async (t) => {
        const [calm, troubled] = await bothWays(t, how, { via });
        assert.ok(calm.length > 8);
        assert.deepEqual(troubled, calm);
      });
    }
  });
}

it('a run counts what copies lack whose answers it never had', async (t) => {
  const [, , run] = await bothWays(t, withoutAnswers, {});
  const { sent = 0, ways = {}, reducedMessages = 0, reduced = {} } = run.summary ?? {};
  assert.equal(
    Object.values(ways).reduce((sum, each) => sum + each, 0),
    sent,
  );
  assert.deepEqual(reduced, { card: 2, reply: 2, split: 1, mention: 1, changed: 1, entities: 1 });
  assert.equal(reducedMessages, 6);
});
