import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../../support/paths.js';

/** A proxy that others wrote, and how it is run on loopback. */
export interface RealProxy {
  readonly name: string;
  /** Its kind, in telepi's words. */
  readonly kind: 'SOCKS5 proxy' | 'HTTP proxy' | 'MTProxy';
  /** Programs, by name or path, without which it can't run. */
  readonly needs: readonly string[];
  /** TG_PROXY for it. */
  url(port: number): string;
  /**
   * TG_PROXY with a login or secret that it doesn't know, and the errors that may follow; undefined: it requires none.
   */
  readonly wrong?: { url(port: number): string; readonly codes: readonly string[] };
  command(place: ProxyPlace): { readonly argv: readonly string[]; readonly input?: string };
}

export interface ProxyPlace {
  /** For settings files. */
  readonly folder: string;
  readonly port: number;
  /** The ports of the DCs, DC 1's first. */
  readonly dcs: readonly number[];
  /** A web server for clients that an MTProxy doesn't know. */
  readonly mask?: number | undefined;
}

/** A proxy that runs. */
export interface RunningProxy {
  readonly port: number;
  /** Ends it as a power cut would; `start` brings it back at the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It keeps its connections, but neither reads nor writes. */
  freeze(): void;
}

/** Every proxy connects from here, so that a connection that bypasses it shows. */
export const PROXY_ADDRESS = '127.0.0.2';
/** For the proxies that require a login. */
export const USER = 'proxy-user';
export const PASSWORD = 'Proxy-Word 7f31%@:c2';
export const SECRET = '5e0c7a41b29d83f6a1c4e87d02b96f35';
const WRONG_SECRET = '00000000000000000000000000000001';
const DOMAIN = 'www.example.org';

const login = (password: string): string => `${USER}:${encodeURIComponent(password)}@`;
const python = join(repositoryRoot, '.interop/python/bin/python');

export const MICROSOCKS: RealProxy = {
  name: 'microsocks (SOCKS5, login)',
  kind: 'SOCKS5 proxy',
  needs: ['microsocks'],
  url: (port) => `socks5://${login(PASSWORD)}127.0.0.1:${port}`,
  wrong: { url: (port) => `socks5://${login('Wrong-Word')}127.0.0.1:${port}`, codes: ['PROXY_LOGIN'] },
  command: ({ port }) => ({
    argv: [
      'microsocks',
      '-i',
      '127.0.0.1',
      '-b',
      PROXY_ADDRESS,
      '-p',
      String(port),
      '-u',
      USER,
      '-P',
      PASSWORD,
    ],
  }),
};

export const DANTE: RealProxy = {
  name: 'Dante (SOCKS5, no login)',
  kind: 'SOCKS5 proxy',
  needs: ['danted'],
  url: (port) => `https://t.me/socks?server=127.0.0.1&port=${port}`,
  command({ folder, port }) {
    const path = join(folder, 'danted.conf');
    writeFileSync(
      path,
      [
        'logoutput: stderr',
        `internal: 127.0.0.1 port = ${port}`,
        `external: ${PROXY_ADDRESS}`,
        'clientmethod: none',
        'socksmethod: none',
        'user.unprivileged: nobody',
        'client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }',
        'socks block { from: 127.0.0.0/8 to: 127.0.0.0/8 port = 9 }',
        'socks pass { from: 127.0.0.0/8 to: 127.0.0.0/8 }',
      ].join('\n'),
    );
    return { argv: ['danted', '-f', path, '-p', join(folder, 'danted.pid')] };
  },
};

export const TINYPROXY: RealProxy = {
  name: 'tinyproxy (HTTP, login)',
  kind: 'HTTP proxy',
  needs: ['tinyproxy'],
  url: (port) => `http://${USER}:tiny-word@127.0.0.1:${port}`,
  wrong: { url: (port) => `http://${USER}:Wrong-Word@127.0.0.1:${port}`, codes: ['PROXY_LOGIN'] },
  command({ folder, port }) {
    const path = join(folder, 'tinyproxy.conf');
    const lines = [
      `Port ${port}`,
      'Listen 127.0.0.1',
      `Bind ${PROXY_ADDRESS}`,
      `BasicAuth ${USER} tiny-word`,
    ];
    writeFileSync(path, [...lines, 'Allow 127.0.0.1', 'LogLevel Error', ''].join('\n'));
    return { argv: ['tinyproxy', '-d', '-c', path] };
  },
};

/**
 * An unknown client is passed on to a web server; only a wrong secret is met with silence, which the proxy ends after 2
 * s.
 */
function mtProxy(cover: string, wrap: (secret: string) => string): RealProxy {
  const ofSecret = (secret: string) => (port: number) => `mtproxy://${wrap(secret)}@127.0.0.1:${port}`;
  return {
    name: `mtprotoproxy (MTProxy, ${cover})`,
    kind: 'MTProxy',
    needs: [python, join(python, '../mtprotoproxy.py')],
    url: ofSecret(SECRET),
    wrong: { url: ofSecret(WRONG_SECRET), codes: ['PROXY_REFUSED', 'PROXY_LOGIN'] },
    command: ({ port, dcs, mask = null }) => ({
      argv: [python, join(repositoryRoot, 'test/interop/python/mtproxy.py')],
      input: `${JSON.stringify({ port, dcs, mask, secret: SECRET, from: PROXY_ADDRESS })}\n`,
    }),
  };
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex');

const MTPROXY_PLAIN = mtProxy('a plain secret', (secret) => secret);
const MTPROXY_PADDED = mtProxy('dd', (secret) => `dd${secret}`);
export const MTPROXY_TLS = mtProxy('ee, in base64', (secret) =>
  Buffer.from(`ee${secret}${hexOf(DOMAIN)}`, 'hex').toString('base64url'),
);
export const REAL_PROXIES = [
  MICROSOCKS,
  DANTE,
  TINYPROXY,
  MTPROXY_PLAIN,
  MTPROXY_PADDED,
  MTPROXY_TLS,
] as const;

/** The programs that a proxy needs and that are missing. */
export function missingOf({ needs }: RealProxy): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const isThere = (path: string): boolean => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  };
  return needs.filter((need) =>
    need.includes('/') ? !isThere(need) : !folders.some((folder) => isThere(join(folder, need))),
  );
}

/** Runs a proxy until it is killed, which the test's end also does. */
export async function runProxy(
  proxy: RealProxy,
  place: Omit<ProxyPlace, 'port'>,
  t: { after(end: () => unknown): void },
): Promise<RunningProxy> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const running: RunningProxy = {
    port,
    async start() {
      const { argv, input = '' } = proxy.command({ ...place, port });
      const [command = '', ...args] = argv;
      const PATH = `${process.env['PATH']}${delimiter}/usr/sbin`;
      child = spawn(command, args, {
        stdio: ['pipe', 'ignore', 'pipe'],
        detached: true,
        env: { PATH, PYTHONDONTWRITEBYTECODE: '1' },
      });
      await untilListening(child, port, proxy.name, input);
    },
    async kill() {
      const ended = child;
      child = undefined;
      if (!ended?.pid) return;
      // With all its processes: Dante has many.
      process.kill(-ended.pid, 'SIGKILL');
      if (ended.exitCode === null && ended.signalCode === null) await once(ended, 'exit');
    },
    freeze() {
      if (child?.pid) process.kill(-child.pid, 'SIGSTOP');
    },
  };
  t.after(() => running.kill());
  await running.start();
  return running;
}

const START_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 50;

async function untilListening(child: ChildProcess, port: number, name: string, input: string): Promise<void> {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await accepts(port))) {
    const status = child.exitCode ?? child.signalCode;
    if (status !== null || performance.now() > deadline) {
      throw new Error(`${name} doesn't listen on ${port} (${status ?? 'it runs'}): ${errors}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
