import type { FormattedText } from '../../messages/document/text.js';
import { join, plainText } from '../../messages/text/edit.js';
import type { Copyable } from '../../messages/tl/content.js';

/** What has to be said about media that isn't quite the original: a quiz that lost its answer. */
export function noteOf(content: Copyable): string | undefined {
  return content.kind === 'planned' && content.plan.kind === 'poll' ? content.plan.note : undefined;
}

export function withNote({ text, entities }: FormattedText, note: string): FormattedText {
  return join([plainText(note), { text, entities }], '\n\n');
}
