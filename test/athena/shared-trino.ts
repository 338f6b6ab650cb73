import { sharedTrino, startTrino } from './trino.js';

/** Starts one Trino for all test files: that takes longer than most of them. They have to run one after the other. */
export default async function setup(): Promise<() => void> {
  const { url, folder, stop } = await startTrino();
  process.env[sharedTrino] = JSON.stringify({ url, folder });
  return stop;
}
