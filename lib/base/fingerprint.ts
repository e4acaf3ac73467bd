/** The kinds of copies. What is neither a text nor a photo or file is recognised by its own facts. */
export const SENT_KINDS = [
  'text',
  'photo',
  'document',
  'place',
  'venue',
  'contact',
  'poll',
  'checklist',
  'story',
  'rich',
  'forward',
] as const;

export type SentKind = (typeof SENT_KINDS)[number];

/** What the copy of a message looks like in the target: enough to recognise it, but nothing of its text. */
export interface SentContent {
  readonly kind: SentKind;
  /** Bytes of the document, or of the photo's largest size (its size if it goes as a file); absent when unknown. */
  readonly size?: number;
  /** SHA-256 of the text or caption, or of the facts of a kind of its own (the place, the phone number), in hex. */
  readonly textHash: string;
}

/**
 * Whether the copy of one message could be taken for the copy of the other, by their kinds: a photo may have become a
 * file on the way.
 */
export function kindsMayBeSame(one: SentKind, other: SentKind): boolean {
  return one === other || (isFileKind(one) && isFileKind(other));
}

/** Whether copies of this kind may form albums. */
export function isFileKind(kind: SentKind): boolean {
  return kind === 'photo' || kind === 'document';
}
