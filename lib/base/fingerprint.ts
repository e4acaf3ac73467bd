/** What the copy of a message looks like in the target: enough to recognise it, and nothing of what it says. */
export interface SentContent {
  readonly kind: 'text' | 'photo' | 'document';
  /** Bytes of the document, or of the photo's largest size, which it has when it goes as a file; where they are known. */
  readonly size?: number;
  /** SHA-256 of the text or caption, in hex. */
  readonly textHash: string;
}
