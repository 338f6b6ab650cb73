#!/usr/bin/env node
// From a fresh clone to a running command: see setup/steps.js. Nothing is imported before the version check.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`rolecall: Node ${process.versions.node} is too old: version 20 or newer is needed`);
  process.exitCode = 2;
} else {
  import('./setup/steps.js').then(({ main }) => main(process.argv.slice(2)));
}
