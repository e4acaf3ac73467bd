import { Api } from 'telegram/tl/index.js';
import { idInChat, isOlder } from '../base/source-ids.js';
import type { FilePlan } from '../ledger/job.js';
import type { Reduction } from '../messages/losses.js';
import type { PlannedMedia, Spot } from '../messages/recreate/plan.js';
import { type Content, type Copyable, isMedia, type RichContent } from '../messages/tl/content.js';
import { plannedInputMedia } from '../messages/tl/input/media.js';
import { peerSeenIn } from '../messages/tl/input/peer.js';
import { richInput, usersIn } from '../messages/tl/input/rich.js';
import { contentAt } from '../messages/tl/spots.js';
import type { Carried } from './carried.js';
import { CarriedParts } from './carried-parts.js';
import { type CarryOptions, type CarryRun, carryMedia, plannedFiles } from './carry-media.js';
import type { Run } from './run.js';
import { verdictOf } from './verdicts.js';

/** What a copy refers to in its request. */
export interface Media {
  /** Its files, if it has any. */
  readonly carried?: Carried;
  /** Media without a file: a place, a contact. */
  readonly media?: Api.TypeInputMedia;
  /** Makes the rich message that it is. */
  readonly rich?: () => Api.TypeInputRichMessage;
  /** The same of a poll, checklist or rich message with other words. */
  readonly remade?: (content: Copyable) => Omit<Media, 'remade'>;
}

/** Where all files of a message are that are carried over; undefined stands for its own photo or file. */
export function fileSpots(content: Copyable): readonly (Spot | undefined)[] {
  const own = isMedia(content) ? [content.spot] : [];
  return [...own, ...(content.more ?? []), ...content.spots];
}

/** Carries over the files of a message, apart from the ones behind its first in an album. */
export async function carryContent(run: CarryRun, content: Copyable, options: CarryOptions): Promise<Media> {
  if (content.kind === 'rich') return carryRich(run, content, options);
  if (content.kind !== 'planned' && !isMedia(content)) return {};
  const { parts, lost } = await carrySpots(run, content, options);
  if (isMedia(content)) {
    const main = await carryMedia(run, content, options);
    const clip = parts.get('clip');
    if (!clip && lost.length === 0) return { carried: main };
    return { carried: livePhoto(main, clip, lost) };
  }
  const made = (plan: PlannedMedia): Media => {
    const input = (): Api.TypeInputMedia =>
      plannedInputMedia(plan, {
        file: (spot) => parts.get(spot)?.input(),
        peer: (id) => peerNamed(run, id, content.message.id),
      });
    if (parts.size === 0 && lost.length === 0) return { media: input() };
    return { carried: new CarriedParts({ parts: [...parts.values()], input, lost: () => lost }) };
  };
  return { ...made(content.plan), remade: (other) => (other.kind === 'planned' ? made(other.plan) : {}) };
}

/** A rich message whose photos and files have been carried over: its blocks name the ones of the target. */
async function carryRich(
  run: CarryRun,
  content: Copyable & RichContent,
  options: CarryOptions,
): Promise<Media> {
  const { rich: original } = content;
  const { parts, lost } = await carrySpots(run, content, options);
  const users = new Map<string, Api.TypeInputUser>();
  for (const id of usersIn(original)) {
    const user = run.client.users.find(BigInt(id));
    if (user) users.set(id, user);
  }
  const carriedAs = (list: readonly { readonly id: unknown }[], id: string, kind: 'photo' | 'file') =>
    parts.get(`${kind}-${list.findIndex((file) => String(file.id) === id)}`)?.input();
  const made = (words: Api.RichMessage): Api.InputRichMessage =>
    richInput(words, {
      photo(id) {
        const media = carriedAs(original.photos, id, 'photo');
        return media instanceof Api.InputMediaPhoto ? media.id : undefined;
      },
      file(id) {
        const media = carriedAs(original.documents, id, 'file');
        return media instanceof Api.InputMediaDocument ? media.id : undefined;
      },
      user: (id) => users.get(id),
    });
  const mentions = Array<Reduction>(usersIn(original).size - users.size).fill('mention');
  const input = (): never => {
    throw new Error('A rich message does not go as media.');
  };
  return {
    rich: () => made(original),
    remade: (other) => (other.kind === 'rich' ? { rich: () => made(other.rich) } : {}),
    carried: new CarriedParts({ parts: [...parts.values()], input, lost: () => [...lost, ...mentions] }),
  };
}

/** Somebody whom a message names: as this account knows them, or else by the message itself. */
function peerNamed(run: CarryRun, id: number, messageId: number): Api.TypeInputPeer {
  const user = id > 0 ? run.client.users.find(BigInt(id)) : undefined;
  if (user) return new Api.InputPeerUser(user);
  return peerSeenIn(id, chatOf(run, messageId), idInChat(messageId));
}

/** The chat in which a message stands: the source, or the basic group that it used to be. */
function chatOf({ source }: Pick<Run, 'source'>, messageId: number): Api.TypeInputPeer {
  return (isOlder(messageId) && source.former?.peer) || source.peer;
}

/** A photo and the clip that is shown when it is pressed. The clip is lost when the photo goes as a file. */
function livePhoto(main: Carried, clip: Carried | undefined, lost: readonly Reduction[]): Carried {
  const input = (): Api.TypeInputMedia => {
    const photo = main.input();
    const video = clip?.input();
    if (!(video instanceof Api.InputMediaDocument)) return photo;
    if (photo instanceof Api.InputMediaUploadedPhoto || photo instanceof Api.InputMediaPhoto) {
      photo.livePhoto = true;
      photo.video = video.id;
    }
    return photo;
  };
  const parts = clip ? [clip, main] : [main];
  return new CarriedParts({ parts, main, input, lost: () => (main.isPhotoAsFile ? ['live_photo'] : lost) });
}

/** How the uploads of a message's files are planned, as far as this account may upload them. */
export function plannedUploads(run: Pick<Run, 'random' | 'limits'>, content: Content): FilePlan[] {
  if (content.kind === 'skip' || content.kind === 'written') return [];
  return plannedFiles(run, content.message, fileSpots(content));
}

/**
 * Carries over the further files of a message, one after another. Requests name them as the server's own files, since
 * none accepts several uploads. One that can't be carried over is left out.
 */
async function carrySpots(
  run: CarryRun,
  { message, spots }: Copyable,
  { wasTried }: CarryOptions,
): Promise<{ readonly parts: ReadonlyMap<Spot, Carried>; readonly lost: readonly Reduction[] }> {
  const parts = new Map<Spot, Carried>();
  const lost: Reduction[] = [];
  for (const spot of spots) {
    const content = message instanceof Api.Message ? contentAt(message, spot) : undefined;
    try {
      if (content) {
        parts.set(spot, await carryMedia(run, content, { wasTried, albumBefore: Promise.resolve() }));
        continue;
      }
    } catch (error) {
      if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    }
    lost.push(lossOf(spot));
  }
  return { parts, lost };
}

function lossOf(spot: Spot): Reduction {
  if (spot === 'clip') return 'live_photo';
  return /^(?:photo|file)-/.test(spot) ? 'rich_media' : 'poll_media';
}
