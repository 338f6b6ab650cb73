import { compileGlob } from './glob.js';

/** True when an action glob such as `ec2:Describe*` means the action. IAM does not look at case, nor do we. */
export function matchAction(pattern: string, action: string): boolean {
  if (pattern === '*') return true;
  return compileGlob(pattern.toLowerCase())(action.toLowerCase());
}
