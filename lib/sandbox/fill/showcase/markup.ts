import type { TlData } from '../../world/tl-data.js';
import type { Page } from './scene.js';

/** Buttons under messages, and keyboards that bots show. */
export function markup(page: Page): void {
  const fields = (replyMarkup: TlData, more = {}) => ({ fields: { replyMarkup, ...more } });
  const viaBotId = BigInt(page.cast.bot);
  page.post({
    text: 'Links below',
    ...fields(inline([[link('Example'), link('Another', 'https://example.org/b')], [link('Third')]])),
  });
  page.post({ text: 'Every button', ...fields(inline(everyButton(page)), { viaBotId }) });
  page.post({ media: page.photo(), text: 'Buttons below a photo', ...fields(inline([[link('Example')]])) });
  page.post({ text: 'A keyboard', ...fields(keyboard()) });
  page.post({ text: 'No keyboard', ...fields({ _: 'ReplyKeyboardHide', selective: true }) });
  const forced = { _: 'ReplyKeyboardForceReply', singleUse: true, placeholder: 'Your answer' };
  page.post({ text: 'An answer, please', ...fields(forced) });
}

function inline(rows: readonly (readonly TlData[])[]): TlData {
  return { _: 'ReplyInlineMarkup', rows: rows.map((buttons) => ({ _: 'KeyboardInlineButtonRow', buttons })) };
}

function link(text: string, url = 'https://example.org/a'): TlData {
  return button(text, { _: 'InlineButtonTypeUrl', url });
}

function button(text: string, type: TlData, style?: TlData): TlData {
  return { _: 'KeyboardInlineButton', text, type, ...(style ? { style } : {}) };
}

function everyButton(page: Page): TlData[][] {
  const style = (name: string) => ({ _: 'KeyboardButtonStyle', [name]: true });
  const icon = { _: 'KeyboardButtonStyle', icon: 5_368_324_170_671_202_286n };
  const types = ['Megagroup', 'Broadcast', 'BotPM'].map((name) => ({ _: `InlineQueryPeerType${name}` }));
  const data = Buffer.from('data');
  return [
    [
      button('Link', { _: 'InlineButtonTypeUrl', url: 'https://example.org' }, style('bgPrimary')),
      button(
        'Log in',
        { _: 'InlineButtonTypeUrlAuth', url: 'https://example.org/in', buttonId: 1, fwdText: 'Open' },
        style('bgSuccess'),
      ),
      button('App', { _: 'InlineButtonTypeWebView', url: 'https://example.org/app' }),
    ],
    [
      button('Ask', { _: 'InlineButtonTypeCallback', data }, style('bgDanger')),
      button('Ask with a password', { _: 'InlineButtonTypeCallback', data, requiresPassword: true }),
    ],
    [button('Play', { _: 'InlineButtonTypeGame' }), button('Buy', { _: 'InlineButtonTypeBuy' }, icon)],
    [
      button('Search', { _: 'InlineButtonTypeSwitchInline', query: 'sand', samePeer: true }),
      button('Search elsewhere', { _: 'InlineButtonTypeSwitchInline', query: '', peerTypes: types }),
    ],
    [
      button('Profile', { _: 'InlineButtonTypeUserProfile', userId: BigInt(page.cast.friend) }),
      button('Copy', { _: 'InlineButtonTypeCopy', copyText: 'sand' }),
      button('Nothing', { _: 'InlineButtonTypeDisabled' }),
    ],
  ];
}

function keyboard(): TlData {
  const key = (text: string, type: TlData): TlData => ({ _: 'KeyboardButton', text, type });
  const peerType = { _: 'RequestPeerTypeUser', bot: false };
  const rows: TlData[][] = [
    [key('Words', { _: 'ButtonTypeDefault' }), key('My number', { _: 'ButtonTypeRequestPhone' })],
    [
      key('My place', { _: 'ButtonTypeRequestGeoLocation' }),
      key('A quiz', { _: 'ButtonTypeRequestPoll', quiz: true }),
    ],
    [
      key('A person', { _: 'ButtonTypeRequestPeer', buttonId: 1, peerType, maxQuantity: 2 }),
      key('App', { _: 'ButtonTypeSimpleWebView', url: 'https://example.org/app' }),
    ],
  ];
  return {
    _: 'ReplyKeyboardMarkup',
    resize: true,
    singleUse: true,
    persistent: true,
    placeholder: 'Choose',
    rows: rows.map((buttons) => ({ _: 'KeyboardButtonRow', buttons })),
  };
}
