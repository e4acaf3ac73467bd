// Writes lib/refusals/ERRORS.md from the table of errors.
import { writeFileSync } from 'node:fs';
import { ERRORS_DOC, errorsDoc } from '../support/errors-doc.js';

writeFileSync(ERRORS_DOC, errorsDoc());
