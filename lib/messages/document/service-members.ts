import type { File, Photo } from './file.js';
import type { Unknown } from './unknown.js';

/** Who came and went, and what people and bots agreed on. */
export type MemberAction =
  | { readonly kind: 'invite_members'; readonly members: readonly number[] }
  | { readonly kind: 'remove_members'; readonly members: readonly number[] }
  | { readonly kind: 'join_group_by_link'; readonly inviter: number }
  | { readonly kind: 'join_group_by_request' | 'joined_telegram' }
  | { readonly kind: 'join_group_via_community'; readonly community: string }
  | { readonly kind: 'boost_apply'; readonly boosts: number }
  | BotAllowed
  | { readonly kind: 'send_webview_data'; readonly text: string; readonly data?: string }
  | {
      readonly kind: 'requested_peer';
      readonly button: number;
      readonly peers: readonly (SharedPeer | Unknown)[];
    }
  | { readonly kind: 'managed_bot_created'; readonly bot: number };

/** Why a bot may write to this account: a website, a mini app, the attachment menu, or its own request. */
export interface BotAllowed {
  readonly kind: 'bot_allowed';
  readonly domain?: string;
  readonly app?: BotApp | Unknown;
  readonly attachMenu?: true;
  readonly fromRequest?: true;
}

export interface BotApp {
  readonly id: string;
  readonly accessHash: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly photo: Photo;
  readonly animation?: File;
}

/** A user or chat that somebody shared with a bot, with what they agreed to share of it. */
export interface SharedPeer {
  readonly peer: number;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly title?: string;
  readonly username?: string;
  readonly photo?: Photo;
}
