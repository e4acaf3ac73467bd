import { Api } from 'telegram/tl/index.js';
import type { FormattedText } from '../../messages/document/text.js';
import { sendable } from '../../messages/text/sendable.js';
import { richPageOf } from '../../messages/tl/document/rich-page.js';
import { formattedText } from '../../messages/tl/document/text.js';
import type { Run } from '../run.js';
import type { Outgoing } from '../send-unit.js';
import { notedText } from './noted-text.js';

/**
 * Notes the words of a rich message for the ledger when they aren't quite the source's, and returns the message, which has
 * to be noted again then. Anything else is returned as it is.
 */
export function withNotedRich(run: Pick<Run, 'texts' | 'rehearsal'>, item: Outgoing): Outgoing {
  const { source, reductions, carried } = item;
  const losses = [...reductions, ...(carried?.reductions ?? [])];
  if (source.kind !== 'rich' || !item.rich || run.rehearsal || losses.length === 0) return item;
  const rich = item.rich();
  if (!(rich instanceof Api.InputRichMessage)) return item;
  const { blocks, rightToLeft } = richPageOf({ ...rich, photos: [], documents: [] });
  const words = { blocks, ...(rightToLeft && { rightToLeft }) };
  run.texts.set(item.message.id, {
    text: notedText(captionOf(source), { losses: reductions, rich: words }),
    continuations: [],
  });
  return { ...item };
}

/** What is shown by apps that can't show the blocks. */
function captionOf({ message, caption }: Outgoing['source'] & { readonly kind: 'rich' }): FormattedText {
  return sendable(caption ?? formattedText(message.message ?? '', message.entities)).text;
}
