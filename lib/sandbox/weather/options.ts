/** How a server may refuse an upload that was used before, each with its error_code. */
export const USED_UPLOADS = { INTERNAL: 500, MEDIA_EMPTY: 400, FILE_PARTS_INVALID: 400 } as const;

/** The faults and limits of a sandbox. The defaults are fair weather: no delay, no limit, no fault. */
export interface WeatherOptions {
  /** One-way delay, in milliseconds, of each direction of a connection. */
  readonly latencyMs: number;
  /** Bandwidth of each connection and direction, in bytes per second; 0: no limit. */
  readonly bytesPerSecond: number;
  /** Messages that an account may send in a window before FLOOD_WAIT_X; an album counts as its items; 0: no limit. */
  readonly messageBudget: number;
  readonly messageWindowSeconds: number;
  /** Names that an account may look up (contacts.resolveUsername) in a window before FLOOD_WAIT_X; 0: no limit. */
  readonly nameBudget: number;
  readonly nameWindowSeconds: number;
  /** Bytes of files that an account may transfer in a window before FLOOD_PREMIUM_WAIT_X; 0: no limit. */
  readonly byteBudget: number;
  readonly byteWindowSeconds: number;
  /** Seconds between two sends of one account to one group or channel, else SLOWMODE_WAIT_X; 0: none. */
  readonly slowmodeSeconds: number;
  /** Share of requests whose connection is closed before they are seen, 0 to 1. */
  readonly dropBeforeRate: number;
  /** Share of requests that are carried out, but whose connection is closed instead of an answer, 0 to 1. */
  readonly dropAfterRate: number;
  /** Share of requests whose connection is reset (TCP RST) before they are seen, 0 to 1. */
  readonly resetRate: number;
  /** Share of requests that fail inside the server: INTERNAL, RPC_CALL_FAIL, -503 Timeout and others, 0 to 1. */
  readonly error500Rate: number;
  /** Share of requests that are carried out at once and answered only after `lateSeconds`, 0 to 1. */
  readonly lateRate: number;
  readonly lateSeconds: number;
  /** The methods that drops, resets, 500s and late answers may hit, as `upload.SaveBigFilePart`, `upload.*` or `*`. */
  readonly faultMethods: readonly string[];
  /** How many reads by upload.getFile a file reference lives for; 0: it doesn't expire. */
  readonly referencesExpireAfterReads: number;
  /**
   * How messages.uploadMedia, sendMedia and sendMultiMedia refuse the second use of an upload: some servers drop a
   * file's parts with the first. `none`: they don't.
   */
  readonly oneShotUploads: 'none' | keyof typeof USED_UPLOADS;
  /** How many seconds a random_id is remembered after its send: a later repeat sends once more. 0: for ever. */
  readonly randomIdSeconds: number;
}

export const FAIR_WEATHER: WeatherOptions = {
  latencyMs: 0,
  bytesPerSecond: 0,
  messageBudget: 0,
  messageWindowSeconds: 60,
  nameBudget: 0,
  nameWindowSeconds: 86_400,
  byteBudget: 0,
  byteWindowSeconds: 10,
  slowmodeSeconds: 0,
  dropBeforeRate: 0,
  dropAfterRate: 0,
  resetRate: 0,
  error500Rate: 0,
  lateRate: 0,
  lateSeconds: 60,
  faultMethods: ['*'],
  referencesExpireAfterReads: 0,
  oneShotUploads: 'none',
  randomIdSeconds: 0,
};

/** One weather option as a command-line flag; `--<flag> <value>`. */
export interface WeatherFlag {
  readonly key: keyof WeatherOptions;
  readonly flag: string;
  readonly type: 'number' | 'rate' | 'list' | 'word';
  /** The words that the option accepts. */
  readonly words?: readonly string[];
  readonly describe: string;
}

/** All of WeatherOptions, in the order of a help text. */
export const WEATHER_FLAGS: readonly WeatherFlag[] = [
  flag('latencyMs', 'latency', 'number', 'One-way delay of a connection, in milliseconds'),
  flag(
    'bytesPerSecond',
    'bandwidth',
    'number',
    'Bytes per second for each connection and direction; 0: no limit',
  ),
  flag('messageBudget', 'message-budget', 'number', 'Messages per window before FLOOD_WAIT_X; 0: no limit'),
  flag('messageWindowSeconds', 'message-window', 'number', 'Length of the message window, in seconds'),
  flag('nameBudget', 'name-budget', 'number', '@names per window before FLOOD_WAIT_X; 0: no limit'),
  flag('nameWindowSeconds', 'name-window', 'number', 'Length of the window of @names, in seconds'),
  flag(
    'byteBudget',
    'byte-budget',
    'number',
    'File bytes per window before FLOOD_PREMIUM_WAIT_X; 0: no limit',
  ),
  flag('byteWindowSeconds', 'byte-window', 'number', 'Length of the byte window, in seconds'),
  flag(
    'slowmodeSeconds',
    'slowmode',
    'number',
    'Seconds between two sends to one group; one that comes sooner gets SLOWMODE_WAIT_X',
  ),
  flag(
    'dropBeforeRate',
    'drop-before',
    'rate',
    'Share of requests dropped with their connection, unseen (0 to 1)',
  ),
  flag(
    'dropAfterRate',
    'drop-after',
    'rate',
    'Share of requests done, then dropped without an answer (0 to 1)',
  ),
  flag('resetRate', 'reset', 'rate', 'Share of requests whose connection is reset (0 to 1)'),
  flag('error500Rate', 'error-500', 'rate', 'Share of requests that fail inside the server (0 to 1)'),
  flag('lateRate', 'late', 'rate', 'Share of requests done at once and answered late (0 to 1)'),
  flag('lateSeconds', 'late-seconds', 'number', 'Seconds after which a late answer comes'),
  flag('faultMethods', 'fault-methods', 'list', 'Methods that these faults may hit, such as upload.*'),
  flag(
    'referencesExpireAfterReads',
    'reference-reads',
    'number',
    'How many reads a file reference allows; 0: no limit',
  ),
  {
    ...flag(
      'oneShotUploads',
      'one-shot-uploads',
      'word',
      `How the second use of an upload is refused: ${Object.keys(USED_UPLOADS).join(', ')}; none: it is allowed`,
    ),
    words: ['none', ...Object.keys(USED_UPLOADS)],
  },
  flag(
    'randomIdSeconds',
    'random-id-memory',
    'number',
    'Seconds until a random_id is forgotten and a repeated call sends again; 0: never',
  ),
];

/**
 * Fair weather with `changes`. Throws a RangeError that names the option when a number is negative or not finite, a
 * rate is above 1, the rates add up to more than 1, a window is 0, or a word isn't accepted.
 */
export function weatherOptions(changes: Partial<WeatherOptions>): WeatherOptions {
  const options = { ...FAIR_WEATHER, ...changes };
  for (const { key, type, words } of WEATHER_FLAGS) {
    const value = options[key];
    if (words && !words.includes(String(value))) {
      throw new RangeError(`${key} must be ${words.join(', ')}, not ${value}.`);
    }
    if (type === 'list' || type === 'word') continue;
    const most = type === 'rate' ? 1 : Number.MAX_SAFE_INTEGER;
    if (typeof value !== 'number' || !(value >= 0 && value <= most)) {
      throw new RangeError(`${key} must be a number from 0 to ${most}, not ${value}.`);
    }
  }
  for (const key of [
    'messageWindowSeconds',
    'nameWindowSeconds',
    'byteWindowSeconds',
    'lateSeconds',
  ] as const) {
    if (options[key] === 0) throw new RangeError(`${key} must be more than 0.`);
  }
  const { dropBeforeRate, dropAfterRate, resetRate, error500Rate, lateRate } = options;
  const sum = dropBeforeRate + dropAfterRate + resetRate + error500Rate + lateRate;
  if (sum > 1) {
    throw new RangeError(`The rates of drops, resets, 500s and late answers add up to ${sum}, more than 1.`);
  }
  return options;
}

function flag(
  key: keyof WeatherOptions,
  name: string,
  type: WeatherFlag['type'],
  describe: string,
): WeatherFlag {
  return { key, flag: name, type, describe };
}
