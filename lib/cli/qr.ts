import { encodeQR } from 'qr';

/** A QR code as lines of half blocks, two modules per character: a block is a light module. */
export function qrLines(text: string): readonly string[] {
  return encodeQR(text, 'ascii').trimEnd().split('\n');
}

// Named colours, so that the code isn't inverted in terminals with dark text on a light background.
const LIGHT_ON_DARK = '\u001b[97;40m';
const USUAL_COLOURS = '\u001b[0m';

/** Draws a QR code over the one before it, because each lives for only about half a minute. */
export class QrScreen {
  readonly #terminal: NodeJS.WritableStream;
  #height = 0;

  constructor(terminal: NodeJS.WritableStream) {
    this.#terminal = terminal;
  }

  /** `words` appear above the code. */
  show(link: string, words: string): void {
    const lines = qrLines(link);
    const back = this.#height > 0 ? `\u001b[${this.#height}A\r\u001b[0J` : '';
    this.#terminal.write(
      `${back}${words}\n${lines.map((line) => `${LIGHT_ON_DARK}${line}${USUAL_COLOURS}\n`).join('')}`,
    );
    this.#height = lines.length + 1;
  }
}
