import type { Media } from '../../messages/document/media.js';
import type { ServiceAction } from '../../messages/document/service.js';
import { memberAction } from './action-members.js';
import { moneyAction } from './action-money.js';
import { type Keys, NO_ID, present, unknown } from './fields.js';
import { plainText, tasksOf } from './media.js';
import { peerOf } from './peers.js';

export type Action = ServiceAction<Media>;

/** What an action may have to know. */
export interface ActionScene {
  /** The marked id of the chat, and of the group that it used to be; 0 where nobody knows. */
  readonly chat: number;
  readonly older: number;
}

/**
 * What a service message says. Names without ids, and what has no field, stay among the keys that are left. An action that
 * nobody knows is `unknown` under its name.
 */
export function actionOf(keys: Keys, scene: ActionScene): Action {
  const name = keys.object['action'];
  if (typeof name !== 'string') {
    const text = keys.text('information_text');
    return text === undefined ? unknown() : { kind: 'custom', text };
  }
  const action =
    simpleAction(name) ??
    chatAction(name, keys, scene) ??
    callAction(name, keys) ??
    memberAction(name, keys) ??
    moneyAction(name, keys);
  // An action under a name of its own is written under it again.
  if (action?.kind === name) keys.take('action');
  return action ?? unknown(name);
}

const SIMPLE = [
  'delete_group_photo',
  'clear_history',
  'pin_message',
  'take_screenshot',
  'joined_telegram',
  'join_group_by_request',
] as const;

function simpleAction(name: string): Action | undefined {
  const kind = SIMPLE.find((each) => each === name);
  return kind && { kind };
}

function chatAction(name: string, keys: Keys, { chat, older }: ActionScene): Action | undefined {
  const title = (): string => keys.text('title') ?? '';
  switch (name) {
    case 'create_group':
      return { kind: name, title: title(), members: [] };
    case 'create_channel':
    case 'edit_group_title':
      return { kind: name, title: title() };
    case 'edit_group_photo':
    case 'suggest_profile_photo':
      return { kind: name, photo: { gone: true, id: NO_ID } };
    case 'migrate_to_supergroup':
      return { kind: name, supergroup: chat };
    case 'migrate_from_group':
      return { kind: name, title: title(), group: older };
    case 'set_messages_ttl':
      return { kind: name, period: keys.whole('period') ?? 0 };
    case 'edit_chat_theme':
      return { kind: name, theme: { kind: 'emoji', emoji: keys.text('emoticon') ?? '' } };
    case 'set_chat_wallpaper':
    case 'set_same_chat_wallpaper':
      return {
        kind: 'set_chat_wallpaper',
        wallpaper: unknown(),
        ...(name !== 'set_chat_wallpaper' && { same: true }),
      };
    case 'topic_created':
      return { kind: name, title: title(), color: 0 };
    case 'topic_edit':
      return present<Action>({
        kind: 'topic_edited',
        title: keys.text('new_title'),
        icon: keys.digits('new_icon_emoji_id'),
        closed: undefined,
        hidden: undefined,
      });
    default:
      return listAction(name, keys);
  }
}

function listAction(name: string, keys: Keys): Action | undefined {
  const numbers = (key: string): number[] => (keys.list(key) ?? []).map(Number).filter(Number.isSafeInteger);
  switch (name) {
    case 'todo_completions':
      return { kind: name, completed: numbers('completed'), incompleted: numbers('incompleted') };
    case 'todo_append_tasks':
      return { kind: name, tasks: tasksOf(keys.object['items']) };
    case 'poll_append_answer':
    case 'poll_delete_answer':
      return { kind: name, answer: plainText(keys.object['option']) };
    case 'no_forwards_toggle': {
      const after = keys.flag('new_value') === true;
      return { kind: name, before: !after, after };
    }
    case 'no_forwards_request': {
      const after = keys.flag('new_value') === true;
      return { kind: name, before: !after, after, ...(keys.flag('expired') && { expired: true }) };
    }
    case 'new_creator_pending':
    case 'change_creator':
      return { kind: name, user: 0 };
    case 'score_in_game':
      return { kind: name, game: NO_ID, score: keys.whole('score') ?? 0 };
    case 'proximity_reached': {
      const [from, to] = [peerOf(keys.object['from_id']) ?? 0, peerOf(keys.object['to_id']) ?? 0];
      return { kind: name, from, to, distance: keys.whole('distance') ?? 0 };
    }
    case 'suggest_birthday':
      return present<Action>({
        kind: name,
        day: keys.whole('day') ?? 0,
        month: keys.whole('month') ?? 0,
        year: keys.whole('year'),
      });
    default:
      return undefined;
  }
}

const NO_CALL = { kind: 'id', id: NO_ID, accessHash: NO_ID } as const;
const REASONS = ['busy', 'disconnect', 'hangup', 'missed'] as const;

function callAction(name: string, keys: Keys): Action | undefined {
  switch (name) {
    case 'phone_call': {
      const reason = REASONS.find((each) => each === keys.object['discard_reason']);
      if (reason) keys.take('discard_reason');
      return present<Action>({
        kind: name,
        call: NO_ID,
        reason,
        duration: keys.whole('duration_seconds'),
        video: undefined,
      });
    }
    case 'conference_call':
      return present<Action>({
        kind: name,
        call: NO_ID,
        duration: keys.whole('duration_seconds'),
        others: undefined,
        missed: keys.flag('is_missed'),
        active: keys.flag('is_active'),
        video: undefined,
      });
    case 'group_call':
      return present<Action>({ kind: name, call: NO_CALL, duration: keys.whole('duration') });
    case 'invite_to_group_call':
      return { kind: name, call: NO_CALL, members: [] };
    case 'group_call_scheduled':
      return { kind: name, call: NO_CALL, date: keys.whole('schedule_date') ?? 0 };
    default:
      return undefined;
  }
}
