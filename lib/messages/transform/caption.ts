import type { PostDocument } from '../document/document.js';
import { isStored } from '../document/file.js';
import type { FormattedText } from '../document/text.js';
import { plainText, trim } from '../text/edit.js';
import { ATTRIBUTION_FIELDS, attributionValues, type Surroundings } from './attribution.js';
import type { Template } from './template.js';

export const CAPTION_FIELDS = ['caption', 'id', 'file', ...ATTRIBUTION_FIELDS] as const;
export type CaptionField = (typeof CAPTION_FIELDS)[number];

/** The caption of a message with media, by a template; undefined for a message without media. */
export function captionBy(
  template: Template<CaptionField>,
  document: PostDocument,
  surroundings: Surroundings,
): FormattedText | undefined {
  const { id, media, text, entities } = document;
  if (!media || media.kind === 'web_page') return undefined;
  const file = fileName(media);
  return trim(
    template.fill({
      ...attributionValues(document, surroundings),
      caption: { text, entities },
      id: plainText(String(id)),
      ...(file !== undefined && { file: plainText(file) }),
    }),
  );
}

function fileName(media: NonNullable<PostDocument['media']>): string | undefined {
  const file = 'file' in media ? media.file : undefined;
  return isStored(file) ? file.reference.name : undefined;
}
