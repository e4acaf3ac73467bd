import { SCENARIOS } from './catalogue.js';

/** The stages of a part's path, which need no server. */
export const MICRO = 'micro';

/** All names that --scenario accepts. */
export const SCENARIO_NAMES: readonly string[] = [...Object.keys(SCENARIOS), MICRO];
