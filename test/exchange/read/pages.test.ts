import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import { EXPORTED, exported, importScene, supergroup } from '../../support/import-scene.js';

const page = (messages: string, title = 'Group &amp; Co'): string => `<!DOCTYPE html>
<html>
 <head>
  <meta charset="utf-8"/>
<title>Exported Data</title>
  <link href="css/style.css" rel="stylesheet"/>
 </head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header">
    <div class="content">
     <div class="text bold">
${title}
     </div>
    </div>
   </div>
   <div class="page_body chat_page">
    <div class="history">
${messages}
    </div>
   </div>
  </div>
 </body>
</html>
`;
const head = (title = '05.03.2024 12:00:00 UTC+01:00') =>
  `<div class="pull_right date details" title="${title}">\n12:00\n       </div>`;
const message = (id: number, body: string, more = '') => `
     <div class="message default clearfix${more}" id="message${id}">
      <div class="pull_left userpic_wrap"><div class="userpic userpic1" style="width: 42px"><div class="initials" title="Ann">
A
      </div></div></div>
      <div class="body">
       ${body}
      </div>
     </div>`;
const from = (name = 'Ann') => `<div class="from_name">\n${name} \n       </div>`;
const text = (html: string): string => `<div class="text">\n${html}\n       </div>`;
const CHAT = { chatId: EXPORTED };

describe('pages of Telegram Desktop', () => {
  it('hold messages with their author, date, answered message and signature, over several files', async (t) => {
    const scene = await importScene(t);
    const first = [
      '<div class="message service" id="message-1"><div class="body details">\n5 March 2024\n</div></div>',
      '<div class="message service" id="message1"><div class="body details">\nEarly note\n</div></div>',
      message(2, `${head()}${from()}${text('one')}`),
      message(
        3,
        `${head('05.03.2024 11:00:05')}<div class="reply_to details">\nIn reply to <a href="#go_to_message2" onclick="return GoToMessage(2)">this message</a>\n</div>${text('two<br>lines')}<div class="signature details">\nEditor\n</div>`,
        ' joined',
      ),
      '<div class="message service" id="message4"><div class="body details">\nAnn invited <span>Bob</span>\n</div></div>',
    ];
    const last = message(
      10,
      `${head('05.03.2024 05:00:00 UTC-05:30')}${from('Bob <span class="details"> via @bot</span>')}
       <div class="pull_left forwarded userpic_wrap"></div>
       <div class="forwarded body"><div class="from_name">\nNews <span class="date details" title="01.02.2023 00:00:00"> 01.02.2023 00:00:00</span>\n</div>${text('three')}</div>`,
    );
    const second = message(
      9,
      `${head()}<div class="reply_to details">In reply to <a href="messages.html#go_to_message2">this message</a></div>${from()}${text('nine')}`,
    );
    scene.write('messages10.html', page(last));
    scene.write('messages2.html', page(second));
    const path = scene.write('messages.html', page(first.join('\n')));
    const tally = await scene.importFile(path, CHAT);
    assert.deepEqual(
      tally.chats.map(({ title, added }) => [title, added]),
      [['Group & Co', 5]],
    );
    assert.deepEqual([...tally.left.keys()], ['the page shows no date for it']);
    const documents = [...(await scene.documents(EXPORTED)).values()];
    const date = 1709636400;
    assert.deepEqual(
      documents.map((document) => 'date' in document && [document.id, document.date - date]),
      [
        [2, 0],
        [3, 5],
        [4, 5],
        [9, 0],
        [10, -1800],
      ],
    );
    const posts = documents.filter((document): document is PostDocument => document.kind === 'message');
    assert.deepEqual(
      posts.map((each) => each.text),
      ['one', 'two\nlines', 'nine', 'three'],
    );
    assert.deepEqual(
      posts.map((each) => each.imported?.keys['from']),
      ['Ann', 'Ann', 'Ann', 'Bob'],
    );
    assert.deepEqual(
      posts.map(({ reply }) => reply?.kind === 'message' && reply.id),
      [false, 2, 2, false],
    );
    assert.equal(posts[1]?.signature, 'Editor');
    assert.deepEqual(posts[3]?.forward, { fromName: 'News' });
    assert.equal(posts[3]?.imported?.keys['forwarded_date'], '01.02.2023 00:00:00');
    const note = documents.find(({ kind }) => kind === 'service');
    assert.ok(note?.kind === 'service');
    assert.equal(note.imported?.keys['is_date_guessed'], true);
    const again = await scene.importFile(path, CHAT);
    assert.deepEqual([again.chats[0]?.added, again.chats[0]?.changed], [0, 0]);
  });

  it('keep formatting and links', async (t) => {
    const scene = await importScene(t);
    const html = [
      '<strong>bold <em>both</em></strong> <a href="https://example.org/">https://example.org/</a> <a href="https://e.org/?a=1&amp;b=2">link</a>',
      '<a href="" onclick="return ShowHashtag(&quot;tag&quot;)">#tag</a> <a href="https://t.me/ann">@ann</a> <a href="mailto:a@b.c">a@b.c</a>',
      '<span class="spoiler hidden" onclick="ShowSpoiler(this)"><span aria-hidden="true">secret</span></span> <code>x &lt; y</code><pre>a\n b</pre>',
    ].join('<br>');
    await scene.importFile(
      scene.write('messages.html', page(message(1, `${head()}${from()}${text(html)}`))),
      CHAT,
    );
    const document = (await scene.documents(EXPORTED)).get(1);
    assert.ok(document?.kind === 'message');
    const shown = document.entities.map(({ kind, offset, length }) => [
      kind,
      document.text.slice(offset, offset + length),
    ]);
    assert.deepEqual(shown, [
      ['bold', 'bold both'],
      ['italic', 'both'],
      ['link', 'https://example.org/'],
      ['text_link', 'link'],
      ['hashtag', '#tag'],
      ['mention', '@ann'],
      ['email', 'a@b.c'],
      ['spoiler', 'secret'],
      ['code', 'x < y'],
      ['pre', 'a\n b'],
    ]);
    assert.ok(document.entities.some((each) => 'url' in each && each.url === 'https://e.org/?a=1&b=2'));
  });

  it('lead to files in the folder, and to none outside', async (t) => {
    const scene = await importScene(t);
    scene.write('photos/photo 1.jpg', 'photo');
    scene.write('files/a.pdf', 'content');
    const wrap = (html: string): string => `<div class="media_wrap clearfix">${html}</div>`;
    const file = (href: string) =>
      wrap(
        `<a class="media clearfix pull_left block_link media_file" href="${href}"><div class="fill pull_left"></div><div class="body"><div class="title bold">\na.pdf\n</div><div class="status details">\n7 B\n</div></div></a>`,
      );
    const messages = [
      message(
        1,
        `${head()}${from()}${wrap('<a class="photo_wrap clearfix pull_left" href="photos/photo%201.jpg"><img class="photo" src="photos/photo 1_thumb.jpg" style="width: 9px"/></a>')}${text('caption')}`,
      ),
      message(2, `${head()}${from()}${file('files/a.pdf')}`),
      message(3, `${head()}${from()}${file('../../secret')}`),
      message(
        4,
        `${head()}${from()}${wrap('<div class="media clearfix pull_left media_photo"><div class="fill pull_left"></div><div class="body"><div class="title bold">Photo</div><div class="description">Not included, change data exporting settings to download.</div><div class="status details">9x9</div></div></div>')}`,
      ),
      message(
        5,
        `${head()}${from()}${wrap('<a class="media clearfix pull_left block_link media_location" href="https://maps.google.com/maps?q=1,2"><div class="body"><div class="title bold">Location</div></div></a>')}`,
      ),
    ];
    const tally = await scene.importFile(scene.write('messages.html', page(messages.join(''))), CHAT);
    assert.deepEqual([tally.files, tally.refused], [{ noted: 2, known: 0, missing: 0 }, ['../../secret']]);
    const rows = await scene.db.selectFrom('messages').selectAll().orderBy('message_id').execute();
    assert.deepEqual(
      rows.map(({ media_type, file_name, local_file_path, text: caption }) => [
        media_type,
        file_name,
        local_file_path?.split('/').at(-1),
        caption,
      ]),
      [
        ['photo', null, 'photo 1.jpg', 'caption'],
        ['document', 'a.pdf', 'a.pdf', ''],
        ['document', 'a.pdf', undefined, ''],
        ['photo', null, undefined, ''],
        ['none', null, undefined, ''],
      ],
    );
    const place = (await scene.documents(EXPORTED)).get(5);
    assert.ok(place?.kind === 'message');
    assert.equal(place.imported?.keys['media'], 'location');
  });

  it('give way to a result.json of the same chat, in either order', async (t) => {
    const html = page(
      message(1, `${head()}${from()}${text('text')}<div class="signature details">Editor</div>`),
    );
    const json = supergroup([
      exported(1, { text: 'better text', via_bot: '@bot', date_unixtime: '1709636400' }),
    ]);
    const documents = await Promise.all(
      [true, false].map(async (isFirst) => {
        const scene = await importScene(t);
        const pages = () => scene.importFile(scene.write('messages.html', html), CHAT);
        if (isFirst) await pages();
        await scene.import(json);
        if (!isFirst) await pages();
        const chat = await scene.db.selectFrom('chats').selectAll().executeTakeFirstOrThrow();
        // The page knows a name, and not what kind of chat it is.
        assert.deepEqual([chat.title, chat.chat_type], [isFirst ? 'Group & Co' : 'Group', 'supergroup']);
        return (await scene.documents(EXPORTED)).get(1);
      }),
    );
    for (const document of documents) {
      assert.ok(document?.kind === 'message');
      assert.deepEqual([document.text, document.author, document.signature], ['better text', 5, 'Editor']);
      assert.equal(document.imported?.keys['via_bot'], '@bot');
    }
  });

  it('are refused without a chat, and where they hold no messages', async (t) => {
    const scene = await importScene(t);
    const path = scene.write('messages.html', page(''));
    await assert.rejects(scene.importFile(path), { code: 'IMPORT_WITHOUT_CHAT', message: /--chat/ });
    const unreadable = { code: 'IMPORT_UNREADABLE' };
    await assert.rejects(scene.importFile(path, CHAT), {
      ...unreadable,
      message: /choose the messages\.html/,
    });
    const undated = scene.write(
      'messages.html',
      page(message(1, `${head('yesterday')}${from()}${text('x')}`)),
    );
    await assert.rejects(scene.importFile(undated, CHAT), {
      ...unreadable,
      message: /import result\.json or messages\.jsonl/,
    });
  });
});
