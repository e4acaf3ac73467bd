import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;

before(async () => {
  own = await openSender('rich-messages');
});
after(() => own.close());

const paragraph = (words: string) => new Api.PageBlockParagraph({ text: new Api.TextPlain({ text: words }) });
const rich = (blocks: Api.TypePageBlock[], more = {}) =>
  own.say('', own.chat.id, { richMessage: new Api.InputRichMessage({ blocks, ...more }) });

test('a rich message needs Premium, keeps its tree and its files, and comes whole by a method of its own', async () => {
  await refused(rich([paragraph('a')]), 'RICH_MESSAGE_UNSUPPORTED');
  await own.premium(async () => {
    const image = own.photo('rich');
    const caption = new Api.PageCaption({ text: new Api.TextEmpty(), credit: new Api.TextEmpty() });
    const geo = new Api.InputGeoPoint({ lat: 1, long: 2 });
    const type = new Api.InlineButtonTypeUrl({ url: 'https://example.org' });
    const blocks = [
      new Api.PageBlockHeading1({ text: new Api.TextBold({ text: new Api.TextPlain({ text: 'Title' }) }) }),
      new Api.PageBlockPhoto({ photoId: image.id, caption }),
      new Api.InputPageBlockMap({ geo, zoom: 3, w: 10, h: 10, caption }),
      new Api.PageBlockButtonRow({
        buttons: [new Api.PageButton({ text: new Api.TextPlain({ text: 'Go' }), type })],
      }),
    ];
    const sent = await rich(blocks, { photos: [image], rtl: true });
    const { richMessage } = sent;
    assert.equal(sent.message, '');
    assert.deepEqual(
      richMessage?.blocks.map(({ className }) => className),
      ['PageBlockHeading1', 'PageBlockPhoto', 'PageBlockMap', 'PageBlockButtonRow'],
    );
    assert.ok(richMessage?.rtl && richMessage.photos[0] instanceof Api.Photo);
    const long = await rich(Array.from({ length: 120 }, (_, n) => paragraph(`${n}`)));
    assert.deepEqual([long.richMessage?.blocks.length, long.richMessage?.part], [100, true]);
    const whole = await own.client.invoke(
      new Api.messages.GetRichMessage({ peer: own.peerOf(own.chat.id), id: long.id }),
    );
    const [all] = (whole as Api.messages.Messages).messages as [Api.Message];
    assert.deepEqual([all.richMessage?.blocks.length, all.richMessage?.part ?? false], [120, false]);
    const plain = await own.say('plain');
    await refused(
      own.client.invoke(new Api.messages.GetRichMessage({ peer: own.peerOf(own.chat.id), id: plain.id })),
      'MESSAGE_ID_INVALID',
    );
  });
});

test('rich messages that Telegram refuses', () =>
  own.premium(async () => {
    const deep = (depth: number): Api.TypePageBlock =>
      depth === 0
        ? paragraph('x')
        : new Api.PageBlockDetails({ blocks: [deep(depth - 1)], title: new Api.TextEmpty() });
    const caption = new Api.PageCaption({ text: new Api.TextEmpty(), credit: new Api.TextEmpty() });
    const text = new Api.TextPlain({ text: 'x' });
    const callback = new Api.InlineButtonTypeCallback({ data: Buffer.from('x') });
    for (const [blocks, error] of [
      [[], 'MESSAGE_EMPTY'],
      [[new Api.PageBlockTitle({ text })], 'RICH_VALIDATE_CTOR_NOT_ALLOWED'],
      [
        [new Api.PageBlockParagraph({ text: new Api.TextHashtag({ text }) })],
        'RICH_VALIDATE_CTOR_NOT_ALLOWED',
      ],
      [[new Api.PageBlockPhoto({ photoId: toLong(5), caption })], 'MEDIA_INVALID'],
      [
        [new Api.PageBlockButtonRow({ buttons: [new Api.PageButton({ text, type: callback })] })],
        'BUTTON_TYPE_INVALID',
      ],
      [[paragraph('x'.repeat(32_769))], 'MESSAGE_TOO_LONG'],
      [Array.from({ length: 501 }, () => paragraph('x')), 'MESSAGE_TOO_LONG'],
      [[deep(17)], 'MESSAGE_TOO_LONG'],
    ] as const) {
      await refused(rich([...blocks]), error);
    }
    const html = new Api.InputRichMessageHTML({ html: '<p>x</p>' });
    await refused(own.say('', own.chat.id, { richMessage: html }), 'RICH_MESSAGE_UNSUPPORTED');
  }));
