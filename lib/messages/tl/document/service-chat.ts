import type { Media } from '../../document/media.js';
import type { ChatAction, TopicCreated, TopicEdited } from '../../document/service-chat.js';
import type { ActionReaders } from './action-readers.js';
import { taskOf } from './checklist.js';
import { channel, flag, group, maybeLong, maybeUser, plain, present, user } from './fields.js';
import { photoOf } from './files.js';
import { mediaOf } from './media.js';
import { answerOf } from './poll.js';
import { chatThemeOf, wallpaperOf } from './theme.js';

type Action<Kind> = Extract<ChatAction<Media>, { kind: Kind }>;

/** What happened to the chat itself, and to its lists and polls. */
export const CHAT_ACTIONS = {
  MessageActionEmpty: () => ({ kind: 'none' }),
  MessageActionChatCreate: ({ title, users }) => ({
    kind: 'create_group',
    title,
    members: users.map(user),
  }),
  MessageActionChatEditTitle: ({ title }) => ({ kind: 'edit_group_title', title }),
  MessageActionChatEditPhoto: ({ photo }) => ({ kind: 'edit_group_photo', photo: photoOf(photo) }),
  MessageActionChatDeletePhoto: () => ({ kind: 'delete_group_photo' }),
  MessageActionChannelCreate: ({ title }) => ({ kind: 'create_channel', title }),
  MessageActionChatMigrateTo: ({ channelId }) => ({
    kind: 'migrate_to_supergroup',
    supergroup: channel(channelId),
  }),
  MessageActionChannelMigrateFrom: ({ title, chatId }) => ({
    kind: 'migrate_from_group',
    title,
    group: group(chatId),
  }),
  // The pinned message stands in the reply header.
  MessageActionPinMessage: () => ({ kind: 'pin_message' }),
  MessageActionHistoryClear: () => ({ kind: 'clear_history' }),
  MessageActionSetMessagesTTL: ({ period, autoSettingFrom }) =>
    present<Action<'set_messages_ttl'>>({
      kind: 'set_messages_ttl',
      period,
      by: maybeUser(autoSettingFrom),
    }),
  MessageActionSetChatTheme: ({ theme }) => ({ kind: 'edit_chat_theme', theme: chatThemeOf(theme) }),
  MessageActionSetChatWallPaper: ({ wallpaper, same, forBoth }) =>
    present<Action<'set_chat_wallpaper'>>({
      kind: 'set_chat_wallpaper',
      wallpaper: wallpaperOf(wallpaper),
      same: flag(same),
      forBoth: flag(forBoth),
    }),
  MessageActionTopicCreate: ({ title, iconColor, iconEmojiId, titleMissing }) =>
    present<TopicCreated>({
      kind: 'topic_created',
      title,
      color: iconColor,
      icon: maybeLong(iconEmojiId),
      untitled: flag(titleMissing),
    }),
  MessageActionTopicEdit: ({ title, iconEmojiId, closed, hidden }) =>
    present<TopicEdited>({
      kind: 'topic_edited',
      title: plain(title),
      icon: maybeLong(iconEmojiId),
      closed: plain(closed),
      hidden: plain(hidden),
    }),
  MessageActionNoForwardsToggle: ({ prevValue, newValue }) => ({
    kind: 'no_forwards_toggle',
    before: prevValue,
    after: newValue,
  }),
  MessageActionNoForwardsRequest: ({ prevValue, newValue, expired }) =>
    present<Action<'no_forwards_request'>>({
      kind: 'no_forwards_request',
      before: prevValue,
      after: newValue,
      expired: flag(expired),
    }),
  MessageActionNewCreatorPending: ({ newCreatorId }) => ({
    kind: 'new_creator_pending',
    user: user(newCreatorId),
  }),
  MessageActionChangeCreator: ({ newCreatorId }) => ({ kind: 'change_creator', user: user(newCreatorId) }),
  MessageActionChangeCommunity: ({ communityId }) =>
    present<Action<'change_community'>>({
      kind: 'change_community',
      community: maybeLong(communityId),
    }),
  MessageActionTodoCompletions: ({ completed, incompleted }) => ({
    kind: 'todo_completions',
    completed: completed.map(Number),
    incompleted: incompleted.map(Number),
  }),
  MessageActionTodoAppendTasks: ({ list }) => ({ kind: 'todo_append_tasks', tasks: list.map(taskOf) }),
  MessageActionPollAppendAnswer: ({ answer }) => ({
    kind: 'poll_append_answer',
    answer: answerOf(answer, mediaOf),
  }),
  MessageActionPollDeleteAnswer: ({ answer }) => ({
    kind: 'poll_delete_answer',
    answer: answerOf(answer, mediaOf),
  }),
  MessageActionCustomAction: ({ message }) => ({ kind: 'custom', text: message }),
} satisfies ActionReaders;
