import type { Transaction } from 'kysely';
import type { BroughtNote } from './brought-notes.js';
import { type Claimant, claimName, dropClaimsIn, takeClaimsIn } from './file-claims.js';
import { copiesOfMedia, type FileCopy } from './file-copies.js';
import type { StoreTables } from './schema.js';

/** A claim by whose right something is noted. */
export interface ClaimOfFile extends Claimant {
  readonly accountId: number;
  readonly mediaId: bigint;
}

/** That a file has come, noted by the right of its claim, which ends with it. */
export interface ClaimedNote extends BroughtNote {
  readonly claim: ClaimOfFile;
}

/**
 * Ends the claims of files that have come. Returns the names of the lost ones: another host has taken the claim since, or
 * has the file by now. The copy of such a one isn't noted as there, and whoever downloads the chat on this host next settles what
 * was announced.
 */
export async function endClaims(
  tx: Transaction<StoreTables>,
  notes: readonly ClaimedNote[],
  isLate: boolean,
): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  for (const own of byHolder(notes)) {
    const [first] = own;
    if (!first) continue;
    const { holder } = first.claim;
    const names = own.map(nameOf);
    // What is written later than it came may have been found by others in between.
    if ((await dropClaimsIn(tx, holder, names)) === names.length && !isLate) continue;
    const held = await takeClaimsIn(tx, first.claim, names, 0);
    for (const note of own) {
      const { accountId, mediaId } = note.claim;
      const known = await copiesOfMedia(tx, accountId, [mediaId]);
      const others = known.filter(({ state }) => state === 'there');
      // By an earlier attempt of this transaction, or by who found it there meanwhile.
      if (others.some((copy) => isPlaceOf(note, copy))) continue;
      if (!held.has(nameOf(note)) || others.length > 0) lost.add(nameOf(note));
    }
    await dropClaimsIn(tx, holder, names);
  }
  return lost;
}

export function nameOf({ claim }: Pick<ClaimedNote, 'claim'>): string {
  return claimName(claim.accountId, claim.mediaId);
}

function isPlaceOf({ copy }: ClaimedNote, other: FileCopy): boolean {
  return copy.host === other.host && copy.path === other.path && copy.sha256 === other.sha256;
}

function byHolder(notes: readonly ClaimedNote[]): Iterable<readonly ClaimedNote[]> {
  const groups = new Map<string, ClaimedNote[]>();
  for (const note of notes) {
    const group = groups.get(note.claim.holder);
    if (group) group.push(note);
    else groups.set(note.claim.holder, [note]);
  }
  return groups.values();
}
