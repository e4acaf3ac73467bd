/** What the copy of a message looks like in the target: enough to recognise it, but nothing of its text. */
export interface SentContent {
  readonly kind: 'text' | 'photo' | 'document';
  /** Bytes of the document, or of the photo's largest size (its size if it goes as a file); absent when unknown. */
  readonly size?: number;
  /** SHA-256 of the text or caption, in hex. */
  readonly textHash: string;
}
