/** How long sends take, as far as that can be known before the first. */
export interface SendEstimate {
  /** Messages, with an album as its items and a topic's creation as one. */
  readonly messages: number;
  /** The least: the interval between two of them. */
  readonly atLeastMs: number;
  /** With the waits that Telegram usually asks of an account that sends so many. */
  readonly likelyMs: number;
}

/**
 * How many messages an account usually sends before Telegram makes it wait, and how many an hour after that: users report
 * bursts of about 2,000, and 1,400 to 2,000 an hour over a day.
 */
const BURST = 2_000;
const AN_HOUR = 1_700;

/** Estimates how long `messages` sends take that are `intervalMs` apart. */
export function estimateSends(messages: number, intervalMs: number): SendEstimate {
  const atLeastMs = messages * intervalMs;
  const burstMs = Math.min(messages, BURST) * intervalMs;
  const limitedMs = (Math.max(0, messages - BURST) * 3_600_000) / AN_HOUR;
  return { messages, atLeastMs, likelyMs: Math.round(Math.max(atLeastMs, burstMs + limitedMs)) };
}
