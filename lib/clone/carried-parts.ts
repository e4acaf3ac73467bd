import type { Api } from 'telegram/tl/index.js';
import type { Reduction } from '../messages/losses.js';
import type { Carried } from './carried.js';

export interface PartsOptions {
  /** The files, in the order in which a refusal is put to them. */
  readonly parts: readonly Carried[];
  /** What stands for the message as a whole; such a message's photo may become a file. */
  readonly main?: Carried | undefined;
  /** Puts together what a send refers to. */
  readonly input: () => Api.TypeInputMedia;
  /** What is lost besides. */
  readonly lost?: () => readonly Reduction[];
}

/** Several files of one message, such as the media of a poll and its answers. */
export class CarriedParts implements Carried {
  readonly #options: PartsOptions;

  constructor(options: PartsOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isPhotoAsFile(): boolean {
    return this.#options.main?.isPhotoAsFile ?? false;
  }

  get reductions(): readonly Reduction[] {
    return [...this.#parts.flatMap(({ reductions }) => reductions), ...(this.#options.lost?.() ?? [])];
  }

  get isBorrowed(): boolean {
    return this.#parts.length > 0 && this.#parts.every(({ isBorrowed }) => isBorrowed);
  }

  get isDoubtful(): boolean {
    return this.#parts.some(({ isDoubtful }) => isDoubtful);
  }

  input(): Api.TypeInputMedia {
    return this.#options.input();
  }

  async repair(part: number): Promise<void> {
    for (const each of this.#parts) await each.repair(part);
  }

  renew(): Promise<boolean> {
    return this.#inTurn((part) => part.renew());
  }

  replace(): Promise<boolean> {
    return this.#inTurn((part) => part.replace());
  }

  concede(error: unknown, { alone }: { readonly alone: boolean }): Promise<boolean> {
    return this.#inTurn((part) => part.concede(error, { alone }));
  }

  get #parts(): readonly Carried[] {
    return this.#options.parts;
  }

  /** Whether it helped with any of them: the refusal doesn't say which file it is about. */
  async #inTurn(work: (part: Carried) => Promise<boolean>): Promise<boolean> {
    let helped = false;
    for (const part of this.#parts) helped = (await work(part)) || helped;
    return helped;
  }
}
