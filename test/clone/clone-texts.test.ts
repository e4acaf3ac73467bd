import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { DocumentPipe } from '../../lib/clone/pipe/document-pipe.js';
import { ATTRIBUTION_FIELDS } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import { readTransforms, type TransformRules } from '../../lib/messages/transform/transforms.js';
import type { Entity } from '../../lib/sandbox/world/entity.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';
import { selectionFor } from '../support/selection.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'texts' });
});
after(() => scene.close());

function posts(chat: Chat): Message[] {
  return (chat.box?.messages ?? []).filter(({ action }) => !action);
}

/** The words that an entity covers, and what it says of them. */
function marks({ text, entities }: Message): string[] {
  return entities.map(({ kind, offset, length, url = '' }: Entity) =>
    `${kind} ${text.slice(offset, offset + length)} ${url}`.trim(),
  );
}

const markup = {
  _: 'ReplyInlineMarkup',
  rows: [
    {
      _: 'KeyboardInlineButtonRow',
      buttons: [
        {
          _: 'KeyboardInlineButton',
          text: 'Open',
          type: { _: 'InlineButtonTypeUrl', url: 'https://example.org/' },
        },
      ],
    },
  ],
};

describe("a bot's buttons", () => {
  it('that open an address become lines of links, unless they are dropped', async () => {
    const [source, target] = [scene.group('buttons'), scene.group('buttons copy')];
    scene.post(source, { text: 'Look', fields: { replyMarkup: markup } });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { buttons: 1 });
    const dropped = scene.group('buttons dropped');
    await scene.clone(source, dropped, { text: { buttons: 'drop' } });
    assert.deepEqual(
      [target, dropped].map((chat) => posts(chat).map((message) => [message.text, marks(message)])),
      [[['Look\n\nOpen', ['textUrl Open https://example.org/']]], [['Look', []]]],
    );
  });
});

describe('an answer to a message that has no copy', () => {
  it('quotes it, or links to it, or does neither', async () => {
    const source = scene.group('answers');
    const lost = scene.post(source, { text: 'the question' });
    scene.post(source, { text: 'the answer', replyTo: lost });
    const selection = await selectionFor({ fromId: String(lost + 1) }, { self: scene.me.id });
    const copies: unknown[] = [];
    for (const replyFallback of ['quote', 'link', 'none'] as const) {
      const target = scene.group(`answers ${replyFallback}`);
      // From the answer on: the question was never copied.
      const first = await scene.clone(source, target, { text: { replyFallback }, selection });
      assert.equal(first.error, undefined);
      assert.deepEqual(first.summary?.reduced, { reply: 1 });
      copies.push(
        ...posts(target).map((message) => [message.text, marks(message).map((mark) => mark.split(' ')[0])]),
      );
    }
    assert.deepEqual(copies, [
      ['Ann\nthe question\nthe answer', ['blockquote', 'bold']],
      ['↩ In reply to\nthe answer', ['textUrl']],
      ['the answer', []],
    ]);
  });
});

describe('links to messages of the source', () => {
  it('lead to their copies, where these are there already', async () => {
    const source = scene.group('links', { username: 'the_source' });
    const target = scene.group('links copy');
    const first = scene.post(source, { text: 'first' });
    const url = `https://t.me/the_source/${first}`;
    const later = `t.me/c/${String(source.id).replace('-100', '')}/${first + 50}`;
    const text = `see ${url} and ${later}, here`;
    scene.post(source, {
      text,
      entities: [
        { kind: 'url', offset: 4, length: url.length },
        { kind: 'url', offset: text.indexOf(later), length: later.length },
        { kind: 'textUrl', offset: text.indexOf('here'), length: 4, url },
      ],
    });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { changed: 1, source_link: 1 });
    const [copy, linked] = posts(target);
    assert.ok(copy && linked);
    const there = `https://t.me/c/${String(target.id).replace('-100', '')}/${copy.id}`;
    assert.equal(linked.text, `see ${there} and ${later}, here`);
    assert.deepEqual(marks(linked), [`url ${there}`, `url ${later}`, `textUrl here ${there}`]);
  });
});

describe('what is added to media that show no caption', () => {
  it('stands in a message of its own, also where texts that are too long are to fail', async () => {
    const [source, target] = [scene.group('no caption'), scene.group('no caption copy')];
    scene.post(source, { media: { kind: 'geo', latitude: 46.9, longitude: 7.4 } });
    const template = readTemplate('by {author}', ATTRIBUTION_FIELDS, '--attribution-template');
    const { summary, error } = await scene.clone(source, target, {
      text: { long: 'fail', attribution: { place: 'footer', template } },
    });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(
      posts(target).map(({ text, media }) => media?.kind ?? text),
      ['geo', 'by Ann'],
    );
  });
});

describe('attribution', () => {
  it('names the author, the date and the message above or below', async () => {
    const source = scene.group('attributed');
    const id = scene.post(source, { text: 'words', date: Date.UTC(2026, 10, 29, 12) / 1000 });
    const copies: string[] = [];
    for (const place of ['header', 'footer'] as const) {
      const target = scene.group(`attributed ${place}`);
      const template = readTemplate('{author}, {date} {link}', ATTRIBUTION_FIELDS, '--attribution-template');
      const { error } = await scene.clone(source, target, { text: { attribution: { place, template } } });
      assert.equal(error, undefined);
      copies.push(...posts(target).map(({ text }) => text));
    }
    const line = `Ann, 2026-11-29 12:00 UTC https://t.me/c/${String(source.id).replace('-100', '')}/${id}`;
    assert.deepEqual(copies, [`${line}\n\nwords`, `words\n\n${line}`]);
  });
});

const rules = (some: Partial<TransformRules>) =>
  readTransforms({ replace: [], replaceRegex: [], strip: [], captionTemplate: undefined, ...some });

describe('transforms', () => {
  it('change texts and captions, and leave out what they empty', async () => {
    const [source, target] = [scene.group('transformed'), scene.group('transformed copy')];
    const url = 'https://example.org/';
    scene.post(source, { text: 'old words', entities: [{ kind: 'bold', offset: 4, length: 5 }] });
    scene.post(source, { text: url, entities: [{ kind: 'url', offset: 0, length: url.length }] });
    scene.post(source, { text: 'old caption', media: scene.document(1000) });
    const transform = rules({
      replace: ['old=>brand new'],
      replaceRegex: ['\\bwords$=>texts'],
      strip: ['links'],
      captionTemplate: '{caption} ({file})',
    });
    assert.ok(transform);
    const { summary, error } = await scene.clone(source, target, { text: { transform } });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.skipped, { service: 1, emptied: 1 });
    assert.deepEqual(summary.reduced, { changed: 2 });
    assert.deepEqual(
      posts(target).map((message) => [message.text, marks(message)]),
      [
        ['brand new texts', ['bold texts']],
        ['brand new caption (1000.zip)', ['url 1000.zip']],
      ],
    );
  });
});

/** A pipe through a program of Node that handles each `document`. */
function pipe(body: string): DocumentPipe {
  const script = `let n = 0; require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    n += 1; const document = JSON.parse(line); const answer = (value) => console.log(JSON.stringify(value)); ${body} });`;
  return new DocumentPipe({
    words: [process.execPath, '-e', script],
    environment: { PATH: process.env['PATH'] ?? '' },
    deadlineMs: 60_000,
    clock: systemClock,
    log: silentLog,
  });
}

describe('a program that changes messages', () => {
  it('is given each message that would be sent, and leaves messages out by null', async () => {
    const [source, target] = [scene.group('piped'), scene.group('piped copy')];
    for (const text of ['one', 'two', 'three']) scene.post(source, { text });
    const program = pipe(
      "answer(document.text === 'two' ? null : { ...document, text: document.text + '!' });",
    );
    const { summary, error } = await scene.clone(source, target, { text: { pipe: program } });
    await program.close();
    assert.equal(error, undefined);
    assert.deepEqual(summary?.skipped, { service: 1, left_out: 1 });
    assert.deepEqual(
      posts(target).map(({ text }) => text),
      ['one!', 'three!'],
    );
  });

  it('stops the run at a fault, in front of that message', async () => {
    const [source, target] = [scene.group('faulty'), scene.group('faulty copy')];
    for (const text of ['one', 'two', 'three']) scene.post(source, { text });
    const program = pipe("answer(document.text === 'two' ? 5 : document);");
    const { error } = await scene.clone(source, target, { text: { pipe: program } });
    await program.close();
    assert.match(String(error), /wrong answer for message .*the answer must be an object/);
    assert.deepEqual(
      posts(target).map(({ text }) => text),
      ['one'],
    );
    const good = await scene.clone(source, target);
    assert.equal(good.error, undefined);
    assert.deepEqual(
      posts(target).map(({ text }) => text),
      ['one', 'two', 'three'],
    );
  });

  for (const of of ['sending', 'sent'] as const) {
    it(`is not asked again for a message that may have been sent (${of})`, async () => {
      const [source, target] = [scene.group(`again ${of}`), scene.group(`again ${of} copy`)];
      scene.post(source, { text: 'words' });
      const when = of === 'sending' ? 'after' : 'before';
      const plan = { write: 1, of, when } as const;
      const first = pipe("answer({ ...document, text: 'first answer' });");
      const died = await scene.clone(source, target, {
        text: { pipe: first },
        wrapJob: (job) => dyingJob(job, plan).job,
      });
      await first.close();
      assert.ok(died.error instanceof Death, String(died.error));
      const second = pipe("answer({ ...document, text: 'second answer' });");
      const run = await scene.clone(source, target, { text: { pipe: second } });
      await second.close();
      assert.equal(run.error, undefined);
      assert.deepEqual(
        posts(target).map(({ text }) => text),
        ['first answer'],
      );
    });
  }
});
