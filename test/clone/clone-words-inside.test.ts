import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ATTRIBUTION_FIELDS, DEFAULT_ATTRIBUTION } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import { readTransforms } from '../../lib/messages/transform/transforms.js';
import type { Entity, StyledText } from '../../lib/sandbox/world/entity.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

/** Words inside of polls, checklists and rich messages. */

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'words inside', premium: true });
});
after(() => scene.close());

function posts(chat: Chat): Message[] {
  return (chat.box?.messages ?? []).filter(({ action }) => !action);
}

const linkTo = ({ id }: Chat, message: number): string =>
  `https://t.me/c/${String(id).replace('-100', '')}/${message}`;
const labelled = (text: string, url: string): StyledText => {
  const entity: Entity = { kind: 'textUrl', offset: 0, length: text.length, url };
  return { text, entities: [entity] };
};
const words = (text: string): TlData => ({ _: 'TextPlain', text });
const row = (...texts: TlData[]): TlData => ({ _: 'TextConcat', texts });
const link = (text: string, url: string): TlData => ({
  _: 'TextUrl',
  text: words(text),
  url,
  webpageId: 0n,
});
const paragraph = (text: TlData): TlData => ({ _: 'PageBlockParagraph', text });
const buttons = (url: string): TlData => {
  const button = { _: 'PageButton', text: words('press'), type: { _: 'InlineButtonTypeUrl', url } };
  return { _: 'PageBlockButtonRow', buttons: [button] };
};

function pollOf(solution: StyledText): object {
  const answers = ['a', 'b'].map((text) => ({
    text,
    entities: [],
    option: Buffer.from(text),
    correct: text === 'a',
  }));
  const question = { text: 'Which?', entities: [] };
  return {
    kind: 'poll',
    poll: {
      id: 7n,
      creator: scene.me.id,
      question,
      answers,
      solution,
      quiz: true,
      closed: true,
      votes: new Map(),
    },
  };
}

describe('links to messages of the source', () => {
  it('lead to the copies inside of polls, checklists and rich messages, too', async () => {
    const [source, target] = [scene.group('inside'), scene.group('inside copy')];
    const first = scene.post(source, { text: 'first' });
    const [there, later] = [linkTo(source, first), linkTo(source, first + 90)];
    scene.post(source, { media: pollOf(labelled('why', there)) });
    // Telegram keeps few formats in a checklist, and none that leads elsewhere.
    const tasks = [there, later].map((text, index) => ({
      id: index + 1,
      text,
      entities: [{ kind: 'url', offset: 0, length: text.length }],
    }));
    const title = { text: 'List', entities: [] };
    scene.post(source, { media: { kind: 'checklist', title, tasks, done: new Map() } });
    const blocks = [paragraph(row(words('see '), link('this', there))), buttons(there)];
    scene.post(source, { rich: { blocks, photos: [], documents: [] } });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(
      { changed: summary?.reduced.changed, source_link: summary?.reduced.source_link },
      { changed: 3, source_link: 1 },
    );
    const [copy, poll, list, rich] = posts(target);
    assert.ok(copy);
    const now = linkTo(target, copy.id);
    assert.ok(poll?.media?.kind === 'poll' && list?.media?.kind === 'checklist');
    assert.equal(poll.media.poll.solution?.entities[0]?.url, now);
    assert.deepEqual(
      list.media.tasks.map(({ text }) => text),
      [now, later],
    );
    const shown = JSON.stringify(rich?.rich?.blocks, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    assert.equal(shown.split(`"${now}"`).length, 3, shown);
    assert.ok(!shown.includes(there));
  });
});

describe('a rich message', () => {
  it('keeps its layout under --replace, --strip and --attribution', async () => {
    const [source, target] = [scene.group('rich rules'), scene.group('rich rules copy')];
    const hashtag = { _: 'TextHashtag', text: words('#sand') };
    const blocks = [
      { _: 'PageBlockHeading1', text: words('A stone') },
      paragraph(row(words('one sto'), { _: 'TextBold', text: words('ne more') }, words(' '), hashtag)),
      paragraph(hashtag),
      paragraph(row(words('see '), link('this stone', 'https://example.org/stone'))),
      buttons('https://example.org/'),
    ];
    const forward = { from: undefined, name: 'Zoe', date: 1_700_000_000 };
    scene.post(source, { rich: { blocks, photos: [], documents: [] }, forward });
    const transform = readTransforms({
      replace: ['stone=>grey rock'],
      replaceRegex: [],
      strip: ['hashtags', 'links'],
      captionTemplate: undefined,
    });
    const template = readTemplate(DEFAULT_ATTRIBUTION, ATTRIBUTION_FIELDS, '--attribution-template');
    const attribution = { place: 'footer', template } as const;
    const { summary, error } = await scene.clone(source, target, {
      text: { ...(transform && { transform }), attribution },
    });
    assert.equal(error, undefined);
    assert.deepEqual([summary?.failed, summary?.reduced], [[], { changed: 1 }]);
    const [copy] = posts(target);
    const kept = copy?.rich?.blocks ?? [];
    assert.deepEqual(kept.slice(0, 3), [
      { _: 'PageBlockHeading1', text: words('A grey rock') },
      paragraph(row(words('one grey rock'), { _: 'TextBold', text: words(' more') })),
      paragraph(row(words('see '), words('this grey rock'))),
    ]);
    assert.equal(kept.length, 4);
    const line = JSON.stringify(kept[3]);
    assert.ok(/Ann/.test(line) && /Forwarded from Zoe/.test(line), line);
    assert.equal(
      (await scene.clone(source, target, { text: { ...(transform && { transform }), attribution } })).summary
        ?.sent,
      0,
    );
  });

  it('fails when nothing of it is left', async () => {
    const [source, target] = [scene.group('rich empty'), scene.group('rich empty copy')];
    scene.post(source, { rich: { blocks: [paragraph(words('gone'))], photos: [], documents: [] } });
    const transform = readTransforms({
      replace: ['gone=>'],
      replaceRegex: [],
      strip: [],
      captionTemplate: undefined,
    });
    const { summary } = await scene.clone(source, target, { text: { ...(transform && { transform }) } });
    assert.equal(summary?.skipped.emptied, 1);
    assert.deepEqual(posts(target), []);
  });
});
