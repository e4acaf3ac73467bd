import type { Clock } from '../base/clock.js';
import { UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import { chooseCrypto } from '../crypto/choose.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import { Dc } from './dc.js';
import { toLayer } from './layers/layers.js';
import { DhGroup } from './mtproto/dh.js';
import type { ExportedKey } from './mtproto/key-store.js';
import { loadServerKey } from './mtproto/rsa.js';
import type { Session } from './mtproto/session.js';
import type { MethodTable, UpdatePusher, Weather } from './rpc.js';
import { serialise } from './tl.js';

export interface SandboxServerOptions {
  /** The ids of the DCs, each on its own port. */
  readonly dcs: readonly number[];
  /** Their ports, in the same order; by default free ones below 32,768 are found. */
  readonly ports?: readonly number[];
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** The DC on which the accounts live: updates are pushed to its sessions. */
  readonly homeDc: number;
  readonly methods: MethodTable;
  readonly weather: Weather;
  /** Default: the fastest available. */
  readonly crypto?: MessageCrypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Default: a fresh 2048-bit RSA key. */
  readonly privateKeyPem?: string;
  /** Default: a new one. */
  readonly dhGroup?: DhGroup;
}

/** The part of the server that outlives a restart. Secret. */
export interface ServerState {
  readonly privateKeyPem: string;
  readonly keys: readonly ExportedKey[];
}

export interface SandboxServer extends UpdatePusher {
  /** The server's RSA key in the two forms that clients accept. */
  readonly publicKeyPem: string;
  readonly spkiPem: string;
  readonly dcs: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly connections: {
    /** Open now, over all DCs. */
    readonly open: number;
    /** Accepted since the start. */
    readonly accepted: number;
  };
  exportState(): ServerState;
  /** Takes over the auth keys of an earlier run. The RSA key is given to startServer. */
  importState(state: ServerState): void;
  /** Down: every connection closes at once, and new ones as soon as they are made. */
  setReachable(reachable: boolean): void;
  /** Closes every connection and port. */
  close(): Promise<void>;
}

/** Serves MTProto on each DC's port. Throws FailedError LISTEN_FAILED when a port is taken. */
export async function startServer(options: SandboxServerOptions): Promise<SandboxServer> {
  const { dcs: ids, host = '127.0.0.1', homeDc, ports = [], crypto = chooseCrypto() } = options;
  if (!ids.includes(homeDc)) throw new UsageError('HOME_DC', `The home DC ${homeDc} is not one of the DCs.`);
  const serverKey = await loadServerKey(options.privateKeyPem);
  const dhGroup = options.dhGroup ?? new DhGroup();
  const shared = { ...options, host, crypto, serverKey, dhGroup };
  let accepted = 0;
  const nextConnectionId = (): number => {
    accepted += 1;
    return accepted;
  };
  const dcs = ids.map((id, i) => new Dc({ ...shared, id, port: ports[i], nextConnectionId }));
  const close = async (): Promise<void> => {
    await Promise.all(dcs.map((dc) => dc.close()));
  };
  try {
    for (const dc of dcs) await dc.open();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    publicKeyPem: serverKey.publicKeyPem,
    spkiPem: serverKey.spkiPem,
    dcs: dcs.map(({ id, port }) => ({ id, host, port })),
    connections: {
      get open() {
        return dcs.reduce((sum, dc) => sum + dc.connectionCount, 0);
      },
      get accepted() {
        return accepted;
      },
    },
    push: (userId, updates, except, dcId = homeDc) => {
      const dc = dcs.find(({ id }) => id === dcId);
      if (!dc) return;
      pushTo(dc, ({ id, key }) => key.owner?.userId === userId && id !== except?.sessionId, updates);
    },
    pushToKey: (key, updates) => {
      for (const dc of dcs) pushTo(dc, (session) => session.key.owner?.id === key.id, updates);
    },
    exportState: () => ({
      privateKeyPem: serverKey.privateKeyPem,
      keys: dcs.flatMap((dc) => dc.keys.export()),
    }),
    importState: ({ keys }) => {
      for (const dc of dcs) dc.keys.import(keys.filter(({ dcId }) => dcId === dc.id));
    },
    setReachable: (reachable) => {
      for (const dc of dcs) dc.setReachable(reachable);
    },
    close,
  };
}

function pushTo(dc: Dc, isMeant: (session: Session) => boolean, updates: unknown): void {
  const bodies = new Map<number, Buffer[]>();
  for (const session of dc.sessions) {
    if (!session.wantsUpdates || !isMeant(session)) continue;
    const { layer } = session.key;
    const body = bodies.get(layer) ?? serialise(toLayer(updates, layer));
    bodies.set(layer, body);
    session.pushUpdates(body);
  }
}
