import type { Api } from 'telegram/tl/index.js';
import type { BotAllowed, BotApp, SharedPeer } from '../../document/service-members.js';
import type { Unknown } from '../../document/unknown.js';
import type { ActionReaders } from './action-readers.js';
import { channel, flag, group, long, maybe, peer, plain, present, user } from './fields.js';
import { fileOf, photoOf } from './files.js';
import { never } from './unknown.js';

/** Who came and went, and what people and bots agreed on. */
export const MEMBER_ACTIONS = {
  MessageActionChatAddUser: ({ users }) => ({ kind: 'invite_members', members: users.map(user) }),
  MessageActionChatDeleteUser: ({ userId }) => ({ kind: 'remove_members', members: [user(userId)] }),
  MessageActionChatJoinedByLink: ({ inviterId }) => ({
    kind: 'join_group_by_link',
    inviter: user(inviterId),
  }),
  MessageActionChatJoinedByRequest: () => ({ kind: 'join_group_by_request' }),
  MessageActionChatJoinedViaCommunity: ({ communityId }) => ({
    kind: 'join_group_via_community',
    community: long(communityId),
  }),
  MessageActionContactSignUp: () => ({ kind: 'joined_telegram' }),
  MessageActionBoostApply: ({ boosts }) => ({ kind: 'boost_apply', boosts }),
  MessageActionBotAllowed: ({ attachMenu, fromRequest, domain, app }) =>
    present<BotAllowed>({
      kind: 'bot_allowed',
      domain: plain(domain),
      app: maybe(app, botAppOf),
      attachMenu: flag(attachMenu),
      fromRequest: flag(fromRequest),
    }),
  MessageActionWebViewDataSent: ({ text }) => ({ kind: 'send_webview_data', text }),
  MessageActionWebViewDataSentMe: ({ text, data }) => ({ kind: 'send_webview_data', text, data }),
  MessageActionRequestedPeer: ({ buttonId, peers }) => ({
    kind: 'requested_peer',
    button: buttonId,
    peers: peers.map((each) => ({ peer: peer(each) })),
  }),
  MessageActionRequestedPeerSentMe: ({ buttonId, peers }) => ({
    kind: 'requested_peer',
    button: buttonId,
    peers: peers.map(sharedPeerOf),
  }),
  MessageActionManagedBotCreated: ({ botId }) => ({ kind: 'managed_bot_created', bot: user(botId) }),
} satisfies ActionReaders;

function botAppOf(app: Api.TypeBotApp): BotApp | Unknown | undefined {
  switch (app.className) {
    case 'BotAppNotModified':
      return undefined;
    case 'BotApp':
      return present<BotApp>({
        id: long(app.id),
        accessHash: long(app.accessHash),
        name: app.shortName,
        title: app.title,
        description: app.description,
        photo: photoOf(app.photo),
        animation: maybe(app.document, fileOf),
      });
    default:
      return never(app);
  }
}

function sharedPeerOf(shared: Api.TypeRequestedPeer): SharedPeer | Unknown {
  switch (shared.className) {
    case 'RequestedPeerUser':
      return sharedPeer(user(shared.userId), shared);
    case 'RequestedPeerChat':
      return sharedPeer(group(shared.chatId), shared);
    case 'RequestedPeerChannel':
      return sharedPeer(channel(shared.channelId), shared);
    default:
      return never(shared);
  }
}

type SharedFields = Partial<
  Pick<Api.RequestedPeerUser, 'firstName' | 'lastName' | 'username' | 'photo'> &
    Pick<Api.RequestedPeerChannel, 'title'>
>;

function sharedPeer(id: number, shared: SharedFields): SharedPeer {
  return present<SharedPeer>({
    peer: id,
    firstName: plain(shared.firstName),
    lastName: plain(shared.lastName),
    title: plain(shared.title),
    username: plain(shared.username),
    photo: maybe(shared.photo, photoOf),
  });
}
