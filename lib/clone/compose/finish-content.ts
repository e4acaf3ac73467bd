import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';
import { withTexts } from '../../messages/recreate/texts-inside.js';
import { isBlank } from '../../messages/text/edit.js';
import type { Copyable } from '../../messages/tl/content.js';
import { fingerprintOf } from '../../messages/tl/fingerprint.js';
import { buttonUrlsIn, changedRich, textsIn, withBlocks } from '../../messages/tl/input/rich-change.js';
import { paragraphOf } from '../../messages/tl/input/rich-paragraph.js';
import { attributedOrigin, attributionLine } from '../../messages/transform/attribution.js';
import {
  type FindCopy,
  messageLinksIn,
  rewriteMessageLink,
  rewriteMessageLinks,
} from '../../messages/transform/links.js';
import type { Run } from '../run.js';
import type { Outgoing } from '../send-unit.js';
import { findCopies, linksBehind } from './copies-linked.js';
import { readPost } from './draft.js';
import { surroundingsOf } from './surroundings.js';

/**
 * A poll, a checklist or a rich message with its final words: links in it to messages of the source lead to their copies,
 * as far as these are there, and a rich message has its attribution. Anything else as it is.
 */
export async function finishContent(run: Run, item: Outgoing): Promise<Outgoing> {
  const { source, remade } = item;
  if (!remade) return item;
  const { findCopy, isLeft } = await findCopies(run, linksInside(source));
  const { content: followed, isKept } = linked(source, findCopy);
  const { content, isOrigin } = attributedRich(run, followed);
  const losses: Reduction[] = [
    ...(content === source ? [] : (['changed'] as const)),
    ...(isLeft || isKept ? (['source_link'] as const) : []),
  ];
  if (losses.length === 0) return item;
  const whole = withContent(run, item, content, losses);
  return isOrigin ? withoutHeader(whole) : whole;
}

/** A rich message with its attribution as its first or last paragraph; `isOrigin`: it says where it was forwarded from. */
function attributedRich(
  run: Run,
  content: Copyable,
): { readonly content: Copyable; readonly isOrigin?: boolean } {
  const { attribution } = run.text;
  const post = content.kind === 'rich' && attribution && readPost(run, content.message);
  if (content.kind !== 'rich' || !attribution || !post) return { content };
  const options = { ...surroundingsOf(run, post.id), ...attribution };
  const line = attributionLine(post, options);
  if (isBlank(line)) return { content };
  const { blocks } = content.rich;
  const own = paragraphOf(line);
  const rich = withBlocks(content.rich, attribution.place === 'header' ? [own, ...blocks] : [...blocks, own]);
  return { content: { ...content, rich }, isOrigin: attributedOrigin(post, options) !== undefined };
}

/** What is said of where it was forwarded from isn't lost. */
export function withoutHeader(item: Outgoing): Outgoing {
  const kept = (losses: readonly Reduction[]): readonly Reduction[] =>
    losses.filter((loss) => loss !== 'forward_header');
  return { ...item, reductions: kept(item.reductions), apartFromText: kept(item.apartFromText) };
}

/** The message with this in place of its content, which loses this as well. */
function withContent(
  run: Pick<Run, 'contents'>,
  item: Outgoing,
  source: Copyable,
  losses: readonly Reduction[],
): Outgoing {
  const add = (before: readonly Reduction[]): readonly Reduction[] => [
    ...before,
    ...losses.filter((loss) => !before.includes(loss)),
  ];
  const seen = fingerprintOf(source);
  run.contents.set(item.message.id, seen);
  return {
    ...item,
    ...(source !== item.source && item.remade?.(source)),
    source,
    content: seen,
    apartFromText: add(item.apartFromText),
    reductions: add(item.reductions),
  };
}

function linksInside(content: Copyable): ReturnType<typeof messageLinksIn> {
  if (content.kind === 'rich') {
    const { rich } = content;
    return [...textsIn(rich).flatMap(messageLinksIn), ...buttonUrlsIn(rich).flatMap(linksBehind)];
  }
  if (content.kind !== 'planned') return [];
  const links: ReturnType<typeof messageLinksIn> = [];
  withTexts(content.plan, (text) => {
    links.push(...messageLinksIn(text));
    return text;
  });
  return links;
}

/** `isKept`: a link stays as it was, since its text would become too long. */
function linked(
  content: Copyable,
  findCopy: FindCopy,
): { readonly content: Copyable; readonly isKept: boolean } {
  if (content.kind === 'rich') {
    const rich = changedRich(content.rich, {
      text: (text) => rewriteMessageLinks(text, findCopy),
      url: (url) => rewriteMessageLink(url, findCopy),
    });
    return { content: rich === content.rich ? content : { ...content, rich }, isKept: false };
  }
  if (content.kind !== 'planned') return { content, isKept: false };
  let [isChanged, isKept] = [false, false];
  const plan = withTexts(content.plan, <Text extends FormattedText>(text: Text, most: number): Text => {
    const now = rewriteMessageLinks(text, findCopy);
    if (now === text) return text;
    if (now.text.length > most && now.text.length > text.text.length) {
      isKept = true;
      return text;
    }
    isChanged = true;
    return { ...text, ...now };
  });
  return { content: isChanged ? { ...content, plan } : content, isKept };
}
