/** Clients by step: printed at the end, and copied into the README. */
export class ResultTable {
  readonly #clients: string[] = [];
  readonly #rows = new Map<string, Map<string, string>>();

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  set(step: string, client: string, result: 'ok' | 'failed'): void {
    if (!this.#clients.includes(client)) this.#clients.push(client);
    const row = this.#rows.get(step) ?? new Map<string, string>();
    row.set(client, result);
    this.#rows.set(step, row);
  }

  /** A step that a client doesn't take is a dash. */
  markdown(): string {
    const rows = [
      ['step', ...this.#clients],
      ...[...this.#rows].map(([step, row]) => [
        step,
        ...this.#clients.map((client) => row.get(client) ?? '–'),
      ]),
    ];
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    const lines = rows.map(
      (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
    );
    const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
    return [lines[0], rule, ...lines.slice(1)].join('\n');
  }
}
