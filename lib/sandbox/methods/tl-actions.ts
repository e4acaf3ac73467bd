import { Api } from 'telegram/tl/index.js';
import type { Showing } from '../kinds/kind.js';
import { tlOf } from '../kinds/tl-data.js';
import { toLong } from '../tl.js';
import type { Action } from '../world/message.js';
import { bareId, type PeerId } from '../world/peer-id.js';
import { present } from './present.js';

/** The event in a service message, as somebody sees it. */
export function tlAction(scene: Showing, action: Action): Api.TypeMessageAction {
  switch (action.kind) {
    case 'shown':
      return tlOf(scene, action.data);
    case 'channelCreate':
      return new Api.MessageActionChannelCreate({ title: action.title });
    case 'chatCreate':
      return new Api.MessageActionChatCreate({ title: action.title, users: action.users.map(userId) });
    case 'chatAddUser':
      return new Api.MessageActionChatAddUser({ users: action.users.map(userId) });
    case 'chatEditTitle':
      return new Api.MessageActionChatEditTitle({ title: action.title });
    case 'chatEditPhoto':
      return new Api.MessageActionChatEditPhoto({ photo: scene.photo(action.photo) });
    case 'chatDeletePhoto':
      return new Api.MessageActionChatDeletePhoto();
    case 'pinMessage':
      return new Api.MessageActionPinMessage();
    case 'chatMigrateTo':
      return new Api.MessageActionChatMigrateTo({ channelId: toLong(bareId(action.channel)) });
    case 'channelMigrateFrom':
      return new Api.MessageActionChannelMigrateFrom({
        title: action.title,
        chatId: toLong(bareId(action.group)),
      });
    case 'topicCreate':
      return new Api.MessageActionTopicCreate(
        present({
          title: action.title,
          iconColor: action.iconColor,
          iconEmojiId: action.iconEmojiId === undefined ? undefined : toLong(action.iconEmojiId),
        }),
      );
    case 'topicEdit':
      return new Api.MessageActionTopicEdit(
        present({
          title: action.title,
          iconEmojiId: action.iconEmojiId === undefined ? undefined : toLong(action.iconEmojiId),
          closed: action.closed,
          hidden: action.hidden,
        }),
      );
  }
}

function userId(peer: PeerId) {
  return toLong(bareId(peer));
}
