import type { MessageDocument, PostDocument } from '../messages/document/document.js';
import type { FormattedText } from '../messages/document/text.js';
import type { Difference } from './differences.js';
import { compareText } from './text.js';

/** A message that continues a copy, as the ledger knows it, and what stands in the target. */
export interface Part {
  /** 1, 2, 3, … */
  readonly part: number;
  /** The text that was sent; undefined when nobody knows. */
  readonly text: FormattedText | undefined;
  /** Absent when it was not sent. */
  readonly targetId: number | undefined;
  readonly copy: MessageDocument | undefined;
  /** Why it was not sent. */
  readonly why?: string | undefined;
}

/** A difference of one of the messages that continue a copy. */
export interface PartDifference {
  readonly part: number;
  readonly targetId: number | undefined;
  readonly difference: Difference & { readonly why?: string };
}

/** Compares the messages that continue a copy with what was sent: each is there, with its text, and answers the copy. */
export function compareParts(copy: PostDocument, parts: readonly Part[]): PartDifference[] {
  return parts.flatMap((each) => {
    const { part, targetId } = each;
    return differencesOf(copy, each).map((difference) => ({ part, targetId, difference }));
  });
}

function differencesOf(copy: PostDocument, { text, targetId, copy: there, why }: Part): Difference[] {
  if (targetId === undefined) return [why === undefined ? { kind: 'waiting' } : missing(why)];
  if (there?.kind !== 'message') return [{ kind: 'missing' }];
  const { reply } = there;
  const answersCopy = reply?.kind === 'message' && reply.chat === undefined && reply.id === copy.id;
  return [
    ...(text ? compareText(text, there) : []),
    ...(answersCopy ? [] : [{ kind: 'reply', field: 'reply', source: copy.id } as const]),
  ];
}

function missing(why: string): Difference & { readonly why: string } {
  return { kind: 'missing', why };
}
