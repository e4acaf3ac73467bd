/**
 * How a copy may differ from its original, each kind with a sentence for people. The names are stable: reports count
 * them, machines read them.
 */
export const DIFFERENCES = {
  missing: 'A message of the source has no copy.',
  waiting: 'A message of the source is newer than the last run, which the next run copies.',
  extra: 'A message of the target is the copy of nothing.',
  twice: 'A message of the target repeats the copy of another message.',
  order: 'A copy stands before or after the copies that it should stand between.',
  topic: 'A copy stands in another topic than its original.',
  reply: 'A copy answers another message than its original, or none.',
  album: 'Items of one album are not one album in the target, or strangers are in it.',
  kind: 'A copy is another kind of message.',
  text: 'The text or caption differs.',
  entities: 'The formatting of the text differs.',
  attributes: 'A detail of its file, poll, place and so on differs: a name, a type, a duration.',
  size: 'Its file has another number of bytes.',
  flags: 'It is silent, pinned, or shown above its media in one of the chats only.',
  preview: 'The link preview is missing, is one too many, leads elsewhere or is laid out differently.',
  buttons: 'The buttons differ.',
  bytes: 'The files have different bytes, by their SHA-256.',
  picture: 'The photos show different pictures.',
  unreadable: 'A file could not be read to the end, so nobody knows whether its bytes are the same.',
} as const satisfies Record<string, string>;

export type DifferenceKind = keyof typeof DIFFERENCES;

/** One difference between a message and its copy. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** The field of the document, such as `media.file.audio.duration`; absent when the whole message is meant. */
  readonly field?: string;
  /** What each side has there; absent when it has nothing. */
  readonly source?: unknown;
  readonly copy?: unknown;
}
