import type { PostDocument } from '../messages/document/document.js';
import type { Reduction } from '../messages/losses.js';
import { isForeign } from './place.js';

/** A loss that explains these differences of one message, though nobody recorded it. */
export interface Presumed {
  readonly loss: Reduction;
  /** As in `Excuse`. */
  readonly fields: readonly string[];
}

const TEXT_AND_MEDIA = ['text', 'entities', 'media', 'kind', 'richMessage'];
/** Kinds of which a text may take the place, be it a card or what they said. */
const MAY_BE_TEXT: ReadonlySet<string | undefined> = new Set(['story', 'checklist', 'paid_media', 'poll']);

/** Whether a text may stand for a message that has no text of its own. */
export function mayBeText({ media, richMessage }: PostDocument): boolean {
  return richMessage !== undefined || MAY_BE_TEXT.has(media?.kind);
}

/**
 * What a copy may lack, judged by the two messages alone: what Telegram forbids or a forward loses, where the copy shows that
 * this is what happened. `answered`: the copy of the answered message.
 */
export function presumedOf(
  source: PostDocument,
  copy: PostDocument,
  answered: number | 'none' | 'unknown',
): Presumed[] {
  return [
    ...ofForward(copy),
    ...ofQuiz(source, copy),
    ...asText(source, copy),
    ...ofButtons(source, copy),
    ...ofReply(source, copy, answered),
  ];
}

/** Telegram forwards no replies, and of a bot's buttons the ones with a link at most. */
function ofForward({ forward, reply }: PostDocument): Presumed[] {
  if (!forward) return [];
  return [
    { loss: 'buttons', fields: ['markup'] },
    ...(reply ? [] : [{ loss: 'reply', fields: ['reply'] } as const]),
  ];
}

/** A quiz whose answer the account doesn't know becomes a plain poll, with a note. */
function ofQuiz({ media, text }: PostDocument, copy: PostDocument): Presumed[] {
  if (media?.kind !== 'poll' || copy.media?.kind !== 'poll' || !media.quiz || copy.media.quiz) return [];
  if (media.results.answers?.some(({ correct }) => correct)) return [];
  const hasNote = copy.text !== '' && copy.text.includes(text);
  return [{ loss: 'quiz_answer', fields: ['media.quiz', 'media.results', ...(hasNote ? ['text'] : [])] }];
}

/** A card, or the words of a checklist or a rich message, in place of it. */
function asText(source: PostDocument, copy: PostDocument): Presumed[] {
  const { media, richMessage } = source;
  if (richMessage && !copy.richMessage) {
    const [first = ''] = wordsIn(richMessage);
    return copy.text.includes(first.trim()) ? [{ loss: 'rich_layout', fields: TEXT_AND_MEDIA }] : [];
  }
  if (copy.media) return [];
  if (media?.kind === 'checklist') {
    const lines = [media.title, ...media.tasks];
    const isWhole = lines.every(({ text }) => copy.text.includes(text));
    return isWhole ? [{ loss: 'checklist_as_text', fields: TEXT_AND_MEDIA }] : [];
  }
  const isCard = MAY_BE_TEXT.has(media?.kind) && /^\[[\s\S]+\]/.test(copy.text);
  return isCard ? [{ loss: 'card', fields: [...TEXT_AND_MEDIA, 'attributes'] }] : [];
}

/** Every text of a rich message, in order. */
function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { kind, text } = value as { readonly kind?: unknown; readonly text?: unknown };
  if (kind === 'plain' && typeof text === 'string') return text.trim() === '' ? [] : [text];
  return Object.values(value).flatMap(wordsIn);
}

/** Buttons that open an address become lines below the text. */
function ofButtons({ markup, text }: PostDocument, copy: PostDocument): Presumed[] {
  if (markup?.kind !== 'inline' || copy.text === text || !copy.text.startsWith(text)) return [];
  const labels = new Set(markup.rows.flat().map((button) => button.text.trim()));
  const lines = copy.text
    .slice(text.length)
    .split('\n')
    .map((line) => line.trim());
  const isOfButtons = lines.every((line) => line === '' || labels.has(line));
  return isOfButtons ? [{ loss: 'buttons', fields: ['markup', 'text', 'entities.text_link'] }] : [];
}

/** What is answered elsewhere, or has no copy, is quoted or named above the text. */
function ofReply(
  source: PostDocument,
  copy: PostDocument,
  answered: number | 'none' | 'unknown',
): Presumed[] {
  if (!source.reply || copy.reply || !(answered === 'none' || isForeign(source))) return [];
  const isQuoted = copy.text !== source.text && copy.text.endsWith(source.text);
  const added = ['text', 'entities.blockquote', 'entities.bold', 'entities.text_link'];
  return [{ loss: 'reply', fields: ['reply', ...(isQuoted ? added : [])] }];
}
