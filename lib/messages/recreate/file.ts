import { type FileKind, isStored } from '../document/file.js';
import type { FileMedia, Media } from '../document/media.js';
import { cardForMissing, cardOr } from './card.js';
import type { Planner } from './planner.js';

/** A file is sent as it is. What deletes itself is never copied, and neither is its caption. */
export const planFile: Planner<FileKind> = ({ kind, file, selfDestructs }, post, means) => {
  const name = NAMES[kind];
  if (selfDestructs) {
    return cardOr(means, 'self_destructing', `${name} that deletes itself`, post, { ownText: false });
  }
  if (!isStored(file)) return cardForMissing(post, means, file, name);
  if (file.reference.size === 0) return cardOr(means, 'empty_file', `empty ${name}`, post);
  return { kind: 'file', losses: file.hasStickers ? ['attached_stickers'] : [] };
};

/** Whether it is a file, of which Telegram may have nothing left but the kind. */
export function isFile(media: Media): media is FileMedia {
  return media.kind in NAMES;
}

/** What people call them, in a card. */
const NAMES: Readonly<Record<FileKind, string>> = {
  video: 'video',
  round_video: 'round video message',
  animation: 'animation',
  audio: 'audio file',
  voice: 'voice message',
  sticker: 'sticker',
  custom_emoji: 'custom emoji',
  file: 'file',
};
