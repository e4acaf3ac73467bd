import { layOutFields } from '../../../lib/exchange/desktop/json.js';
import { desktopMessage } from '../../../lib/exchange/desktop/message.js';
import type { DesktopScene } from '../../../lib/exchange/desktop/scene.js';
import { localTime } from '../../../lib/exchange/local-time.js';
import type { PeerName } from '../../../lib/exchange/names.js';
import type { MessageDocument } from '../../../lib/messages/document/document.js';

export const SELF = 1000;
export const ANN = 42;
export const BOB = 43;
export const BOT = 44;
export const CHANNEL = -1000000000009;

const NAMES: ReadonlyMap<number, PeerName> = new Map([
  [SELF, { name: 'Me Myself' }],
  [ANN, { name: 'Ann Lee', username: 'ann' }],
  [BOB, { name: 'Bob' }],
  [BOT, { name: 'A Bot', username: 'abot' }],
  [CHANNEL, { name: 'News', username: 'news' }],
]);

/** A scene in which Ann, Bob, a bot and a channel have names, and each file lies where its id says. */
export function desktopScene(fields: Partial<DesktopScene> = {}): DesktopScene {
  return {
    names: { of: (peer) => NAMES.get(peer) },
    time: localTime('UTC'),
    files: {
      at: (id) => `files/${id}`,
      thumbAt: (id) => `files/${id}_thumb.jpg`,
      vcard: 'contacts/contact_1.vcard',
    },
    self: SELF,
    shift: 0,
    strict: false,
    ...fields,
  };
}

/** A message as it stands in result.json. */
export function written(document: MessageDocument, fields: Partial<DesktopScene> = {}): string {
  return layOutFields(desktopMessage(document, desktopScene(fields)), 0);
}

/** The same without white space: keys in their order. */
export function compact(document: MessageDocument, fields: Partial<DesktopScene> = {}): string {
  return JSON.stringify(JSON.parse(written(document, fields)));
}
