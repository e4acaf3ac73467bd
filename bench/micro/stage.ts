/** One stage of a part's path, by itself. */
export interface Stage {
  readonly name: string;
  /** The means: `native`, `OpenSSL`, … */
  readonly by: string;
  /** Does the stage for `parts` parts of PART_SIZE. */
  work(parts: number): void | Promise<void>;
  close?(): Promise<void>;
}
