/** How messages may be sent. `auto`: by reference, and as a stream where that is refused. */
export const VIAS = ['stream', 'reference', 'forward', 'auto'] as const;

export type Via = (typeof VIAS)[number];

/**
 * How a message was sent: `stream`: its file was downloaded and uploaded; `reference`: its copy names the source's own
 * file; `forward`: Telegram forwarded it; `no_file`: it has no file, and was created again.
 */
export const WAYS = ['stream', 'reference', 'forward', 'no_file'] as const;

export type Way = (typeof WAYS)[number];
