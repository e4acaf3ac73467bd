import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { tlPeer } from './tl-chats.js';

const USERNAME = /^[a-z]\w{3,31}$/i;

/** contacts.*: finding peers by name, and the address book. */
export function contactMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'contacts.ResolveUsername': (request: Api.contacts.ResolveUsername, call) =>
        resolveUsername(context, request, call),
    },
    usersOnly: {
      'contacts.GetContacts': (_request: Api.contacts.GetContacts, call) => getContacts(context, call),
      'contacts.GetContactIDs': (_request: Api.contacts.GetContactIDs, { me }) =>
        [...me.contacts].map(toLong),
      'contacts.GetStatuses': () => [],
      'contacts.GetTopPeers': () => new Api.contacts.TopPeersDisabled(),
      'contacts.GetBlocked': () => new Api.contacts.Blocked({ blocked: [], chats: [], users: [] }),
    },
  };
}

function resolveUsername(
  { world }: MethodContext,
  request: Api.contacts.ResolveUsername,
  { me }: Call,
): Api.contacts.ResolvedPeer {
  const username = request.username.replace(/^@/, '');
  if (!USERNAME.test(username)) throw badRequest('USERNAME_INVALID');
  const peer = world.peerByUsername(username);
  if (peer === undefined) throw badRequest('USERNAME_NOT_OCCUPIED');
  return new Api.contacts.ResolvedPeer({ peer: tlPeer(peer), ...new Cast(world, me).add(peer).lists() });
}

function getContacts({ world }: MethodContext, { me }: Call): Api.contacts.Contacts {
  const { users } = new Cast(world, me).add(...me.contacts).lists();
  return new Api.contacts.Contacts({
    contacts: [...me.contacts].map(
      (userId) =>
        new Api.Contact({
          userId: toLong(userId),
          mutual: world.account(userId)?.contacts.has(me.id) ?? false,
        }),
    ),
    savedCount: me.contacts.size,
    users,
  });
}
