import type { PostDocument } from '../document/document.js';
import type { Means, TargetKind } from './means.js';

/** Whether an animation is played when the message arrives. */
export function hasEffect({ effect }: Pick<PostDocument, 'effect'>): boolean {
  return effect !== undefined && effect !== '0';
}

/** Telegram plays them in private chats only (EFFECT_CHAT_INVALID elsewhere). */
export function playsEffects({ target }: Pick<Means, 'target'>): boolean {
  return PRIVATE.has(target);
}

const PRIVATE: ReadonlySet<TargetKind> = new Set(['private', 'bot', 'saved']);
