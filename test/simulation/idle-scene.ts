import { Api } from 'telegram';
import { MIB } from '../../lib/base/bytes.js';
import type { MethodTable } from '../../lib/sandbox/rpc.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { SilentRelay } from '../support/silent-relay.js';
import type { Orders } from './idle-orders.js';
import { IdleProcess } from './idle-process.js';

/** A big file, so that its upload uses the methods for big files. Bytes. */
const FILE_BYTES = 12 * MIB + 345;
const CODE = '12345';
const PHONE = '99966210001';

/** SHA-256 of a file, and of its copy. */
export interface Carried {
  readonly due: string;
  readonly got: string;
}

/** A sandbox, a client in a process of its own, and a relay between them for each DC. */
export class IdleScene {
  readonly sandbox: Sandbox;
  readonly client = new IdleProcess();
  readonly #relays: readonly SilentRelay[];
  readonly #ben: Account;
  readonly #source: Chat;
  readonly #target: Chat;
  #files = 0;

  private constructor(sandbox: Sandbox, relays: readonly SilentRelay[]) {
    this.sandbox = sandbox;
    this.#relays = relays;
    const ann = sandbox.world.createUser({ phone: PHONE, code: CODE, firstName: 'Ann' });
    this.#ben = sandbox.world.createUser({ firstName: 'Ben' });
    const channel = (title: string): Chat =>
      sandbox.world.createChannel({ title, creator: ann.id, megagroup: true });
    this.#source = channel('Source');
    this.#target = channel('Target');
    sandbox.world.addMember(this.#source, this.#ben.id);
  }

  static async open(seed: string): Promise<IdleScene> {
    const ports = new Map<number, number>();
    const sandbox = await startSandbox({ seed, methods: (methods) => atPorts(methods, ports) });
    const relays: SilentRelay[] = [];
    for (const { id, port } of sandbox.dcs) {
      const relay = await SilentRelay.start(port);
      relays.push(relay);
      ports.set(id, relay.port);
    }
    const scene = new IdleScene(sandbox, relays);
    const port = ports.get(sandbox.server.dcId) ?? sandbox.server.port;
    await scene.client.ask('connect', { server: { ...sandbox.server, port }, phone: PHONE, code: CODE });
    return scene;
  }

  /** Totals over all connections. */
  get wire(): Pick<SilentRelay, 'accepted' | 'up' | 'down' | 'open' | 'heldDead' | 'live'> {
    const sum = (of: (relay: SilentRelay) => number): number =>
      this.#relays.reduce((total, relay) => total + of(relay), 0);
    return {
      accepted: sum(({ accepted }) => accepted),
      up: sum(({ up }) => up),
      down: sum(({ down }) => down),
      open: sum(({ open }) => open),
      heldDead: sum(({ heldDead }) => heldDead),
      live: sum(({ live }) => live),
    };
  }

  cut(): void {
    for (const relay of this.#relays) relay.cut({ later: false });
  }

  /** Somebody else writes into the client's chat. */
  post(text: string): void {
    this.sandbox.world.post({ chat: this.#source.id, from: this.#ben.id, text });
  }

  /** The client carries a file from the other DC. */
  async carry(): Promise<Carried> {
    const { files, world } = this.sandbox;
    const dcId = this.sandbox.dcs.at(-1)?.id ?? this.sandbox.server.dcId;
    const mimeType = 'application/octet-stream';
    const stored = files.add({ kind: 'document', mimeType, attributes: [], size: FILE_BYTES, dcId });
    const media = { kind: 'document', fileId: stored.id, spoiler: false } as const;
    const message = world.post({ chat: this.#source.id, from: this.#source.creator, text: '', media });
    this.#files += 1;
    const ask: Orders['carry']['ask'] = {
      source: this.#source.id,
      messageId: message.id,
      target: this.#target.id,
      fileId: String(this.#files),
    };
    const copyId = await this.client.ask('carry', ask);
    const copy = this.#target.box?.messages.find(({ id }) => id === copyId)?.media;
    const copied = copy && 'fileId' in copy ? files.get(copy.fileId) : undefined;
    return {
      due: (await files.sha256(stored)) ?? 'unknown',
      got: (copied && (await files.sha256(copied))) ?? 'no file',
    };
  }

  async close(): Promise<void> {
    this.client.kill();
    for (const relay of this.#relays) await relay.close();
    await this.sandbox.close();
  }
}

/** The sandbox's methods, with a list of DCs that leads to the relays. */
function atPorts(methods: MethodTable, ports: ReadonlyMap<number, number>): MethodTable {
  const getConfig = methods.get('help.GetConfig');
  if (!getConfig) throw new Error('The sandbox has no help.getConfig.');
  const relayed: typeof getConfig = async (request, caller) => {
    const config = await getConfig(request, caller);
    if (config instanceof Api.Config) {
      for (const option of config.dcOptions) option.port = ports.get(option.id) ?? option.port;
    }
    return config;
  };
  return new Map([...methods, ['help.GetConfig', relayed]]);
}
