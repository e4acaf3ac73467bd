import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { postDocument } from '../../support/received.js';
import { constructorsOf } from '../../support/tl-schema.js';

const bot = new Api.InputUser({ userId: bigInt(9), accessHash: bigInt(1) });
const anyUser = new Api.RequestPeerTypeUser({ bot: false });

const INLINE: readonly [Api.TypeInlineButtonType, object][] = [
  [new Api.InlineButtonTypeUrl({ url: 'https://a.b' }), { kind: 'url', url: 'https://a.b' }],
  [
    new Api.InlineButtonTypeUrlAuth({ url: 'https://a.b', buttonId: 3, fwdText: 'F' }),
    { kind: 'login', url: 'https://a.b', button: 3, forwardText: 'F' },
  ],
  [
    new Api.InputInlineButtonTypeUrlAuth({ url: 'https://a.b', bot, requestWriteAccess: true }),
    { kind: 'login', url: 'https://a.b', bot: 9, writeAccess: true },
  ],
  [new Api.InlineButtonTypeWebView({ url: 'https://a.b' }), { kind: 'web_app', url: 'https://a.b' }],
  [
    new Api.InlineButtonTypeCallback({ data: Buffer.from([0, 255]), requiresPassword: true }),
    { kind: 'callback', data: 'AP8=', password: true },
  ],
  [new Api.InlineButtonTypeGame(), { kind: 'game' }],
  [new Api.InlineButtonTypeBuy(), { kind: 'buy' }],
  [
    new Api.InlineButtonTypeSwitchInline({
      query: 'q',
      samePeer: true,
      peerTypes: [
        new Api.InlineQueryPeerTypeSameBotPM(),
        new Api.InlineQueryPeerTypePM(),
        new Api.InlineQueryPeerTypeChat(),
        new Api.InlineQueryPeerTypeMegagroup(),
        new Api.InlineQueryPeerTypeBroadcast(),
        new Api.InlineQueryPeerTypeBotPM(),
      ],
    }),
    {
      kind: 'switch_inline',
      query: 'q',
      samePeer: true,
      peers: ['same_bot', 'user', 'group', 'supergroup', 'channel', 'bot'],
    },
  ],
  [new Api.InlineButtonTypeUserProfile({ userId: bigInt(9) }), { kind: 'user', user: 9 }],
  [new Api.InputInlineButtonTypeUserProfile({ userId: bot }), { kind: 'user', user: 9 }],
  [new Api.InputInlineButtonTypeUserProfile({ userId: new Api.InputUserSelf() }), { kind: 'user' }],
  [new Api.InlineButtonTypeCopy({ copyText: 'c' }), { kind: 'copy', text: 'c' }],
  [new Api.InlineButtonTypeDisabled(), { kind: 'disabled' }],
];

const KEYBOARD: readonly [Api.TypeButtonType, object][] = [
  [new Api.ButtonTypeDefault(), { kind: 'text' }],
  [new Api.ButtonTypeRequestPhone(), { kind: 'request_phone' }],
  [new Api.ButtonTypeRequestGeoLocation(), { kind: 'request_location' }],
  [new Api.ButtonTypeRequestPoll({}), { kind: 'request_poll' }],
  [new Api.ButtonTypeRequestPoll({ quiz: false }), { kind: 'request_poll', quiz: false }],
  [
    new Api.ButtonTypeRequestPeer({ buttonId: 2, peerType: anyUser, maxQuantity: 3 }),
    { kind: 'request_peer', button: 2, most: 3, peer: { kind: 'user', bot: false } },
  ],
  [
    new Api.ButtonTypeRequestPeer({
      buttonId: 2,
      maxQuantity: 1,
      peerType: new Api.RequestPeerTypeChat({
        forum: true,
        userAdminRights: new Api.ChatAdminRights({ pinMessages: true, banUsers: true }),
      }),
    }),
    {
      kind: 'request_peer',
      button: 2,
      most: 1,
      peer: { kind: 'group', forum: true, userRights: ['banUsers', 'pinMessages'] },
    },
  ],
  [
    new Api.ButtonTypeRequestPeer({
      buttonId: 2,
      maxQuantity: 1,
      peerType: new Api.RequestPeerTypeBroadcast({ creator: true, hasUsername: false }),
    }),
    {
      kind: 'request_peer',
      button: 2,
      most: 1,
      peer: { kind: 'channel', creator: true, hasUsername: false },
    },
  ],
  [
    new Api.ButtonTypeRequestPeer({
      buttonId: 2,
      maxQuantity: 1,
      peerType: new Api.RequestPeerTypeCreateBot({ botManaged: true, suggestedName: 'N' }),
    }),
    { kind: 'request_peer', button: 2, most: 1, peer: { kind: 'new_bot', managed: true, name: 'N' } },
  ],
  [
    new Api.InputButtonTypeRequestPeer({
      buttonId: 2,
      peerType: anyUser,
      maxQuantity: 3,
      nameRequested: true,
      photoRequested: true,
    }),
    {
      kind: 'request_peer',
      button: 2,
      most: 3,
      peer: { kind: 'user', bot: false },
      wants: ['name', 'photo'],
    },
  ],
  [new Api.ButtonTypeSimpleWebView({ url: 'https://a.b' }), { kind: 'web_app', url: 'https://a.b' }],
];

describe("a document's buttons", () => {
  it('are every button below a message, in rows, with their style', () => {
    const style = new Api.KeyboardButtonStyle({ bgDanger: true, icon: bigInt('5368324170671202286') });
    const rows = INLINE.map(
      ([type]) =>
        new Api.KeyboardInlineButtonRow({
          buttons: [new Api.KeyboardInlineButton({ text: 'B', type, style })],
        }),
    );
    const { markup } = postDocument({ replyMarkup: new Api.ReplyInlineMarkup({ rows }) });
    const look = { text: 'B', style: { color: 'danger', icon: '5368324170671202286' } };
    assert.deepEqual(markup, {
      kind: 'inline',
      rows: INLINE.map(([, action]) => [{ ...look, action }]),
    });
    assertComplete('InlineButtonType', INLINE);
  });

  it('are every button in place of the keyboard', () => {
    const row = new Api.KeyboardButtonRow({
      buttons: KEYBOARD.map(([type]) => new Api.KeyboardButton({ text: 'B', type })),
    });
    const { markup } = postDocument({
      replyMarkup: new Api.ReplyKeyboardMarkup({
        rows: [row],
        resize: true,
        singleUse: true,
        placeholder: 'P',
      }),
    });
    assert.deepEqual(markup, {
      kind: 'keyboard',
      rows: [KEYBOARD.map(([, action]) => ({ text: 'B', action }))],
      resize: true,
      once: true,
      placeholder: 'P',
    });
    assertComplete('ButtonType', KEYBOARD);
  });

  it('may be hidden, or ask for a reply', () => {
    const hide = postDocument({ replyMarkup: new Api.ReplyKeyboardHide({ selective: true }) });
    assert.deepEqual(hide.markup, { kind: 'hide', selective: true });
    const force = postDocument({ replyMarkup: new Api.ReplyKeyboardForceReply({ placeholder: 'P' }) });
    assert.deepEqual(force.markup, { kind: 'force_reply', placeholder: 'P' });
  });
});

function assertComplete(type: string, cases: readonly [{ readonly className: string }, object][]): void {
  assert.deepEqual(
    [...new Set(cases.map(([{ className }]) => className))].sort(),
    constructorsOf(type)
      .map(({ name }) => name)
      .sort(),
  );
}
