/** Facts of one event. Values are numbers, strings, booleans or small plain objects; never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One line for each event, fields instead of prose: `log.info('flood_wait', { method, seconds })`.
 * Rooms take this interface; cli creates the implementation that writes.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
