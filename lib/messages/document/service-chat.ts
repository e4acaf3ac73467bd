import type { Task } from './checklist.js';
import type { Photo } from './file.js';
import type { PollAnswer } from './poll.js';
import type { ChatTheme, Wallpaper } from './theme.js';

/** What happened to the chat itself, and to its lists and polls. */
export type ChatAction<Media> =
  | { readonly kind: 'none' | 'delete_group_photo' | 'pin_message' | 'clear_history' }
  | { readonly kind: 'create_group'; readonly title: string; readonly members: readonly number[] }
  | { readonly kind: 'create_channel' | 'edit_group_title'; readonly title: string }
  | { readonly kind: 'edit_group_photo'; readonly photo: Photo }
  | { readonly kind: 'migrate_to_supergroup'; readonly supergroup: number }
  | { readonly kind: 'migrate_from_group'; readonly title: string; readonly group: number }
  /** `by`: the user who set it for all of their new chats. A period of 0 turns it off. */
  | { readonly kind: 'set_messages_ttl'; readonly period: number; readonly by?: number }
  | { readonly kind: 'edit_chat_theme'; readonly theme: ChatTheme }
  | {
      readonly kind: 'set_chat_wallpaper';
      readonly wallpaper: Wallpaper;
      readonly same?: true;
      readonly forBoth?: true;
    }
  | TopicCreated
  | TopicEdited
  | { readonly kind: 'no_forwards_toggle'; readonly before: boolean; readonly after: boolean }
  | {
      readonly kind: 'no_forwards_request';
      readonly before: boolean;
      readonly after: boolean;
      readonly expired?: true;
    }
  | { readonly kind: 'new_creator_pending' | 'change_creator'; readonly user: number }
  /** The community that the chat belongs to from now on; absent for none. */
  | { readonly kind: 'change_community'; readonly community?: string }
  | {
      readonly kind: 'todo_completions';
      readonly completed: readonly number[];
      readonly incompleted: readonly number[];
    }
  | { readonly kind: 'todo_append_tasks'; readonly tasks: readonly Task[] }
  | { readonly kind: 'poll_append_answer' | 'poll_delete_answer'; readonly answer: PollAnswer<Media> }
  | { readonly kind: 'custom'; readonly text: string };

export interface TopicCreated {
  readonly kind: 'topic_created';
  readonly title: string;
  /** RGB. */
  readonly color: number;
  /** The id of a custom emoji's file. */
  readonly icon?: string;
  /** Nobody has chosen a title. */
  readonly untitled?: true;
}

/** What is absent stayed as it was. */
export interface TopicEdited {
  readonly kind: 'topic_edited';
  readonly title?: string;
  /** The id of a custom emoji's file; "0" when it was removed. */
  readonly icon?: string;
  readonly closed?: boolean;
  readonly hidden?: boolean;
}
