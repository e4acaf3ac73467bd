import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import { toLong } from '../tl.js';
import { isIn } from '../world/chats.js';
import type { Account } from '../world/model.js';
import { protects } from '../world/protection.js';
import type { Call, MethodContext, MethodGroup } from './context.js';
import { userOf } from './peers.js';
import { tlUser } from './tl-chats.js';

/** users.*: facts about users. */
export function userMethods(context: MethodContext): MethodGroup {
  const { world } = context;
  return {
    anyDc: {
      'users.GetUsers': (request: Api.users.GetUsers, { me }) =>
        request.id.map((input) => tlUser(world, me, userOf(world, me, input))),
    },
    home: {
      'users.GetFullUser': (request: Api.users.GetFullUser, call) => fullUser(context, request, call),
    },
  };
}

function fullUser(
  { world }: MethodContext,
  request: Api.users.GetFullUser,
  { me }: Call,
): Api.users.UserFull {
  const user: Account = userOf(world, me, request.id);
  return new Api.users.UserFull({
    fullUser: new Api.UserFull({
      id: toLong(user.id),
      settings: new Api.PeerSettings({}),
      notifySettings: new Api.PeerNotifySettings({}),
      ...onlySet({
        noforwardsMyEnabled: protects(me, user.id),
        noforwardsPeerEnabled: protects(user, me.id),
      }),
      commonChatsCount: [...world.state.chats.values()].filter(
        (chat) => user.id !== me.id && isIn(chat, me.id) && isIn(chat, user.id),
      ).length,
    }),
    chats: [],
    users: [tlUser(world, me, user)],
  });
}
