import { Api } from 'telegram/tl/index.js';
import { sendAsPeers } from '../world/send-as.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { tlPeer } from './tl-chats.js';

/** The peers that messages can be sent as. */
export function sendAsMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'channels.GetSendAs': (request: Api.channels.GetSendAs, call) => getSendAs(context, request, call),
      'messages.SaveDefaultSendAs': (request: Api.messages.SaveDefaultSendAs, call) =>
        saveDefault(context, request, call),
    },
  };
}

function getSendAs(
  { world }: MethodContext,
  request: Api.channels.GetSendAs,
  { me }: Call,
): Api.channels.SendAsPeers {
  const peers = sendAsPeers(world, me, world.chat(peerOf(world, me, request.peer)));
  return new Api.channels.SendAsPeers({
    peers: peers.map((peer) => new Api.SendAsPeer({ peer: tlPeer(peer) })),
    ...new Cast(world, me).add(...peers).lists(),
  });
}

/** SEND_AS_PEER_INVALID for a peer that channels.getSendAs doesn't list, PEER_ID_INVALID outside supergroups. */
function saveDefault(
  { world }: MethodContext,
  request: Api.messages.SaveDefaultSendAs,
  { me }: Call,
): boolean {
  const chat = world.chat(peerOf(world, me, request.peer));
  const member = chat?.members.get(me.id);
  if (chat?.kind !== 'supergroup' || !member) throw badRequest('PEER_ID_INVALID');
  const peer = peerOf(world, me, request.sendAs);
  if (!sendAsPeers(world, me, chat).includes(peer)) throw badRequest('SEND_AS_PEER_INVALID');
  member.sendAs = peer;
  world.touch();
  return true;
}
