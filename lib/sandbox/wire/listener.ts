import { createServer, type Server, type Socket } from 'node:net';
import { FailedError } from '../../base/errors.js';
import type { Random } from '../../base/random.js';

export interface ListenOptions {
  readonly host: string;
  /** Undefined: finds a free one. */
  readonly port: number | undefined;
  readonly random: Random;
  readonly onConnection: (socket: Socket) => void;
}

/** StringSession holds a port in 16 signed bits, so none above 32,767 can be kept by a client. */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 200;

/** Listens on the given port, or on a free one below 32,768 that is found by trying. */
export async function listen({ host, port, random, onConnection }: ListenOptions): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const wanted = port ?? random.integer(LOWEST_PORT, HIGHEST_PORT);
    try {
      return await listenOn(host, wanted, onConnection);
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (taken && port === undefined && attempt < ATTEMPTS) continue;
      throw new FailedError(
        'LISTEN_FAILED',
        `The sandbox can't listen on ${host}:${wanted}: ${adviceFor(error)}.`,
        { cause: error, fields: { host, port: wanted } },
      );
    }
  }
}

/** What is in the way, and what to do: another port doesn't help if the host is wrong. */
function adviceFor(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there, so choose another port';
    case 'EACCES':
      return 'ports below 1024 need more rights, so choose a higher port';
    case 'EADDRNOTAVAIL':
      return 'no network interface of this machine has that address: choose an address that it has, such as 127.0.0.1';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return 'this machine cannot resolve the host: choose an address that it has, such as 127.0.0.1';
    default:
      return message;
  }
}

function listenOn(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection);
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
