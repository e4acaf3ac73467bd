import { Api } from 'telegram/tl/index.js';
import type { Reduction } from '../messages/losses.js';
import type { Copyable } from '../messages/tl/content.js';
import { contentAt } from '../messages/tl/spots.js';
import { carryContent, type Media } from './carry-content.js';
import type { CarryOptions, CarryRun } from './carry-media.js';
import { verdictOf } from './verdicts.js';

/** A message whose files have been carried over, apart from the ones behind its first. */
export interface CarriedFirst extends Media {
  /** It may begin with a later one of its photos and videos. */
  readonly content: Copyable;
  readonly lost: readonly Reduction[];
}

/**
 * Carries over the files of a message, apart from the ones behind its first in an album. When the first can't be carried
 * over, or Telegram accepts it only as a file, the next one takes its place. Throws what was wrong with the first when
 * that is so of all of them.
 */
export async function carryFirst(
  run: CarryRun,
  content: Copyable,
  options: CarryOptions,
): Promise<CarriedFirst> {
  const rest = withoutFirst(content);
  if (!rest) return { content, lost: [], ...(await carryContent(run, content, options)) };
  const optionsInAlbum = { ...options, albumBefore: Promise.resolve() };
  let media: Media | undefined;
  let refusal: unknown;
  try {
    media = await carryContent(run, content, optionsInAlbum);
    if (!media.carried?.isPhotoAsFile) return { content, lost: [], ...media };
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) !== 'message') throw error;
    refusal = error;
  }
  try {
    const next = await carryFirst(run, rest, options);
    return { ...next, lost: ['album', ...next.lost] };
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) !== 'message') throw error;
    if (!media) throw refusal;
    const { more: _, ...alone } = content;
    return { content: alone, lost: ['album'], ...media };
  }
}

function withoutFirst({ message, more = [], caption, losses, spots }: Copyable): Copyable | undefined {
  const [spot, ...rest] = more;
  const item = spot !== undefined && message instanceof Api.Message ? contentAt(message, spot) : undefined;
  if (!item || spot === undefined) return undefined;
  return { ...item, spot, more: rest, ...(caption && { caption }), losses, spots };
}
