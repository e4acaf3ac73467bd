import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RunningS3, type S3Program, startS3 } from './s3-program.js';

/**
 * What a relay does with one request: cuts it after the given number of bytes of its body, or of its answer, loses the whole answer, or
 * refuses it.
 */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'cut-answer'; readonly after: number }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refuse'; readonly status: number; readonly code?: string };

/** An S3 server, with a relay before it that can cut and refuse. */
export class S3Server {
  readonly endpoint: string;
  /** Requests as `METHOD /path?query`, in order. */
  readonly requests: string[] = [];
  /** Called for each request. */
  fault: (line: string) => Fault | undefined = () => undefined;
  readonly #program: RunningS3;
  readonly #relay: Server;

  private constructor(program: RunningS3, relay: Server) {
    this.#program = program;
    this.#relay = relay;
    this.endpoint = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  }

  /** Undefined when the program isn't installed. */
  static async start(kind: S3Program): Promise<S3Server | undefined> {
    const program = await startS3(kind);
    if (!program) return undefined;
    const relay = createServer((from, to) => server.#pass(program.port, from, to));
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const server: S3Server = new S3Server(program, relay);
    return server;
  }

  /** How many connections are open to it. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#relay.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    this.#relay.closeAllConnections();
    await new Promise((resolve) => this.#relay.close(resolve));
    await this.#program.stop();
  }

  #pass(port: number, from: IncomingMessage, to: ServerResponse): void {
    const line = `${from.method} ${from.url}`;
    this.requests.push(line);
    const fault = this.fault(line);
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'refuse') {
      const body = fault.code === undefined ? '' : `<Error><Code>${fault.code}</Code></Error>`;
      from.resume().on('end', () => to.writeHead(fault.status).end(body));
      return;
    }
    if (fault?.kind === 'cut' && fault.after === 0) {
      from.socket.destroy();
      return;
    }
    this.#forward({ port, fault }, from, to);
  }

  #forward(
    { port, fault }: { readonly port: number; readonly fault: Fault | undefined },
    from: IncomingMessage,
    to: ServerResponse,
  ): void {
    // The server checks the signature against the address that the client knows.
    const { method, url: path, headers } = from;
    const passed = request({ host: '127.0.0.1', port, method, path, headers });
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
