import type { Api } from 'telegram/tl/index.js';
import type { InlineAction, InlinePeerKind, KeyboardAction, RequestedKind } from '../../document/markup.js';
import type { Unknown } from '../../document/unknown.js';
import { base64, flag, type Maybe, maybe, maybeList, plain, present, user } from './fields.js';
import { never, type Readers, readBy } from './unknown.js';

type Inline<Kind> = Extract<InlineAction, { kind: Kind }>;
type Keyboard<Kind> = Extract<KeyboardAction, { kind: Kind }>;
type Requested<Kind> = Extract<RequestedKind, { kind: Kind }>;

/** What a button below a message does. */
export function inlineActionOf(type: Api.TypeInlineButtonType): InlineAction {
  return readBy(INLINE, type);
}

const INLINE: Readers<Api.TypeInlineButtonType, InlineAction> = {
  InlineButtonTypeUrl: ({ url }) => ({ kind: 'url', url }),
  InlineButtonTypeUrlAuth: ({ url, buttonId, fwdText }) =>
    present<Inline<'login'>>({
      kind: 'login',
      url,
      button: buttonId,
      forwardText: plain(fwdText),
      bot: undefined,
      writeAccess: undefined,
    }),
  InputInlineButtonTypeUrlAuth: ({ url, fwdText, bot, requestWriteAccess }) =>
    present<Inline<'login'>>({
      kind: 'login',
      url,
      button: undefined,
      forwardText: plain(fwdText),
      bot: maybe(bot, inputUser),
      writeAccess: flag(requestWriteAccess),
    }),
  InlineButtonTypeWebView: ({ url }) => ({ kind: 'web_app', url }),
  InlineButtonTypeCallback: ({ data, requiresPassword }) =>
    present<Inline<'callback'>>({
      kind: 'callback',
      data: base64(data),
      password: flag(requiresPassword),
    }),
  InlineButtonTypeGame: () => ({ kind: 'game' }),
  InlineButtonTypeBuy: () => ({ kind: 'buy' }),
  InlineButtonTypeSwitchInline: ({ query, samePeer, peerTypes }) =>
    present<Inline<'switch_inline'>>({
      kind: 'switch_inline',
      query,
      samePeer: flag(samePeer),
      peers: maybeList(peerTypes, inlinePeerOf),
    }),
  InlineButtonTypeUserProfile: ({ userId }) => ({ kind: 'user', user: user(userId) }),
  InputInlineButtonTypeUserProfile: ({ userId }) =>
    present<Inline<'user'>>({ kind: 'user', user: inputUser(userId) }),
  InlineButtonTypeCopy: ({ copyText }) => ({ kind: 'copy', text: copyText }),
  InlineButtonTypeDisabled: () => ({ kind: 'disabled' }),
};

function inputUser(value: Api.TypeInputUser): number | undefined {
  return 'userId' in value ? user(value.userId) : undefined;
}

function inlinePeerOf(type: Api.TypeInlineQueryPeerType): InlinePeerKind | Unknown {
  switch (type.className) {
    case 'InlineQueryPeerTypeSameBotPM':
      return 'same_bot';
    case 'InlineQueryPeerTypePM':
      return 'user';
    case 'InlineQueryPeerTypeBotPM':
      return 'bot';
    case 'InlineQueryPeerTypeChat':
      return 'group';
    case 'InlineQueryPeerTypeMegagroup':
      return 'supergroup';
    case 'InlineQueryPeerTypeBroadcast':
      return 'channel';
    default:
      return never(type);
  }
}

/** What a button in place of the keyboard does. */
export function keyboardActionOf(type: Api.TypeButtonType): KeyboardAction {
  return readBy(KEYBOARD, type);
}

const KEYBOARD: Readers<Api.TypeButtonType, KeyboardAction> = {
  ButtonTypeDefault: () => ({ kind: 'text' }),
  ButtonTypeRequestPhone: () => ({ kind: 'request_phone' }),
  ButtonTypeRequestGeoLocation: () => ({ kind: 'request_location' }),
  ButtonTypeRequestPoll: ({ quiz }) =>
    present<Keyboard<'request_poll'>>({ kind: 'request_poll', quiz: plain(quiz) }),
  ButtonTypeRequestPeer: (type) => requestPeer(type, undefined),
  InputButtonTypeRequestPeer: (type) =>
    requestPeer(type, [
      ...(type.nameRequested ? (['name'] as const) : []),
      ...(type.usernameRequested ? (['username'] as const) : []),
      ...(type.photoRequested ? (['photo'] as const) : []),
    ]),
  ButtonTypeSimpleWebView: ({ url }) => ({ kind: 'web_app', url }),
};

function requestPeer(
  { buttonId, maxQuantity, peerType }: Api.ButtonTypeRequestPeer | Api.InputButtonTypeRequestPeer,
  wants: Keyboard<'request_peer'>['wants'] | undefined,
): KeyboardAction {
  return present<Keyboard<'request_peer'>>({
    kind: 'request_peer',
    button: buttonId,
    most: maxQuantity,
    peer: requestedOf(peerType),
    wants,
  });
}

function requestedOf(type: Api.TypeRequestPeerType): RequestedKind {
  switch (type.className) {
    case 'RequestPeerTypeUser':
      return present<Requested<'user'>>({ kind: 'user', bot: plain(type.bot), premium: plain(type.premium) });
    case 'RequestPeerTypeChat':
      return present<Requested<'group'>>({
        kind: 'group',
        creator: flag(type.creator),
        botIsMember: flag(type.botParticipant),
        hasUsername: plain(type.hasUsername),
        forum: plain(type.forum),
        userRights: rightsOf(type.userAdminRights),
        botRights: rightsOf(type.botAdminRights),
      });
    case 'RequestPeerTypeBroadcast':
      return present<Requested<'channel'>>({
        kind: 'channel',
        creator: flag(type.creator),
        hasUsername: plain(type.hasUsername),
        userRights: rightsOf(type.userAdminRights),
        botRights: rightsOf(type.botAdminRights),
      });
    case 'RequestPeerTypeCreateBot':
      return present<Requested<'new_bot'>>({
        kind: 'new_bot',
        managed: flag(type.botManaged),
        name: plain(type.suggestedName),
        username: plain(type.suggestedUsername),
      });
    default:
      return never(type);
  }
}

/** The rights by their names in TL, in alphabetical order. */
function rightsOf(rights: Maybe<Api.TypeChatAdminRights>): readonly string[] | undefined {
  if (rights == null) return undefined;
  return Object.entries(rights)
    .filter(([, value]) => value === true)
    .map(([name]) => name)
    .sort();
}
