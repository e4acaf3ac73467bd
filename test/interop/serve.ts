// Serves the scene until standard input ends, for running a client of another language by hand.
import { startScene } from './scene.js';

const { sandbox, facts } = await startScene();
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.stdin.resume().on('end', () => sandbox.close());
