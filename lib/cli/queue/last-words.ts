import { leftOutWords } from '../download/summary.js';

/** Why a job's process has not done all of it. */
export interface Reason {
  readonly code: string;
  /** A sentence. */
  readonly message: string;
  /** It came to its end, and some of it failed. */
  readonly partial?: true;
  /** The account that has begun the run, if another one was refused for that. */
  readonly owner?: number;
  /** The system's code of what it refused, such as ENOSPC. */
  readonly errno?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A sentence that goes into the database is cut here, in characters. */
const LONGEST = 2000;

/** Finds in the records that a job's process prints why it fails: the error that ends it, or the last message, file or chat that failed. */
export class LastWords {
  #error: Fields | undefined;
  readonly #counts = new Map<string, number>();
  readonly #last = new Map<string, Fields>();
  #note = '';

  /** Takes a line of its standard output. */
  record(line: string): void {
    const name = /^\{"event":"(\w+)"/.exec(line)?.[1];
    if (name === undefined || !(name === 'error' || name in PARTS)) return;
    const fields = parsed(line);
    if (!fields) return;
    if (name === 'error') this.#error = fields;
    this.#last.set(name, fields);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Takes a line of its standard error. */
  note(line: string): void {
    if (line.trim() !== '' && !this.#note.startsWith('FATAL')) this.#note = line.trim();
  }

  /** `ended`: how, for people: `telepi run ended with exit status 1`; `logPath`: where all of it is. */
  why(ended: string, logPath: string): Reason {
    if (this.#error) {
      const { code, message, owner, reason } = this.#error;
      return {
        code: String(code),
        message: cut(message),
        ...(typeof owner === 'number' && { owner }),
        ...(typeof reason === 'string' && { errno: reason }),
      };
    }
    for (const [name, words] of Object.entries(PARTS)) {
      const last = this.#last.get(name);
      if (last) return { ...words(last, this.#counts.get(name) ?? 1), partial: true };
    }
    return this.killed('INCOMPLETE', ended, logPath);
  }

  /** For a process that could not say why it ended. */
  killed(code: string, ended: string, logPath: string): Reason {
    const said = this.#note === '' ? '' : `; it had said: "${cut(this.#note)}"`;
    return { code, message: `${ended}${said}. Its log says more: ${logPath}.` };
  }
}

/** The worst comes first. */
const PARTS: Readonly<Record<string, (last: Fields, count: number) => Omit<Reason, 'partial'>>> = {
  failed(last, count) {
    const { planned, sourceId, reason, code, message, error } = last;
    const file = planned as
      | { readonly name: string; readonly messageId: number; readonly chatId: number }
      | undefined;
    const what = file
      ? `${file.name} of message ${file.messageId} in ${file.chatId}`
      : `message ${String(sourceId)}`;
    const all = count === 1 ? `1 ${file ? 'file' : 'message'}` : `${count} ${file ? 'files' : 'messages'}`;
    return {
      code: String(code ?? reason).toUpperCase(),
      message: cut(
        `${all} failed, ${count === 1 ? '' : 'the last one '}${what}: ${String(error ?? message)}`,
      ),
    };
  },
  left_out: ({ chatId, title, why }) => ({
    code: 'CHAT_NOT_READ',
    message: cut(
      `${leftOutWords({ chatId: chatId as number | undefined, title: title as string | undefined, why: String(why) })}.`,
    ),
  }),
  missing: ({ chatId, messageId }, count) => ({
    code: 'MESSAGE_GONE',
    message:
      count === 1
        ? `Message ${String(messageId)} of ${String(chatId)} is not there.`
        : `${count} messages are not there, the last one ${String(messageId)} of ${String(chatId)}.`,
  }),
};

function cut(text: unknown): string {
  const whole = String(text);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
}

function parsed(line: string): Fields | undefined {
  try {
    return JSON.parse(line) as Fields;
  } catch (error) {
    // A line that was cut, or that another program has printed.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
