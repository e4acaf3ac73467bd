import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
  /** How long nothing may come or go, in ms. */
  readonly silenceMs: number;
}

/** A connection on which nothing happened for too long. */
class Silence extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * One server's connections. They are Node's own and not `fetch`, which copies a body twice, waits for minutes on a connection that has
 * died, and hides the answer of a server that refuses before it has read everything. Whoever makes it closes it.
 */
export class Exchange {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #isEncrypted: boolean;

  constructor(endpoint: string) {
    this.#isEncrypted = endpoint.startsWith('https:');
    // Idle connections keep no process alive.
    this.#agent = this.#isEncrypted
      ? new HttpsAgent({ keepAlive: true })
      : new HttpAgent({ keepAlive: true });
  }

  /**
   * Resolves with the head of the answer, whose body the caller reads to its end or destroys. Rejects with the signal's reason
   * when it aborts, and the body fails then, too.
   */
  send(
    { method, url, headers, body, silenceMs }: HttpRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const fail = (error: unknown): void => {
        // Whoever refuses a long request may close before it has read it.
        if (!isAnswered) reject(signal.aborted ? signal.reason : error);
      };
      if (signal.aborted) return fail(signal.reason);
      const send = this.#isEncrypted ? overHttps : overHttp;
      const length = body === undefined ? {} : { 'content-length': String(body.byteLength) };
      const sent = send(url, {
        method,
        agent: this.#agent,
        headers: { ...headers, ...length },
        timeout: silenceMs,
        signal,
      });
      sent.on('timeout', () => sent.destroy(new Silence('no answer came in time')));
      sent.on('error', fail).on('response', (answer) => {
        isAnswered = true;
        resolve(answer);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
