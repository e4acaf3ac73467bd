import { Api } from 'telegram/tl/index.js';
import { tlRichMessage } from '../kinds/rich-message.js';
import { Cast } from './cast.js';
import { badRequest, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { showingOf } from './showing.js';
import { tlMessage } from './tl-messages.js';

/** The whole of a rich message of which only the first blocks came with the history. */
export function richMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.GetRichMessage': (request: Api.messages.GetRichMessage, { me }) => {
        const { world } = context;
        const peer = peerOf(world, me, request.peer);
        const message = world.messagesWith(me.id, peer).find(({ id }) => id === Number(request.id));
        if (!message) throw badRequest('MSG_ID_INVALID');
        if (!message.rich) throw badRequest('MESSAGE_ID_INVALID');
        const shown = tlMessage(context, me, message);
        if (shown instanceof Api.Message) {
          shown.richMessage = tlRichMessage(showingOf(context, me, message), message.rich, { whole: true });
        }
        const lists = new Cast(world, me).add(peer).addMessages([message]).lists();
        return new Api.messages.Messages({ messages: [shown], topics: [], ...lists });
      },
    },
  };
}
