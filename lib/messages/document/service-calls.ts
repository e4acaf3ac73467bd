import type { Unknown } from './unknown.js';

export type GroupCall =
  | { readonly kind: 'id'; readonly id: string; readonly accessHash: string }
  | { readonly kind: 'link'; readonly slug: string }
  | { readonly kind: 'invitation'; readonly message: number }
  | Unknown;

/** Calls between people and in groups. */
export type CallAction =
  | {
      readonly kind: 'phone_call';
      readonly call: string;
      /** How it ended; absent while it is running. */
      readonly reason?: 'missed' | 'disconnect' | 'hangup' | 'busy' | ConferenceReason | Unknown;
      readonly duration?: number;
      readonly video?: true;
    }
  /** Without a duration it has just begun. */
  | { readonly kind: 'group_call'; readonly call: GroupCall; readonly duration?: number }
  | { readonly kind: 'invite_to_group_call'; readonly call: GroupCall; readonly members: readonly number[] }
  | { readonly kind: 'group_call_scheduled'; readonly call: GroupCall; readonly date: number }
  | {
      readonly kind: 'conference_call';
      readonly call: string;
      readonly duration?: number;
      readonly others?: readonly number[];
      readonly missed?: true;
      readonly active?: true;
      readonly video?: true;
    };

/** It became a conference. */
export interface ConferenceReason {
  readonly kind: 'migrate_conference_call';
  readonly slug: string;
}
