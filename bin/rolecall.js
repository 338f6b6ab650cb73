#!/usr/bin/env node
// Nothing is imported before the version check: an old Node should read a sentence, not a stack trace.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`rolecall: Node ${process.versions.node} is too old: version 20 or newer is needed`);
  process.exitCode = 2;
} else {
  start().catch(explain);
}

async function start() {
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2));
}

async function explain(error) {
  const { existsSync } = await import('node:fs');
  const built = existsSync(new URL('../dist/cli/main.js', import.meta.url));
  if (!built) console.error('rolecall: this checkout is not built yet\nRun `npm run build` first.');
  else if (error.code === 'ERR_MODULE_NOT_FOUND')
    console.error(`rolecall: ${error.message}\nRun \`npm ci\` to install what it needs.`);
  else console.error(error);
  process.exitCode = 2;
}
