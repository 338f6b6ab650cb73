import { fetchTrino, javaHome, missingParts } from './trino-files.js';

/** `npm run test:athena` runs this first: gets Trino where it is missing. Exit 1 where it cannot be had. */
const say = (text: string) => process.stderr.write(`rolecall setup: ${text}\n`);
try {
  if (javaHome() !== null)
    await fetchTrino((owner) => say(`waiting for process ${owner}, which is unpacking Trino`), say);
  const missing = missingParts();
  if (missing !== null) throw new Error(missing);
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
