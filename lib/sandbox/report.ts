import type { FileStore } from './files/file-store.js';
import type { UploadReport } from './files/uploads.js';
import type { SandboxServer } from './server.js';
import type { SandboxWeather, WeatherReport } from './weather/weather.js';
import { heldMessages } from './world/box.js';
import type { Message } from './world/message.js';
import type { PeerId } from './world/peer-id.js';
import type { World } from './world/world.js';

/** One message that somebody sent. */
export interface SentReport {
  readonly id: number;
  readonly from: number;
  /** Unix time in seconds. */
  readonly date: number;
  readonly kind: string;
  readonly text: string;
  readonly topicId: number | undefined;
  readonly fileId: bigint | undefined;
  readonly groupedId: bigint | undefined;
}

/** The whole state at one moment, for a test to look at. */
export interface SandboxReport {
  readonly seed: string;
  /** By chat, oldest first; private messages under the id of the account that received them. */
  readonly sent: ReadonlyMap<PeerId, readonly SentReport[]>;
  /** Requests by method, and faults by kind. */
  readonly weather: WeatherReport;
  /** How often each part came, and how many were under way at once. */
  readonly uploads: readonly UploadReport[];
  readonly uploadsInFlight: number;
  readonly uploadsInFlightPeak: number;
  readonly downloadsInFlight: number;
  readonly downloadsInFlightPeak: number;
  readonly connections: { readonly open: number; readonly accepted: number };
}

export function makeReport(
  world: World,
  files: FileStore,
  weather: SandboxWeather,
  server: SandboxServer,
): SandboxReport {
  return {
    seed: weather.seed,
    sent: sentByChat(world),
    weather: weather.report(),
    uploads: files.uploads.report(),
    uploadsInFlight: files.uploads.inFlight.now,
    uploadsInFlightPeak: files.uploads.inFlight.peak,
    downloadsInFlight: files.downloads.now,
    downloadsInFlightPeak: files.downloads.peak,
    connections: { open: server.connections.open, accepted: server.connections.accepted },
  };
}

/** Each message once, without those of a past, though users and basic groups have a copy in each member's box. */
function sentByChat(world: World): Map<PeerId, SentReport[]> {
  const byChat = new Map<PeerId, SentReport[]>();
  for (const { box } of world.state.chats.values()) {
    for (const message of box ? heldMessages(box) : []) note(byChat, message);
  }
  for (const account of world.state.accounts.values()) {
    for (const message of account.box.messages) if (message.sender === account.id) note(byChat, message);
  }
  return byChat;
}

function note(byChat: Map<PeerId, SentReport[]>, message: Message): void {
  const { id, sender, date, text, topicId, media, action, groupedId, peer } = message;
  const sent: SentReport = {
    id,
    from: sender,
    date,
    kind: action ? `action:${action.kind}` : (media?.kind ?? 'text'),
    text,
    topicId,
    fileId: media && 'fileId' in media ? media.fileId : undefined,
    groupedId,
  };
  const list = byChat.get(peer);
  if (list) list.push(sent);
  else byChat.set(peer, [sent]);
}
