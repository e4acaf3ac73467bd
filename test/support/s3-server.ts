import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** What a relay does with one request: cuts it after the given number of bytes of its body, or of its answer, loses the whole answer, or refuses it. */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'cut-answer'; readonly after: number }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'refuse'; readonly status: number };

/** moto's S3 server, with a relay before it that can cut and refuse. */
export class S3Server {
  readonly endpoint: string;
  /** Requests as `METHOD /path?query`, in order. */
  readonly requests: string[] = [];
  /** Called for each request. */
  fault: (line: string) => Fault | undefined = () => undefined;
  readonly #moto: ChildProcess;
  readonly #relay: Server;

  private constructor(moto: ChildProcess, relay: Server) {
    this.#moto = moto;
    this.#relay = relay;
    this.endpoint = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  }

  /** Undefined when moto isn't installed. */
  static async start(): Promise<S3Server | undefined> {
    const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const port = await portOf(moto);
    if (port === undefined) return undefined;
    const relay = createServer((from, to) => server.#pass(port, from, to));
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const server: S3Server = new S3Server(moto, relay);
    return server;
  }

  async close(): Promise<void> {
    this.#relay.closeAllConnections();
    await new Promise((resolve) => this.#relay.close(resolve));
    this.#moto.kill('SIGKILL');
  }

  #pass(port: number, from: IncomingMessage, to: ServerResponse): void {
    const line = `${from.method} ${from.url}`;
    this.requests.push(line);
    const fault = this.fault(line);
    if (fault?.kind === 'refuse') {
      from.resume().on('end', () => to.writeHead(fault.status).end());
      return;
    }
    // The server checks the signature against the address that the client knows.
    const passed = request({
      host: '127.0.0.1',
      port,
      method: from.method,
      path: from.url,
      headers: from.headers,
    });
    const cut = (): void => {
      passed.destroy();
      from.socket.destroy();
    };
    passed.on('error', cut).on('response', (answer) => {
      if (fault?.kind === 'lose-answer') {
        answer.resume().on('end', cut);
        return;
      }
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault?.kind === 'cut-answer') cutAfter(answer, fault.after, cut);
      answer.on('error', cut).pipe(to);
    });
    if (fault?.kind === 'cut') cutAfter(from, fault.after, cut);
    from.pipe(passed);
  }
}

function cutAfter(stream: IncomingMessage, after: number, cut: () => void): void {
  let seen = 0;
  stream.on('data', (bytes: Buffer) => {
    seen += bytes.byteLength;
    if (seen >= after) setImmediate(cut);
  });
}

async function portOf(moto: ChildProcess): Promise<number | undefined> {
  const isMissing = new Promise<undefined>((resolve) => {
    moto.once('error', () => resolve(undefined));
    moto.once('exit', () => resolve(undefined));
  });
  const found = new Promise<number>((resolve) => {
    if (!moto.stderr) return;
    createInterface(moto.stderr).on('line', (line) => {
      const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  return Promise.race([found, isMissing]);
}
