import { Api } from 'telegram/tl/index.js';
import { together } from '../base/together.js';
import { readCopiedPhoto, writeCopiedPhoto } from '../ledger/copied-photo.js';
import type { Reduction } from '../messages/losses.js';
import { photoFile } from '../messages/tl/files.js';
import { isRefused } from '../refusals/refused.js';
import type { Chat } from '../telegram/chat.js';
import { FileReference } from '../telegram/file-reference.js';
import { downloadParts } from '../telegram/iter-download.js';
import { type Profile, readProfile, setAbout, setPhoto, setTitle } from '../telegram/profile.js';
import { inputFile } from '../telegram/upload.js';
import { transferFile } from '../transfer/transfer.js';
import { askLedger } from './ask-ledger.js';
import type { Reporting, Run } from './run.js';
import type { ProfilePart } from './summary.js';

type ProfileRun = Reporting &
  Pick<
    Run,
    | 'client'
    | 'source'
    | 'target'
    | 'job'
    | 'interval'
    | 'rehearsal'
    | 'via'
    | 'withProfile'
    | 'onProfile'
    | 'uploader'
    | 'budget'
    | 'slots'
    | 'clock'
    | 'random'
    | 'signal'
  >;

/**
 * With `withProfile`, gives the target the source's title, description and photo, as far as they differ: at the beginning
 * of every run. Where this account may not do that, the part is counted as lost, and the run continues.
 */
export async function copyProfile(run: ProfileRun): Promise<void> {
  const { client, source, target, withProfile, signal } = run;
  if (!withProfile) return;
  const [from, to] = await together(signal, (linked) => [
    readProfile(client, source, linked),
    isMadeYet(target) ? readProfile(client, target, linked) : Promise.resolve(undefined),
  ]);
  if (to && from.title !== to.title) {
    await copyPart(run, 'title', () => setTitle(client, target, from.title, signal));
  }
  // A chat that --create-target makes begins with a description of TelePi's, and with the source's title.
  if (from.about !== to?.about) {
    await copyPart(run, 'about', () => setAbout(client, target, from.about, signal));
  }
  if (await hasOtherPhoto(run, from, to)) await copyPart(run, 'photo', () => copyPhoto(run, from));
  if (!run.rehearsal) await run.onProfile?.();
}

const LOSSES: Readonly<Record<ProfilePart, Reduction>> = {
  title: 'chat_title',
  about: 'chat_about',
  photo: 'chat_photo',
};

async function copyPart(run: ProfileRun, part: ProfilePart, work: () => Promise<void>): Promise<void> {
  const { target, interval, rehearsal, tally, onEvent, log, signal } = run;
  let refusal = target.canChangeInfo === false ? 'CHAT_ADMIN_REQUIRED' : undefined;
  if (refusal === undefined) {
    // Telegram posts a service message about a title and a photo.
    if (part !== 'about') await interval.turn(1, signal);
    await askLedger(run);
    try {
      if (!rehearsal) await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isRefused(error)) throw error;
      refusal = error.errorMessage;
    }
  }
  if (refusal === undefined) tally.profile(part);
  else tally.reduced(LOSSES[part]);
  onEvent({ kind: 'profile', part, ...(refusal !== undefined && { refusal }) });
  log.info('profile_copied', { part, refusal });
}

/** False for the target of a dry run that --create-target has still to make. */
function isMadeYet({ peer }: Pick<Chat, 'peer'>): boolean {
  return !(peer instanceof Api.InputPeerEmpty);
}

async function hasOtherPhoto({ job }: ProfileRun, from: Profile, to: Profile | undefined): Promise<boolean> {
  const [source, target] = [idOf(from.photo), idOf(to?.photo)];
  if (source === target) return false;
  if (source === undefined || target === undefined) return true;
  const copied = await readCopiedPhoto(job.path);
  return copied?.source !== source || copied.target !== target;
}

function idOf(photo: Api.Photo | undefined): string | undefined {
  return photo && String(photo.id);
}

async function copyPhoto(run: ProfileRun, { photo }: Profile): Promise<void> {
  const { client, target, job, signal } = run;
  if (!photo) {
    await setPhoto(client, target, new Api.InputChatPhotoEmpty(), signal);
    return;
  }
  if (!(await isSetByReference(run, photo))) {
    await setPhoto(client, target, await streamed(run, photo), signal);
  }
  const now = idOf((await readProfile(client, target, signal)).photo);
  if (now !== undefined) await writeCopiedPhoto(job.path, { source: String(photo.id), target: now });
}

async function isSetByReference(run: ProfileRun, photo: Api.Photo): Promise<boolean> {
  const { client, target, via, signal } = run;
  if (via !== 'reference' && via !== 'auto') return false;
  const { id, accessHash, fileReference } = photo;
  const named = new Api.InputChatPhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) });
  try {
    await setPhoto(client, target, named, signal);
    return true;
  } catch (error) {
    const isAboutPhoto = isRefused(error) && /PHOTO|FILE|MEDIA/.test(error.errorMessage);
    if (via === 'auto' && isAboutPhoto) return false;
    throw error;
  }
}

/** Carries its largest size over: a photo has only a few parts, so a run that is cut off begins it again. */
async function streamed(run: ProfileRun, photo: Api.Photo): Promise<Api.InputChatUploadedPhoto> {
  const { client, source, uploader, budget, slots, clock, random, signal } = run;
  const file = photoFile(photo);
  if (!file) return new Api.InputChatUploadedPhoto({});
  const { name, size, dcId, location } = file;
  const reference = new FileReference(location, async (whileReading) => {
    const { photo: fresh } = await readProfile(client, source, whileReading);
    return (fresh && photoFile(fresh)?.location) ?? location;
  });
  const uploaded = await transferFile({
    name,
    size,
    fileId: random.bytes(8).readBigInt64LE(),
    source: {
      open: (range, lease, whileReading) =>
        downloadParts(client, location, { ...range, dcId, size, reference, lease, signal: whileReading }),
    },
    uploader,
    budget,
    slots,
    clock,
    signal,
  });
  return new Api.InputChatUploadedPhoto({ file: inputFile(uploaded) });
}
