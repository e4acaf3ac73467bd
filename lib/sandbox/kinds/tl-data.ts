import { Api } from 'telegram/tl/index.js';
import { fromLong, type Long, toLong } from '../tl.js';
import type { Entity } from '../world/entity.js';
import { channelPeer, groupPeer, type PeerId } from '../world/peer-id.js';
import type { TlData, TlValue } from '../world/tl-data.js';
import type { Showing } from './kind.js';

/** The object itself, as somebody sees it. */
// biome-ignore lint/suspicious/noExplicitAny: the name decides the type, and each use knows it
export function tlOf(scene: Showing, data: TlData): any {
  const { _: name, ...fields } = data;
  switch (name) {
    case 'peer':
      return scene.peer(fields['id'] as PeerId);
    case 'photo':
      return scene.photo(fields['fileId'] as bigint);
    case 'document':
      return scene.document(fields['fileId'] as bigint);
    case 'styled':
      return new Api.TextWithEntities({
        text: fields['text'] as string,
        entities: scene.entities(fields['entities'] as readonly Entity[]),
      });
    default:
      return create(name, tlFields(scene, fields));
  }
}

/** An object of TL as plain data. */
export function dataOf(object: object): TlData {
  const { className, originalArgs } = object as { className: string; originalArgs: Record<string, unknown> };
  const fields = Object.entries(originalArgs).flatMap(([field, value]) =>
    value === undefined || value === null ? [] : [[field, plainValue(value)] as const],
  );
  return { _: className, ...Object.fromEntries(fields) };
}

function plainValue(value: unknown): TlValue {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value as TlValue;
  return 'className' in value ? dataOf(value) : fromLong(value as Long);
}

/** The fields of TL that hold the bare ids of users, chats or channels, in whatever constructor. */
const BARE: Readonly<Record<string, (id: number) => PeerId>> = {
  userId: (id) => id,
  users: (id) => id,
  winners: (id) => id,
  inviterId: (id) => id,
  newCreatorId: (id) => id,
  autoSettingFrom: (id) => id,
  botId: (id) => id,
  viaBotId: (id) => id,
  viaBusinessBotId: (id) => id,
  channelId: channelPeer,
  channels: channelPeer,
  chatId: groupPeer,
};

/** Everybody whom the data names: an answer has to describe them. */
export function peersOf(value: unknown): PeerId[] {
  if (Array.isArray(value)) return value.flatMap(peersOf);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  if ((value as TlData)._ === 'peer') return [(value as TlData)['id'] as PeerId];
  return Object.entries(value).flatMap(([field, content]) => {
    const mark = BARE[field];
    const ids = mark ? [content].flat().filter((id) => typeof id === 'bigint' || typeof id === 'number') : [];
    return mark && ids.length > 0 ? ids.map((id) => mark(Number(id))) : peersOf(content);
  });
}

/** The fields of an object, as somebody sees them. */
export function tlFields(scene: Showing, fields: Readonly<Record<string, TlValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, mapValue(scene, value)]));
}

function mapValue(scene: Showing, value: unknown): unknown {
  if (typeof value === 'bigint') return toLong(value);
  if (Array.isArray(value)) return value.map((item) => mapValue(scene, item));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return tlOf(scene, value as TlData);
}

function create(name: string, fields: Record<string, unknown>): object {
  const Class = name
    .split('.')
    .reduce<unknown>((space, part) => (space as Record<string, unknown> | undefined)?.[part], Api);
  if (typeof Class !== 'function') throw new Error(`TL has no constructor ${name}.`);
  return new (Class as new (fields: unknown) => object)(fields);
}
