// Writes README.md's list of losses from the tables of lib/messages/losses.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { README, withLosses } from '../support/losses-doc.js';

writeFileSync(README, withLosses(readFileSync(README, 'utf8')));
