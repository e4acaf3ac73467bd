import type { Unknown } from './unknown.js';

/** What a bot put below its message or in place of the keyboard. */
export type ReplyMarkup =
  | {
      readonly kind: 'inline';
      readonly rows: readonly (readonly InlineButton[])[];
      readonly forceReply?: true;
    }
  | {
      readonly kind: 'keyboard';
      readonly rows: readonly (readonly KeyboardButton[])[];
      readonly resize?: true;
      readonly once?: true;
      readonly selective?: true;
      readonly persistent?: true;
      readonly forceReply?: true;
      readonly placeholder?: string;
    }
  | { readonly kind: 'hide'; readonly selective?: true }
  | {
      readonly kind: 'force_reply';
      readonly once?: true;
      readonly selective?: true;
      readonly placeholder?: string;
    }
  | Unknown;

interface Button {
  readonly text: string;
  readonly style?: ButtonStyle;
}

export interface ButtonStyle {
  readonly color?: 'primary' | 'danger' | 'success';
  /** The id of a custom emoji's file. */
  readonly icon?: string;
}

export interface InlineButton extends Button {
  readonly action: InlineAction;
}

export interface KeyboardButton extends Button {
  readonly action: KeyboardAction;
}

/** What a button below a message does. */
export type InlineAction =
  | { readonly kind: 'url'; readonly url: string }
  /** Signs in to a website. `bot` (a user's id) and `writeAccess`: only in a button as its bot wrote it. */
  | {
      readonly kind: 'login';
      readonly url: string;
      readonly button?: number;
      readonly forwardText?: string;
      readonly bot?: number;
      readonly writeAccess?: true;
    }
  | { readonly kind: 'web_app'; readonly url: string }
  /** `data` is base64. */
  | { readonly kind: 'callback'; readonly data: string; readonly password?: true }
  | { readonly kind: 'game' }
  | { readonly kind: 'buy' }
  | {
      readonly kind: 'switch_inline';
      readonly query: string;
      readonly samePeer?: true;
      readonly peers?: readonly (InlinePeerKind | Unknown)[];
    }
  /** `user` is absent for the account itself. */
  | { readonly kind: 'user'; readonly user?: number }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'disabled' }
  | Unknown;

/** The chats that a button offers for an inline query. */
export type InlinePeerKind = 'same_bot' | 'user' | 'bot' | 'group' | 'supergroup' | 'channel';

/** What a button in place of the keyboard does. */
export type KeyboardAction =
  /** Sends its own text. */
  | { readonly kind: 'text' }
  | { readonly kind: 'request_phone' }
  | { readonly kind: 'request_location' }
  /** `quiz`: true for quizzes alone, false for polls alone. */
  | { readonly kind: 'request_poll'; readonly quiz?: boolean }
  | {
      readonly kind: 'request_peer';
      readonly button: number;
      readonly most: number;
      readonly peer: RequestedKind;
      readonly wants?: readonly ('name' | 'username' | 'photo')[];
    }
  | { readonly kind: 'web_app'; readonly url: string }
  | Unknown;

/** What a bot asks somebody to choose. A condition that is absent is free. */
export type RequestedKind =
  | { readonly kind: 'user'; readonly bot?: boolean; readonly premium?: boolean }
  | {
      readonly kind: 'group';
      readonly creator?: true;
      readonly botIsMember?: true;
      readonly hasUsername?: boolean;
      readonly forum?: boolean;
      readonly userRights?: readonly string[];
      readonly botRights?: readonly string[];
    }
  | {
      readonly kind: 'channel';
      readonly creator?: true;
      readonly hasUsername?: boolean;
      readonly userRights?: readonly string[];
      readonly botRights?: readonly string[];
    }
  | {
      readonly kind: 'new_bot';
      readonly managed?: true;
      readonly name?: string;
      readonly username?: string;
    }
  | Unknown;
