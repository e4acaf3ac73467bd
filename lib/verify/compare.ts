import type { PostDocument } from '../messages/document/document.js';
import type { Media } from '../messages/document/media.js';
import type { Difference } from './differences.js';
import { media } from './rules/media.js';
import { POST } from './rules/post.js';
import { compareFields } from './rules/rule.js';
import { compareText } from './text.js';

/** Everything in which a copy differs from its original by itself: not its place, its topic and what it answers. */
export function compareMessages(source: PostDocument, copy: PostDocument): Difference[] {
  const found = compareText(source, copy);
  media.compare(shownMedia(source), shownMedia(copy), { path: 'media', found });
  compareFields(POST, source, copy, { path: '', found });
  return found;
}

/** A preview for which Telegram found no page isn't shown. */
function shownMedia({ media: held }: PostDocument): Media | undefined {
  return held?.kind === 'web_page' && held.page.kind !== 'page' ? undefined : held;
}
