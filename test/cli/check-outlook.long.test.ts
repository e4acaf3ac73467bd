import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GIB } from '../../lib/base/bytes.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf } from '../support/scene.js';

describe('telepi check', () => {
  it('says what a run will reduce, skip and refuse, what the target asks for, and how long it takes', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { sandbox, filled } = scene;
    const { world, files } = sandbox;
    const source = world.createChannel({ title: 'hard', creator: filled.user.id, megagroup: true });
    const target = world.createChannel({
      title: 'strict',
      creator: filled.plain.user.id,
      megagroup: true,
      slowmodeSeconds: 30,
      defaultBans: ['sendPhotos', 'sendPolls'],
    });
    world.addMember(target, filled.user.id);
    const say = (fields: object): number =>
      world.post({ chat: source.id, from: filled.user.id, ...fields }).id;
    say({ text: 'plain' });
    say({
      text: 'x🔥',
      entities: [{ kind: 'customEmoji', offset: 1, length: 2, emojiId: 5368324170671202286n }],
    });
    const { id } = files.add({ kind: 'photo', dcId: 1, width: 64, height: 48 });
    say({ text: 'y'.repeat(1500), media: { kind: 'photo', fileId: id, spoiler: false } });
    const large = files.add({
      kind: 'document',
      dcId: 1,
      size: 3 * GIB,
      mimeType: 'application/zip',
      attributes: [{ type: 'filename', name: 'large.zip' }],
    });
    say({ media: { kind: 'document', fileId: large.id, spoiler: false } });
    say({ text: 'secret', noforwards: true });
    const before = sandbox.report().sent;
    const outcome = await runInProcess(['check', '--json'], {
      environment: {
        ...scene.connection,
        SOURCE_CHAT: String(source.id),
        TARGET_CHAT: String(target.id),
        MIN_INTERVAL: '1',
      },
      cwd: scene.cwd,
    });
    assert.equal(outcome.status, 0, outcome.stdout);
    assert.deepEqual(sandbox.report().sent, before, 'nothing was sent');
    const findings = new Map(
      recordsOf(outcome.stdout).map(({ name, status, detail }) => [name, `${status}: ${detail}`]),
    );
    for (const [name, words] of [
      ['rights', /^warning: this account may not send photo, poll there/],
      [
        'content',
        /^warning: 4 of 6 messages would be sent; skipped: service 1; failing: file_too_large 1; lacking something: custom_emoji 1, split 1$/,
      ],
      ['custom emoji', /^warning: 1 message has custom emoji, which need Premium/],
      [
        'long texts',
        /^warning: 1 message has a text or caption that is longer .* continues in the next message$/,
      ],
      ['large files', /^warning: 1 message has a file that is larger/],
      ['protected content', /^warning: 1 message has a sender who forbids saving.*--allow-protected/],
      [
        'slow mode',
        /^warning: the target asks for 30 s between two messages, so that 5 messages take at least 2 min 30 s; admins are exempt$/,
      ],
      ['time', /^ok: 5 sends take at least 2 min 30 s; large files may take longer$/],
    ] as const) {
      assert.match(findings.get(name) ?? 'missing', words, `${name} ${outcome.stdout}`);
    }
  });

  it('says what becomes of polls and checklists, and names each right that is missing', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { filled } = scene;
    const { world } = scene.sandbox;
    const source = world.createChannel({ title: 'asks', creator: filled.user.id, megagroup: true });
    const say = (media: Media) => world.post({ chat: source.id, from: filled.user.id, media });
    const plain = (text: string) => ({ text, entities: [] });
    const answers = ['a', 'b'].map((text) => ({
      ...plain(text),
      option: Buffer.from(text),
      correct: text === 'a',
    }));
    const poll = { creator: filled.plain.user.id, question: plain('Why?'), answers };
    say({ kind: 'poll', poll: { ...poll, id: 1n, quiz: true, votes: new Map() } });
    say({ kind: 'poll', poll: { ...poll, id: 2n, publicVoters: true, votes: new Map() } });
    const tasks = [{ id: 1, ...plain('do it') }];
    say({ kind: 'checklist', title: plain('List'), tasks, done: new Map() });
    const channel = world.createChannel({ title: 'asks copy', creator: filled.user.id });
    const strict = world.createChannel({
      title: 'strict',
      creator: filled.plain.user.id,
      megagroup: true,
      defaultBans: ['sendPlain', 'sendMedia', 'sendPolls'],
    });
    world.addMember(strict, filled.user.id);
    const wordsFor = async (target: number): Promise<string> => {
      const { stdout } = await runInProcess(['check', '--json'], {
        environment: { ...scene.connection, SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target) },
        cwd: scene.cwd,
      });
      return recordsOf(stdout)
        .map(({ name, status, detail }) => `${name} ${status}: ${detail}`)
        .join('\n');
    };
    const found = await wordsFor(channel.id);
    for (const words of [
      /^polls warning: 2 messages have a poll, which begins without votes$/m,
      /^polls warning: 1 message has a quiz whose right answer is not known, and becomes a plain poll$/m,
      /^polls warning: 1 message has a poll that shows who voted, and becomes anonymous in a channel$/m,
      /^checklists warning: 1 message has a checklist that becomes lines of text: it needs Premium/m,
      /^rights ok: /m,
    ]) {
      assert.match(found, words);
    }
    assert.match(
      await wordsFor(strict.id),
      /^rights warning: this account may not send text, photo, video, round_video, audio, voice, file, sticker, animation, poll there/m,
    );
  });

  it("judges by the run's own settings of texts", async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { world } = scene.sandbox;
    const { user } = scene.filled;
    const source = world.createChannel({ title: 'texts', creator: user.id, megagroup: true });
    const target = world.createChannel({ title: 'texts copy', creator: user.id, megagroup: true });
    world.post({ chat: source.id, from: user.id, text: 'plain' });
    world.post({ chat: source.id, from: user.id, text: 'z'.repeat(4090) });
    const findingsWith = async (more: Readonly<Record<string, string>>) => {
      const { status, stdout } = await runInProcess(['check', '--json'], {
        environment: {
          ...scene.connection,
          SOURCE_CHAT: String(source.id),
          TARGET_CHAT: String(target.id),
          ...more,
        },
        cwd: scene.cwd,
      });
      const lines = recordsOf(stdout).map(({ name, status: sign, detail }) => `${name} ${sign}: ${detail}`);
      return { status, text: lines.join('\n') };
    };
    for (const [name, value, words] of [
      ['REPLACE', 'bad', /^texts fix: REPLACE takes/m],
      ['REPLACE_REGEX', '(=>x', /^texts fix: REPLACE_REGEX: /m],
      ['CAPTION_TEMPLATE', '{bad}', /^texts fix: CAPTION_TEMPLATE: /m],
      ['STRIP', 'foo', /^texts fix: STRIP must be/m],
      ['PIPE', 'jq "', /^texts fix: PIPE takes/m],
      ['PIPE', '/nonexistent/x', /^texts fix: PIPE names the program/m],
      ['PIPE_DEADLINE', '0', /^settings fix: PIPE_DEADLINE must be/m],
      ['LONG', 'maybe', /^settings fix: LONG must be/m],
    ] as const) {
      const { status, text } = await findingsWith({ [name]: value });
      assert.equal(status, 2, text);
      assert.match(text, words);
      assert.doesNotMatch(text, /^content/m);
    }
    const header = await findingsWith({ ATTRIBUTION: 'header' });
    assert.equal(header.status, 0, header.text);
    assert.match(header.text, /^content ok: 2 of 3 .*lacking something: changed 2, split 1$/m);
    const fails = await findingsWith({ ATTRIBUTION: 'header', LONG: 'fail' });
    assert.match(fails.text, /^content warning: 1 of 3 .*failing: text_too_long 1/m);
    const program = `${process.execPath} -e "process.stdin.on('data', (lines) => String(lines).trim().split('\\n').forEach(() => console.log(null)))"`;
    const piped = await findingsWith({ PIPE: program });
    assert.match(piped.text, /^content ok: 0 of 3 .*left_out 2/m);
  });

  it('expects slow mode where the server holds even an admin to it, and nowhere else', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { sandbox, filled } = scene;
    const { world } = sandbox;
    const source = world.createChannel({ title: 'slow', creator: filled.user.id, megagroup: true });
    const target = world.createChannel({
      title: 'slow copy',
      creator: filled.user.id,
      megagroup: true,
      slowmodeSeconds: 10,
    });
    for (let index = 0; index < 10; index += 1)
      world.post({ chat: source.id, from: filled.user.id, text: `${index}` });
    const environment = {
      ...scene.connection,
      SOURCE_CHAT: String(source.id),
      TARGET_CHAT: String(target.id),
      MIN_INTERVAL: '1',
    };
    const check = async () => {
      const { stdout } = await runInProcess(['check', '--json'], { environment, cwd: scene.cwd });
      return new Map(recordsOf(stdout).map(({ name, detail }) => [name, String(detail)]));
    };
    const free = await check();
    assert.equal(free.get('slow mode'), undefined);
    assert.match(free.get('time') ?? '', /^10 sends take at least 10 s/);
    sandbox.weather.change({ slowmodeSeconds: 30 });
    const slow = await check();
    assert.match(slow.get('slow mode') ?? '', /^the target asks for 30 s between two messages/);
    assert.match(slow.get('time') ?? '', /^10 sends take at least 5 min/);
  });

  it('looks at the next thousand messages of a long history, and says so', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { world } = scene.sandbox;
    const { user } = scene.filled;
    const source = world.createChannel({ title: 'long', creator: user.id, megagroup: true });
    const target = world.createChannel({ title: 'copy', creator: user.id, megagroup: true });
    for (let index = 0; index < 1500; index += 1)
      world.post({ chat: source.id, from: user.id, text: `${index}` });
    const { status, stdout } = await runInProcess(['check', '--json'], {
      environment: {
        ...scene.connection,
        SOURCE_CHAT: String(source.id),
        TARGET_CHAT: String(target.id),
        MIN_INTERVAL: '10',
      },
      cwd: scene.cwd,
    });
    assert.equal(status, 0, stdout);
    const findings = new Map(recordsOf(stdout).map(({ name, detail }) => [name, String(detail)]));
    assert.match(
      findings.get('content') ?? '',
      /^\d+ of the next 1\d\d\d messages would be sent; skipped: service 1; telepi run --dry-run counts all of them$/,
    );
    const [, hours] =
      /^about 1\d\d\d sends take at least 4 h (\d+) min/.exec(findings.get('time') ?? '') ?? [];
    assert.ok(hours, findings.get('time'));
  });
});
