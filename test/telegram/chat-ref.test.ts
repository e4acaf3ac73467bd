import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors.js';
import { type ChatPlace, parseChatPlace, parseChatRef } from '../../lib/telegram/chat-ref.js';

const news = { kind: 'username', username: 'news_sand' } as const;
const closed = { kind: 'id', id: -1001234567890 } as const;
const ada = { kind: 'id', id: 815 } as const;

/** Every form of core.telegram.org/api/links that names a chat, and other forms that clients make. */
const UNDERSTOOD: readonly (readonly [text: string, place: ChatPlace])[] = [
  [' me ', { chat: { kind: 'me' } }],
  ['Self', { chat: { kind: 'me' } }],
  ['-1001234567890', { chat: closed }],
  ['-42', { chat: { kind: 'id', id: -42 } }],
  ['815', { chat: ada }],
  ['@news_sand', { chat: news }],
  // Public names.
  ['https://t.me/news_sand', { chat: news }],
  ['HTTP://WWW.T.ME/news_sand/', { chat: news }],
  ['//t.me/news_sand', { chat: news }],
  ['telegram.me/news_sand', { chat: news }],
  ['https://telegram.dog/news_sand', { chat: news }],
  ['news_sand.t.me', { chat: news }],
  ['https://news_sand.t.me/17?t=1m', { chat: news, message: 17 }],
  ['t.me/s/news_sand', { chat: news }],
  ['tg://resolve?domain=news_sand', { chat: news }],
  ['tg:resolve?domain=news_sand', { chat: news }],
  ['tg://resolve/?a=b&domain=news_sand', { chat: news }],
  // Messages, threads and topics.
  ['t.me/news_sand/17', { chat: news, message: 17 }],
  ['t.me/s/news_sand/17', { chat: news, message: 17 }],
  ['t.me/news_sand/17?single', { chat: news, message: 17 }],
  ['t.me/news_sand/17?single&t=10:23#x', { chat: news, message: 17 }],
  ['t.me/news_sand/17?thread=5', { chat: news, message: 17, thread: 5 }],
  ['t.me/news_sand/5/17', { chat: news, message: 17, thread: 5 }],
  ['t.me/news_sand?thread=5', { chat: news, thread: 5 }],
  ['https://t.me/c/1234567890', { chat: closed }],
  ['https://t.me/c/1234567890/5', { chat: closed, message: 5 }],
  ['https://t.me/c/1234567890/5/17?single', { chat: closed, message: 17, thread: 5 }],
  ['https://t.me/c/1234567890/17?thread=5&t=3', { chat: closed, message: 17, thread: 5 }],
  ['t.me/c/-1001234567890/5', { chat: closed, message: 5 }],
  ['tg://resolve?domain=news_sand&post=17&single', { chat: news, message: 17 }],
  ['tg://resolve?domain=news_sand&post=17&thread=5', { chat: news, message: 17, thread: 5 }],
  ['tg://privatepost?channel=1234567890&post=17', { chat: closed, message: 17 }],
  ['tg://privatepost?channel=1234567890&post=17&thread=5&single', { chat: closed, message: 17, thread: 5 }],
  ['tg://openmessage?user_id=815', { chat: ada }],
  ['tg://openmessage?user_id=815&message_id=17', { chat: ada, message: 17 }],
  ['tg://user?id=815', { chat: ada }],
  // A link that asks an app to do something with a chat still names the chat.
  ['t.me/news_sand?boost', { chat: news }],
  ['t.me/boost/news_sand', { chat: news }],
  ['t.me/boost?c=1234567890', { chat: closed }],
  ['t.me/c/1234567890?boost', { chat: closed }],
  ['tg://boost?domain=news_sand', { chat: news }],
  ['tg://boost?channel=1234567890', { chat: closed }],
  ['t.me/news_sand?videochat=AbC', { chat: news }],
  ['t.me/news_sand?livestream', { chat: news }],
  ['t.me/news_sand?voicechat', { chat: news }],
  ['t.me/a_bot?start=AbC', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/a_bot?startgroup=AbC&admin=post_messages', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/a_bot?startchannel&admin=x', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/a_bot?startattach=AbC&choose=users', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/a_bot?startapp=AbC', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/a_bot?game=lumberjack', { chat: { kind: 'username', username: 'a_bot' } }],
  ['t.me/news_sand?attach=a_bot', { chat: news }],
  ['t.me/news_sand?text=hello', { chat: news }],
  // The address bar of Telegram's web apps.
  ['https://web.telegram.org/k/#@news_sand', { chat: news }],
  ['https://web.telegram.org/a/#-1001234567890', { chat: closed }],
  ['https://web.telegram.org/a/#-1001234567890_5', { chat: closed, thread: 5 }],
  ['https://web.telegram.org/k/#@news_sand?post=17', { chat: news, message: 17 }],
  ['https://web.telegram.org/k/#@news_sand?post=17&thread=5', { chat: news, thread: 5, message: 17 }],
  ['https://web.telegram.org/a/#-1001234567890?thread=5', { chat: closed, thread: 5 }],
  ['https://web.telegram.org/#/im?p=@news_sand&post=17', { chat: news, message: 17 }],
  ['https://web.telegram.org/k/#815', { chat: ada }],
  ['https://web.telegram.org/k/#-1234567890', { chat: { kind: 'id', id: -1234567890 } }],
  ['https://web.telegram.org/#/im?p=@news_sand', { chat: news }],
  ['https://web.telegram.org/?legacy=1#/im?p=s1234567890_99', { chat: closed }],
  ['https://web.telegram.org/#/im?p=u815_99', { chat: ada }],
  ['https://web.telegram.org/#/im?p=g42', { chat: { kind: 'id', id: -42 } }],
  [
    'web.telegram.org/k/#?tgaddr=tg%3A%2F%2Fresolve%3Fdomain%3Dnews_sand%26post%3D17',
    { chat: news, message: 17 },
  ],
];

/** Every other form, and the words of its refusal. */
const REFUSED: readonly (readonly [text: string, words: RegExp])[] = [
  ['', /^SOURCE_CHAT "" is not a chat: write a -100/],
  ['hello world', /"hello world" is not a chat/],
  ['news_sand', /and @news_sand with its @ would be a name/],
  ['0', /has an id that no chat has/],
  ['-1000000000000', /has an id that no chat has/],
  ['99999999999999999999', /has an id that no chat has/],
  ['1e5', /is not a chat/],
  ['--5', /is not a chat/],
  ['@1', /has no name that a chat can have/],
  ['+49 170 1234567', /is a phone number: copy the id or @name/],
  ['t.me/', /names no chat/],
  ['https://t.me', /names no chat/],
  ['example.org/news_sand', /is not a chat/],
  ['t.me/+AbCdEfGh', /^SOURCE_CHAT is an invitation, .*join the chat in a Telegram app/],
  ['t.me/%2BAbCdEfGh', /is an invitation/],
  ['https://t.me/joinchat/AbCdEfGh', /is an invitation/],
  ['tg://join?invite=AbCdEfGh', /is an invitation/],
  ['t.me/+491701234567', /names a person by a phone number/],
  ['t.me/+491701234567?attach=a_bot', /names a person by a phone number/],
  ['tg://resolve?phone=491701234567', /names a person by a phone number/],
  ['t.me/addlist/AbC', /a folder of chats: choose one of them/],
  ['tg://addlist?slug=AbC', /a folder of chats/],
  ['t.me/news_sand/17?comment=99', /discussion group: name that group, and set SOURCE_TOPIC to the id/],
  ['t.me/c/1234567890/17?comment=99', /set SOURCE_TOPIC/],
  ['tg://resolve?domain=news_sand&post=17&comment=99', /set SOURCE_TOPIC/],
  ['tg://privatepost?channel=1234567890&post=17&comment=99', /set SOURCE_TOPIC/],
  [
    'tg://openmessage?chat_id=1234567890&message_id=17',
    /write -1001234567890 for .*, -1234567890 for a basic/,
  ],
  ['tg://openmessage?chat_id=42', /write -1000000000042 for .*, -42 for a basic group/],
  ['tg://openmessage', /names no chat/],
  ['t.me/news_sand/s/3', /a story, and stories are not cloned/],
  ['tg://resolve?domain=news_sand&story=3', /a story/],
  ['t.me/news_sand/a/3', /a story/],
  ['t.me/news_sand?direct', /direct messages, which can't be cloned/],
  ['t.me/a_bot/an_app?startapp=x', /a mini app/],
  ['tg://resolve?domain=a_bot&appname=an_app', /a mini app/],
  ['t.me/news_sand/1/2/3', /names no chat/],
  ['t.me/news_sand/99999999999', /has a number that no message or topic can have/],
  ['t.me/news_sand/0', /has a number that no message or topic can have/],
  ['t.me/c/', /names no chat/],
  ['t.me/c/0/5', /has an id that no chat has/],
  ['t.me/c/news/5', /has an id that no chat has/],
  ['tg://privatepost?post=5', /names no chat/],
  ['tg://resolve', /names no chat/],
  ['tg://resolve?domain=telegrampassport&scope=x', /Telegram Passport/],
  ['tg://need_update_for_some_feature?test=a', /names no chat/],
  ['https://web.telegram.org/k/', /names no chat/],
  ['https://web.telegram.org/#/im?p=x', /names no chat/],
  ['https://web.telegram.org/#/im?p=x&post=17', /names no chat/],
  ['https://web.telegram.org/k/#@news_sand?post=17&comment=3', /link to comments/],
  ...[
    ['t.me/addstickers/AbC', 'tg://addstickers?set=AbC', /a set of stickers/] as const,
    ['t.me/addemoji/AbC', 'tg://addemoji?set=AbC', /a set of emoji/] as const,
    ['t.me/addtheme/AbC', 'tg://addtheme?slug=AbC', /a theme/] as const,
    ['t.me/bg/AbC?mode=blur', 'tg://bg?slug=AbC', /a background/] as const,
    ['t.me/proxy?server=h&port=1&secret=AbC', 'tg://proxy?server=h&port=1&secret=AbC', /a proxy/] as const,
    ['t.me/socks?server=h&port=1&pass=AbC', 'tg://socks?server=h&port=1&pass=AbC', /a proxy/] as const,
    ['t.me/share?url=AbC', 'tg://msg_url?url=AbC', /a text to share/] as const,
    ['t.me/setlanguage/AbC', 'tg://setlanguage?lang=AbC', /a language/] as const,
    ['t.me/confirmphone?phone=1&hash=AbC', 'tg://confirmphone?phone=1&hash=AbC', /to confirm/] as const,
    ['t.me/login/AbC', 'tg://login?token=AbC', /a login/] as const,
    ['t.me/invoice/AbC', 'tg://invoice?slug=AbC', /an invoice/] as const,
    ['t.me/$AbC', 'tg://invoice?slug=AbC', /an invoice/] as const,
    ['t.me/giftcode/AbC', 'tg://giftcode?slug=AbC', /a gift/] as const,
    ['t.me/contact/AbC', 'tg://contact?token=AbC', /a temporary profile/] as const,
    ['t.me/m/AbC', 'tg://message?slug=AbC', /a business chat/] as const,
    ['t.me/nft/AbC-1', 'tg://nft?slug=AbC', /a gift/] as const,
    ['t.me/call/AbC', 'tg://call?slug=AbC', /a call/] as const,
    ['t.me/iv?url=AbC', 'tg://emoji?id=1', /a web page|an emoji/] as const,
    ['tg://settings/devices', 'tg:settings', /settings/] as const,
    ['tg://premium_offer?ref=AbC', 'tg://premium_multigift?ref=AbC', /Telegram Premium/] as const,
    ['tg://passport?scope=AbC', 'tg://stars_topup?balance=1', /Telegram Passport|Telegram Stars/] as const,
  ].flatMap(([web, app, words]) => [[web, words] as const, [app, words] as const]),
];

test('every link form that names a chat is understood, with its topic and message', () => {
  for (const [text, place] of UNDERSTOOD) {
    assert.deepEqual(parseChatPlace(text, 'SOURCE_CHAT'), place, text);
    if (place.thread === undefined && place.message === undefined) {
      assert.deepEqual(parseChatRef(text), place.chat, text);
    } else {
      assert.throws(() => parseChatRef(text), /names a topic or message/, text);
    }
  }
});

test('every other form is refused in one sentence that names the setting and says what to write', () => {
  for (const [text, words] of REFUSED) {
    assert.throws(
      () => parseChatPlace(text, 'SOURCE_CHAT'),
      (error) => {
        assert.ok(error instanceof UsageError && error.code === 'BAD_CHAT', text);
        assert.match(error.message, /^SOURCE_CHAT [^\n]+[^.]\.$/, text);
        assert.match(error.message, words, text);
        assert.ok(error.message.length < 300, text);
        return true;
      },
      text,
    );
  }
  assert.throws(() => parseChatPlace('t.me/news/1?comment=2', 'TARGET_CHAT'), /set TARGET_TOPIC to/);
  assert.throws(() => parseChatPlace('t.me/+AbC'), /^UsageError: The link is an invitation/);
});

test('links that anyone who sees them can use are not quoted', () => {
  for (const [text] of REFUSED.filter(([link]) => link.includes('AbC'))) {
    assert.throws(
      () => parseChatPlace(text, 'SOURCE_CHAT'),
      (error) =>
        error instanceof UsageError && !`${error.message}${JSON.stringify(error.fields)}`.includes('AbC'),
      text,
    );
  }
});

test('any text gives a place within its bounds, or one sentence', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...['t.me', 'tg:', '//', '/', '?', '#', '&', '=', '@', 'c', 's', 'resolve', 'domain', 'post', 'thread'],
      ...[
        'privatepost',
        'channel',
        'web.telegram.org',
        '-100',
        '1234567890',
        '5',
        'news_sand',
        '%',
        '%2B',
        '+',
      ],
      ...['__proto__', 'constructor', 'tgaddr', 'p', '\u0000', '\ud800', '🔑', '_', ' ', '.'],
    ),
    fc.string({ maxLength: 12 }),
  );
  const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));
  const link = fc.tuple(fc.constantFrom('t.me/', 'tg://', 'https://web.telegram.org/k/#', '@', '-'), text);
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        link.map((parts) => parts.join('')),
      ),
      (word) => {
        let place: ChatPlace;
        try {
          place = parseChatPlace(word, 'TARGET_CHAT');
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error));
          assert.match(error.message, /^TARGET_CHAT .+\.$/s);
          assert.ok(error.message.length < 1000);
          return;
        }
        const { chat, thread = 1, message = 1 } = place;
        for (const id of [thread, message]) assert.ok(Number.isInteger(id) && id >= 1 && id < 2 ** 31);
        if (chat.kind === 'id') assert.ok(Number.isSafeInteger(chat.id) && chat.id !== 0);
        if (chat.kind === 'username') assert.match(chat.username, /^[A-Za-z]\w{2,31}$/);
      },
    ),
    { numRuns: 5000 },
  );
});
