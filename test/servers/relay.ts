import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** TCP between a client and a database server on loopback: it can be cut, and it can lose an answer. */
export class DatabaseRelay {
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #isMute = false;
  #left = Number.POSITIVE_INFINITY;
  #leftBeforeCut = Number.POSITIVE_INFINITY;
  #work: { left: number; readonly work: () => Promise<void> } | undefined;
  /** How many answers of the server came through, or would have. */
  answers = 0;

  private constructor(to: number) {
    this.#to = to;
  }

  static async start(to: number): Promise<DatabaseRelay> {
    const relay = new DatabaseRelay(to);
    await relay.restore();
    return relay;
  }

  get port(): number {
    return this.#port;
  }

  /** The answer after so many more never arrives: the server has done what it was asked, and the connection ends. */
  loseAnswerAfter(answers: number): void {
    this.#left = answers;
  }

  /** After so many more answers nothing listens any more: see cut. */
  cutAfter(answers: number): void {
    this.#leftBeforeCut = answers;
  }

  /** The answer after so many more is held until `work` is done. */
  after(answers: number, work: () => Promise<void>): void {
    this.#work = { left: answers, work };
  }

  /** From now on it accepts connections and passes nothing on. */
  mute(): void {
    this.#isMute = true;
  }

  /** Ends every connection; from now on nothing listens. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Listens again, on the same port, if it doesn't. */
  async restore(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true }, (near) => this.#accept(near));
    this.#server = server;
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (server.address() as { readonly port: number }).port;
  }

  #accept(near: Socket): void {
    const far = connect({ port: this.#to, host: '127.0.0.1', noDelay: true });
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    near.on('data', (chunk) => {
      if (!this.#isMute) far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (this.#isMute) return;
      this.answers += 1;
      if (this.#work) this.#work.left -= 1;
      if (this.#work && this.#work.left < 0) {
        const { work } = this.#work;
        this.#work = undefined;
        far.pause();
        void work().then(() => {
          near.write(chunk);
          far.resume();
        });
        return;
      }
      this.#left -= 1;
      this.#leftBeforeCut -= 1;
      if (this.#leftBeforeCut < 0) {
        this.#leftBeforeCut = Number.POSITIVE_INFINITY;
        void this.cut();
        return;
      }
      if (this.#left < 0) {
        this.#left = Number.POSITIVE_INFINITY;
        end();
      } else near.write(chunk);
    });
  }
}
