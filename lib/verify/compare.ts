import type { PostDocument } from '../messages/document/document.js';
import type { Media } from '../messages/document/media.js';
import type { Difference } from './differences.js';
import { media } from './rules/media.js';
import { POST } from './rules/post.js';
import { compareFields } from './rules/rule.js';

/**
 * Everything in which a copy differs from its original by itself, apart from its text: not its place, its topic and what
 * it answers.
 */
export function compareMessages(source: PostDocument, copy: PostDocument): Difference[] {
  const found: Difference[] = [];
  const [shown, other] = [shownMedia(source), shownMedia(copy)];
  // Telegram shows a preview as soon as it has found the page.
  const isPending = [source, copy].some((each) => isPreview(each) && each.media.page.kind === 'pending');
  if (!(isPending && [source, copy].every((each) => !each.media || isPreview(each))))
    media.compare(shown, other, { path: 'media', found });
  compareFields(POST, source, copy, { path: '', found });
  return found;
}

type WithPreview = PostDocument & { readonly media: Extract<Media, { kind: 'web_page' }> };

function isPreview(post: PostDocument): post is WithPreview {
  return post.media?.kind === 'web_page';
}

/** A preview for which Telegram found no page isn't shown. */
function shownMedia({ media: held }: PostDocument): Media | undefined {
  return held?.kind === 'web_page' && held.page.kind !== 'page' ? undefined : held;
}
