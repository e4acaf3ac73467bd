import type { PostDocument } from '../messages/document/document.js';
import type { MessageReply } from '../messages/document/headers.js';
import type { Media } from '../messages/document/media.js';
import type { Difference } from './differences.js';
import { REPLY } from './rules/post.js';
import { compareFields, difference, isEqual } from './rules/rule.js';

const GENERAL_TOPIC = 1;

/** The topic in which a copy should stand; undefined in a chat without topics, or when nobody knows it. */
export function compareTopic(copy: PostDocument, expected: number | undefined): Difference[] {
  if (expected === undefined) return [];
  const { topic = GENERAL_TOPIC } = copy;
  return topic === expected ? [] : [difference('topic', 'topic', expected, topic)];
}

/** The message of the same chat that a message answers. */
export function answeredIn({ reply }: PostDocument): number | undefined {
  return reply?.kind === 'message' && reply.chat === undefined ? reply.id : undefined;
}

/** Whether a message answers something outside its chat, or something that it doesn't name. */
export function isForeign({ reply }: PostDocument): boolean {
  return reply !== undefined && (reply.kind !== 'message' || reply.chat !== undefined || !reply.id);
}

/**
 * Compares what two messages answer. `expected`: the copy of the message that the original answers; `none` when that
 * has no copy; `unknown` when nobody knows.
 */
export function compareReply(
  source: PostDocument,
  copy: PostDocument,
  expected: number | 'none' | 'unknown',
): Difference[] {
  const [wanted, got] = [source.reply, copy.reply];
  if (!wanted || !got) {
    return wanted || got ? [difference('reply', 'reply', shown(wanted), shown(got))] : [];
  }
  if (wanted.kind !== 'message' || got.kind !== 'message') {
    return isEqual(wanted, got) ? [] : [difference('reply', 'reply', shown(wanted), shown(got))];
  }
  const found: Difference[] = [];
  if (!leadsThere(wanted, got, expected))
    found.push(difference('reply', 'reply.id', shown(wanted), shown(got)));
  compareFields(REPLY, wanted, got, { path: 'reply', found });
  return found;
}

function leadsThere(
  wanted: MessageReply<Media>,
  got: MessageReply<Media>,
  expected: number | 'none' | 'unknown',
): boolean {
  if (wanted.chat !== undefined) return got.chat === wanted.chat && got.id === wanted.id;
  // An answer to a message whose copy was deleted still names it.
  if (expected === 'unknown' || expected === 'none') return true;
  return got.chat === undefined && got.id === expected;
}

function shown(reply: PostDocument['reply']): unknown {
  if (!reply) return undefined;
  return reply.kind === 'message'
    ? { id: reply.id, ...(reply.chat !== undefined && { chat: reply.chat }) }
    : reply.kind;
}
