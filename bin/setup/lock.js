import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does the work while no other process does the same; waits for one that does, and takes over from one that died.
 * The lock is a folder that holds its owner's process id. It is made elsewhere and renamed into place, which one
 * process alone can do, and never without an owner inside.
 * @param waiting called once with the owner's process id when it has to wait
 */
export async function withLock(folder, waiting, work) {
  let told = false;
  while (!take(folder)) {
    const owner = ownerOf(folder);
    if (owner !== null && !alive(owner)) {
      clear(folder, owner);
      continue;
    }
    if (owner !== null && !told) {
      waiting(owner);
      told = true;
    }
    await sleep(100);
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(folder) {
  const mine = `${folder}.${process.pid}.${counter++}`;
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), String(process.pid));
  try {
    renameSync(mine, folder);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    // Windows says EPERM where others say ENOTEMPTY.
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

let counter = 0;

function ownerOf(folder) {
  try {
    return Number(readFileSync(join(folder, 'owner'), 'utf8'));
  } catch {
    return null;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes a dead owner's lock, unless somebody else has done so and holds it by now. */
function clear(folder, owner) {
  const aside = `${folder}.dead.${process.pid}.${counter++}`;
  try {
    renameSync(folder, aside);
  } catch {
    return;
  }
  if (ownerOf(aside) === owner) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, folder);
}
