// Writes lib/messages/KINDS.md from the tables of kinds.
import { writeFileSync } from 'node:fs';
import { KINDS_DOC, kindsDoc } from '../support/kinds-doc.js';

writeFileSync(KINDS_DOC, kindsDoc());
