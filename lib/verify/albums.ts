import { ALBUM_SPAN } from './albums-of.js';
import type { Difference } from './differences.js';

/** A message, its copy if it has one, and the albums that they belong to. */
export interface AlbumMember {
  readonly sourceId: number;
  readonly targetId: number;
  readonly sourceAlbum?: string | undefined;
  readonly copyAlbum?: string | undefined;
  /** What the copy lacks, as the ledger has recorded it. */
  readonly losses?: readonly string[] | undefined;
}

/** A member of an album that is not whole in the target. */
export interface AlbumFault extends Pick<AlbumMember, 'sourceId' | 'targetId' | 'losses'> {
  readonly difference: Difference;
}

/** Checks that the items of an album are one album in the target, without strangers. */
export class AlbumCheck {
  #open: AlbumMember[] = [];

  /** Adds messages in the source's order, and settles the albums that are complete. */
  add(members: readonly AlbumMember[]): AlbumFault[] {
    this.#open.push(...members.filter((each) => each.sourceAlbum ?? each.copyAlbum));
    const newest = members.at(-1)?.sourceId ?? Number.NEGATIVE_INFINITY;
    return this.#settle((last) => newest - last >= ALBUM_SPAN);
  }

  finish(): AlbumFault[] {
    return this.#settle(() => true);
  }

  /** Members that share an album in either chat are looked at together. */
  #settle(isComplete: (lastId: number) => boolean): AlbumFault[] {
    const faults: AlbumFault[] = [];
    const left: AlbumMember[] = [];
    for (const group of connected(this.#open)) {
      if (isComplete(group.at(-1)?.sourceId ?? 0)) faults.push(...faultsOf(group));
      else left.push(...group);
    }
    this.#open = left.sort((one, other) => one.sourceId - other.sourceId);
    return faults;
  }
}

function connected(members: readonly AlbumMember[]): AlbumMember[][] {
  const groups: AlbumMember[][] = [];
  for (const member of members) {
    const near = groups.filter((group) => group.some((each) => shares(each, member)));
    const joined = [...near.flat(), member];
    for (const group of near) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups;
}

function shares(one: AlbumMember, other: AlbumMember): boolean {
  const inSource = one.sourceAlbum !== undefined && one.sourceAlbum === other.sourceAlbum;
  return inSource || (one.copyAlbum !== undefined && one.copyAlbum === other.copyAlbum);
}

/**
 * The largest part of an album that is together in the target stands for it, and the others are faults. An album of
 * which one item is left is a message of its own, on either side.
 */
function faultsOf(group: readonly AlbumMember[]): AlbumFault[] {
  const parts = new Map<string, AlbumMember[]>();
  for (const member of group) {
    const key = `${member.sourceAlbum ?? `alone ${member.sourceId}`} ${member.copyAlbum ?? `alone ${member.targetId}`}`;
    parts.set(key, [...(parts.get(key) ?? []), member]);
  }
  if (parts.size <= 1) return [...parts.values()].flatMap((part) => (isWhole(part) ? [] : faults(part)));
  const [, ...others] = [...parts.values()].sort((one, other) => other.length - one.length);
  return others.flatMap(faults);
}

function isWhole(part: readonly AlbumMember[]): boolean {
  const [first] = part;
  return part.length === 1 || (first?.sourceAlbum !== undefined && first.copyAlbum !== undefined);
}

function faults(part: readonly AlbumMember[]): AlbumFault[] {
  return part.map(({ sourceId, targetId, losses, sourceAlbum, copyAlbum }) => ({
    sourceId,
    targetId,
    losses,
    difference: {
      kind: 'album',
      field: 'album',
      ...(sourceAlbum !== undefined && { source: sourceAlbum }),
      ...(copyAlbum !== undefined && { copy: copyAlbum }),
    },
  }));
}
