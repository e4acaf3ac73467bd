import type { Media } from '../../../messages/document/media.js';
import type { ChatAction } from '../../../messages/document/service-chat.js';
import { photoKeys } from '../file-keys.js';
import { integer } from '../json.js';
import { answerText, taskOf } from '../polls.js';
import { nameOf } from '../scene.js';
import { type ActionTable, aboutMessage, acted, actorKeys, memberNames } from './action-keys.js';

/** What happened to the chat itself, and to its lists and polls. */
export const CHAT_ACTIONS: ActionTable<ChatAction<Media>['kind']> = {
  none: (_, scene, note) => acted('none', scene, note),
  delete_group_photo: (_, scene, note) => acted('delete_group_photo', scene, note),
  pin_message: (_, scene, note) => acted('pin_message', scene, note, aboutMessage('message_id', scene, note)),
  clear_history: (_, scene, note) => acted('clear_history', scene, note),
  create_group: ({ title, members }, scene, note) =>
    acted('create_group', scene, note, [
      ['title', title],
      ['members', memberNames(scene, members)],
    ]),
  create_channel: ({ title }, scene, note) => acted('create_channel', scene, note, [['title', title]]),
  edit_group_title: ({ title }, scene, note) => acted('edit_group_title', scene, note, [['title', title]]),
  edit_group_photo: ({ photo }, scene, note) =>
    acted('edit_group_photo', scene, note, photoKeys(photo, scene.files)),
  migrate_to_supergroup: (_, scene, note) => acted('migrate_to_supergroup', scene, note),
  migrate_from_group: ({ title }, scene, note) =>
    acted('migrate_from_group', scene, note, [['title', title]]),
  set_messages_ttl: ({ period }, scene, note) => acted('set_messages_ttl', scene, note, [['period', period]]),
  edit_chat_theme: ({ theme }, scene, note) =>
    acted('edit_chat_theme', scene, note, [
      ['emoticon', theme.kind === 'emoji' && theme.emoji !== '' ? theme.emoji : undefined],
    ]),
  set_chat_wallpaper: ({ same }, scene, note) =>
    acted(
      same ? 'set_same_chat_wallpaper' : 'set_chat_wallpaper',
      scene,
      note,
      aboutMessage('message_id', scene, note),
    ),
  topic_created: ({ title }, scene, note) => acted('topic_created', scene, note, [['title', title]]),
  topic_edited: ({ title, icon }, scene, note) =>
    acted('topic_edit', scene, note, [
      ['new_title', title === '' ? undefined : title],
      ['new_icon_emoji_id', icon === undefined ? undefined : integer(icon)],
    ]),
  no_forwards_toggle: ({ after }, scene, note) =>
    acted('no_forwards_toggle', scene, note, [['new_value', after]]),
  no_forwards_request: ({ after, expired }, scene, note) =>
    acted('no_forwards_request', scene, note, [
      ['expired', expired === true],
      ['new_value', after],
    ]),
  new_creator_pending: ({ user }, scene, note) =>
    acted('new_creator_pending', scene, note, [['new_creator', nameOf(scene, user)]]),
  change_creator: ({ user }, scene, note) =>
    acted('change_creator', scene, note, [['new_creator', nameOf(scene, user)]]),
  change_community: ({ community }, scene, note) =>
    acted('change_community', scene, note, [
      ['community_id', community === undefined ? undefined : integer(community)],
    ]),
  todo_completions: ({ completed, incompleted }, scene, note) =>
    acted('todo_completions', scene, note, [
      ['completed', completed],
      ['incompleted', incompleted],
    ]),
  todo_append_tasks: ({ tasks }, scene, note) =>
    acted('todo_append_tasks', scene, note, [['items', tasks.map((task) => taskOf(task, scene))]]),
  poll_append_answer: ({ answer }, scene, note) =>
    acted('poll_append_answer', scene, note, [['option', answerText(answer, scene)]]),
  poll_delete_answer: ({ answer }, scene, note) =>
    acted('poll_delete_answer', scene, note, [['option', answerText(answer, scene)]]),
  // Telegram Desktop gives Telegram's own words no name.
  custom: ({ text }, scene, note) => [...actorKeys(scene, note), ['information_text', text]],
};
