import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stamp = '.built-from';

/** Hash over everything that the build is made of. `queries/` is read where it lies, so it takes no part. */
export function inputs(root) {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .sort();
  for (const name of [...sources, 'bin/setup/steps.js', 'tsconfig.json', 'package-lock.json']) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** What `dist` was built from, or null when it is not there. */
export function builtFrom(root) {
  const file = join(root, 'dist', stamp);
  const whole = existsSync(file) && existsSync(join(root, 'dist', 'cli', 'main.js'));
  return whole ? readFileSync(file, 'utf8') : null;
}

/**
 * Builds beside `dist` and puts the result in its place: a failed build leaves the old one, a good one leaves no
 * file of a source that is gone.
 * @param compile fills the folder it is given; resolves to an exit code
 */
export async function replaceBuild(root, compile) {
  const made = join(root, `dist.${process.pid}.new`);
  const old = join(root, `dist.${process.pid}.old`);
  const dist = join(root, 'dist');
  try {
    // Taken before: a source that changes meanwhile makes the next run build again.
    const from = inputs(root);
    mkdirSync(made, { recursive: true });
    const code = await compile(made);
    if (code !== 0) return code;
    writeFileSync(join(made, stamp), from);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(made, dist);
    return 0;
  } finally {
    rmSync(made, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
