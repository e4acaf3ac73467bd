import { Api } from 'telegram/tl/index.js';
import type { Reduction } from '../messages/losses.js';
import type { Copyable } from '../messages/tl/content.js';
import { fingerprintOf } from '../messages/tl/fingerprint.js';
import { contentAt } from '../messages/tl/spots.js';
import { type CarryOptions, type CarryRun, carryMedia } from './carry-media.js';
import { itemRandomId } from './random-id.js';
import type { Run } from './run.js';
import type { Sendable } from './send-unit.js';
import { verdictOf } from './verdicts.js';

/**
 * Carries over the photos and videos that go behind the first one of a message, in one album with it, one after another,
 * and notes for the ledger what their copies look like. One that can't be carried over, or that Telegram accepts only as a
 * file, is left out.
 */
export async function carryItems(
  run: CarryRun & Pick<Run, 'items'>,
  content: Copyable,
  { wasTried, randomId }: Pick<CarryOptions, 'wasTried'> & { readonly randomId: bigint },
): Promise<{ readonly items: readonly Sendable[]; readonly lost: readonly Reduction[] }> {
  const { message, more = [] } = content;
  const items: Sendable[] = [];
  const lost: Reduction[] = [];
  if (!(message instanceof Api.Message)) return { items, lost };
  for (const spot of more) {
    const item = contentAt(message, spot);
    const carried = item && (await carriedOrLost(run, item, wasTried));
    if (!carried) {
      lost.push('album');
      continue;
    }
    items.push({
      message,
      content: fingerprintOf({ ...item, spot, spots: [], losses: [] }, ''),
      randomId: itemRandomId(randomId, items.length + 1),
      text: '',
      entities: [],
      silent: message.silent === true,
      invertMedia: false,
      noWebpage: true,
      reductions: [],
      carried,
    });
  }
  if (items.length > 0) {
    const noted = items.map((item) => ({ randomId: item.randomId, content: item.content }));
    run.items.set(message.id, noted);
  }
  return { items, lost };
}

async function carriedOrLost(
  run: CarryRun,
  item: Parameters<typeof carryMedia>[1],
  wasTried: boolean,
): Promise<Sendable['carried']> {
  try {
    const carried = await carryMedia(run, item, { wasTried, albumBefore: Promise.resolve() });
    return carried.isPhotoAsFile ? undefined : carried;
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) !== 'message') throw error;
    return undefined;
  }
}
