/** One stage of a part's way, by itself. */
export interface Stage {
  readonly name: string;
  /** What does it: `native`, `OpenSSL`, … */
  readonly by: string;
  /** Does the stage for `parts` parts of PART_SIZE. */
  work(parts: number): void | Promise<void>;
  close?(): Promise<void>;
}
