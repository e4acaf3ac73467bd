import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { RichMessage } from '../../lib/sandbox/kinds/rich-message.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** Rich messages keep their layout where the account may send one, and become texts elsewhere. */

let rich: CloneScene;
let plain: CloneScene;
let friend: bigint;
before(async () => {
  rich = await cloneScene({ seed: 'rich', premium: true });
  plain = await cloneScene({ seed: 'no-rich' });
  friend = BigInt(rich.sandbox.world.createUser({ phone: '9996600009', firstName: 'Bob' }).id);
});
after(async () => {
  await rich.close();
  await plain.close();
});

const NOTHING: TlData = { _: 'TextEmpty' };
const words = (text: string, ...around: string[]): TlData =>
  around.reduce<TlData>((inner, name) => ({ _: `Text${name}`, text: inner }), { _: 'TextPlain', text });
const row = (...texts: TlData[]): TlData => ({ _: 'TextConcat', texts });
const caption = (text = ''): TlData => ({
  _: 'PageCaption',
  text: text === '' ? NOTHING : words(text),
  credit: NOTHING,
});
const block = (name: string, text: TlData): TlData => ({ _: `PageBlock${name}`, text });
const paragraph = (text: string): TlData => block('Paragraph', words(text));
const ofBlocks = (...blocks: TlData[]): RichMessage => ({ blocks, photos: [], documents: [] });
const button = (type: TlData): TlData => ({ _: 'PageButton', text: words('press'), type });

interface Files {
  readonly photo: bigint;
  readonly video: bigint;
  readonly file: bigint;
}

function filesOf({ sandbox, document }: CloneScene): Files {
  const { id: photo } = sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
  const idOf = (media: Media): bigint => (media.kind === 'document' ? media.fileId : assert.fail(media.kind));
  const video = document(5 * KIB, {
    mimeType: 'video/mp4',
    attributes: [{ type: 'video', duration: 2, width: 320, height: 240 }],
  });
  return { photo, video: idOf(video), file: idOf(document(3 * KIB)) };
}

/** Blocks that stay, and some that become something near: a title, an @name that is found again, a button of its bot alone. */
function manyBlocks({ photo, video, file }: Files): RichMessage {
  const shown = { _: 'PageBlockPhoto', photoId: photo, caption: caption('A photo') };
  return {
    rightToLeft: true,
    blocks: [
      block('Title', words('A title')),
      block('Heading2', row(words('A '), words('heading', 'Bold'))),
      block('Paragraph', row(words('by '), words('@ann', 'Mention'))),
      { _: 'PageBlockCollage', items: [shown, shown], caption: caption() },
      { _: 'PageBlockVideo', videoId: video, loop: true, caption: caption() },
      { _: 'PageBlockDocument', documentId: file, caption: caption() },
      {
        _: 'PageBlockMap',
        geo: { _: 'GeoPoint', lat: 46.9, long: 7.4, accessHash: 5n },
        zoom: 13,
        w: 600,
        h: 400,
        caption: caption(),
      },
      {
        _: 'PageBlockButtonRow',
        buttons: [
          button({ _: 'InlineButtonTypeUrl', url: 'https://example.org' }),
          button({ _: 'InlineButtonTypeCallback', data: Buffer.from('x') }),
        ],
      },
      { _: 'PageBlockUnsupported' },
      block('Paragraph', { _: 'TextMentionName', text: words('Bob'), userId: friend }),
    ],
    photos: [photo],
    documents: [video, file],
  };
}

/** Without the flags that aren't set. */
function set(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(set);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  const fields = Object.entries(value).filter(([name, each]) => name !== 'flags' && each !== false);
  return Object.fromEntries(fields.map(([name, each]) => [name, set(each)]));
}

const copiesIn = (chat: Chat): Message[] =>
  (chat.box?.messages ?? []).filter(({ action }) => action === undefined);
const richIn = (chat: Chat): RichMessage[] => copiesIn(chat).flatMap((message) => message.rich ?? []);

describe('a clone of rich messages', () => {
  it('keeps their blocks, texts, photos and files, and makes of what it may not send something near', async () => {
    const [source, target] = [rich.group('rich'), rich.group('rich copy')];
    const files = filesOf(rich);
    rich.post(source, { rich: manyBlocks(files) });
    rich.post(source, { text: 'for older apps', rich: ofBlocks(paragraph('shown')) });
    const { summary, error } = await rich.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(
      [summary?.sent, summary?.failed, summary?.reduced],
      [2, [], { rich_layout: 1, buttons: 1 }],
    );
    const [copy, second] = richIn(target);
    assert.ok(copy);
    const [photo = 0n] = copy.photos;
    const [video = 0n, file = 0n] = copy.documents;
    const wanted = manyBlocks({ photo, video, file }).blocks;
    const [, heading, , collage, clip, document, map, buttons, , mention] = wanted;
    const { buttons: pressed } = buttons as unknown as { readonly buttons: readonly TlData[] };
    assert.deepEqual(set(copy.blocks), [
      paragraph('A title'),
      heading,
      block('Paragraph', row(words('by '), words('@ann'))),
      collage,
      clip,
      document,
      { ...map, geo: { _: 'GeoPoint', lat: 46.9, long: 7.4, accessHash: 0n } },
      { ...buttons, buttons: pressed.slice(0, 1) },
      mention,
    ]);
    assert.equal(copy.rightToLeft, true);
    assert.deepEqual([copy.photos.length, copy.documents.length], [1, 2]);
    for (const [one, other] of [
      [files.video, video],
      [files.file, file],
    ] as const) {
      assert.notEqual(one, other, 'the file was streamed');
      assert.equal(rich.sandbox.files.get(other)?.size, rich.sandbox.files.get(one)?.size);
    }
    assert.deepEqual(second?.blocks, [paragraph('shown')]);
    assert.deepEqual(
      copiesIn(target).map(({ text }) => text),
      ['', 'for older apps'],
    );
  });

  it('names the files of the source with --via reference, so that no bytes move', async () => {
    const [source, target] = [rich.group('by name'), rich.group('by name copy')];
    const files = filesOf(rich);
    rich.post(source, { rich: manyBlocks(files) });
    const { summary, error } = await rich.clone(source, target, { via: 'reference' });
    assert.equal(error, undefined);
    assert.equal(summary?.bytes, 0);
    const [copy] = richIn(target);
    assert.deepEqual([copy?.photos, copy?.documents], [[files.photo], [files.video, files.file]]);
  });

  it('copies what a history shows only in part as a whole', async () => {
    const [source, target] = [rich.group('long'), rich.group('long copy')];
    const blocks = Array.from({ length: 130 }, (_, n) => paragraph(`Paragraph ${n + 1}`));
    rich.post(source, { rich: ofBlocks(...blocks) });
    const { summary, error } = await rich.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(
      richIn(target).map((copy) => copy.blocks),
      [blocks],
    );
  });

  it('sends each exactly once, wherever a crash comes', async () => {
    for (const [of, when] of [
      ['madeFile', 'after'],
      ['sending', 'after'],
      ['sent', 'before'],
    ] as const) {
      const [source, target] = [rich.group(`${of} ${when}`), rich.group(`${of} ${when} copy`)];
      rich.post(source, { rich: manyBlocks(filesOf(rich)) });
      rich.post(source, { rich: ofBlocks(block('Heading1', words('same'))) });
      rich.post(source, { rich: ofBlocks(block('Heading1', words('other'))) });
      const killed = await rich.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write: 1, of, when }).job,
      });
      assert.ok(killed.error instanceof Death, `${of} ${when}`);
      const { error } = await rich.clone(source, target);
      assert.equal(error, undefined);
      assert.deepEqual(
        richIn(target).map(({ blocks }) => blocks.length),
        [9, 1, 1],
      );
    }
  });

  it('writes their words, with what formatting a text can have, where the account may not send them', async () => {
    const [source, target] = [plain.group('flat'), plain.group('flat copy')];
    const items = [
      { _: 'PageListItemText', text: words('one') },
      { _: 'PageListItemText', checkbox: true, checked: true, text: words('two', 'Italic') },
    ];
    const cell = (text: string): TlData => ({ _: 'PageTableCell', text: words(text) });
    const table = {
      _: 'PageBlockTable',
      title: words('Tides'),
      rows: [{ _: 'PageTableRow', cells: [cell('Mon'), cell('3 m')] }],
    };
    plain.post(source, {
      text: 'for older apps',
      rich: ofBlocks(
        block('Heading1', words('Title')),
        block(
          'Paragraph',
          row(words('see '), { _: 'TextUrl', text: words('this'), url: 'https://e.org', webpageId: 0n }),
        ),
        { _: 'PageBlockList', items },
        { _: 'PageBlockPreformatted', text: words('x = 1'), language: 'py' },
        table,
      ),
    });
    plain.post(source, { rich: ofBlocks({ _: 'PageBlockUnsupported' }) });
    const { summary, error } = await plain.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced], [2, { rich_layout: 1, card: 1 }]);
    const [copy, card] = copiesIn(target);
    const text = 'Title\n\nsee this\n\n• one\n☑ two\n\nx = 1\n\nTides\nMon | 3 m';
    assert.equal(copy?.text, text);
    const styles = copy?.entities.map(({ kind, offset, length }) => [
      kind,
      text.slice(offset, offset + length),
    ]);
    assert.deepEqual(styles, [
      ['bold', 'Title'],
      ['textUrl', 'this'],
      ['italic', 'two'],
      ['pre', 'x = 1'],
      ['bold', 'Tides'],
    ]);
    assert.equal(card?.text, '[message with a layout of its own]');
  });

  it('send their photos and videos with the words, as one album, and say what it cannot hold', async () => {
    const [source, target] = [plain.group('with media'), plain.group('with media copy')];
    const files = filesOf(plain);
    plain.post(source, { rich: { ...manyBlocks(files), blocks: manyBlocks(files).blocks.slice(1, 6) } });
    const image = { _: 'PageBlockDocument', documentId: files.file, caption: caption('A file') };
    plain.post(source, { rich: { ...ofBlocks(image), documents: [files.file] } });
    const { summary, error } = await plain.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(
      [summary?.sent, summary?.failed, summary?.reduced],
      [2, [], { rich_layout: 2, rich_media: 1 }],
    );
    const copies = copiesIn(target);
    assert.deepEqual(
      copies.map(({ media, text }) => [media?.kind, text]),
      [
        ['photo', 'A heading\n\nby @ann\n\nA photo\n\nA photo'],
        ['document', ''],
        ['document', 'A file'],
      ],
    );
    assert.ok(copies[0]?.groupedId !== undefined && copies[0].groupedId === copies[1]?.groupedId);
    assert.equal((await plain.clone(source, target)).summary?.sent, 0);
  });
});
