/** What a user agent says of the program and the system it ran on. A hint, never a proof: anybody may write any. */
export interface Family {
  /** `aws-cli`, `boto3`, `terraform`, `browser`, …; null when it does not tell. */
  program: string | null;
  /** `linux`, `macos`, `windows`, `kali`, …; null when it does not tell. */
  system: string | null;
}

/** The first that is found names the program: tools come before the SDK that they are made with. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/^mozilla\//, 'browser'],
  [/terraform|opentofu/, 'terraform'],
  [/pulumi/, 'pulumi'],
  [/\baws-cli\//, 'aws-cli'],
  [/\bboto(?:3|core)?\//, 'boto3'],
  [/\baws-sdk-nodejs\b/, 'aws-sdk-js'],
  [/\baws-sdk-([a-z]+)/, 'aws-sdk'],
];

/** Distributions made for attacks come before the system that they are a kind of. */
const systems: readonly (readonly [RegExp, string])[] = [
  [/kali\d*\b/, 'kali'],
  [/\bparrot(?:os)?\b/, 'parrot'],
  [/\bpentoo\b/, 'pentoo'],
  [/\b(?:macos|darwin|macintosh)\b/, 'macos'],
  [/\bwindows(?:\b|_)|\bwin32\b/, 'windows'],
  [/\blinux\b/, 'linux'],
];

/** Characters looked at: what tells stands in front. */
const longest = 400;

/**
 * Reads a user agent as AWS's tools write them, with or without brackets around.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html
 */
export function familyOf(userAgent: string): Family {
  const text = userAgent.slice(0, longest).toLowerCase().replace(/^\[/, '');
  if (isServiceAgent(userAgent)) return { program: null, system: null };
  const system = systems.find(([shape]) => shape.test(text))?.[1] ?? null;
  for (const [shape, name] of programs) {
    const found = shape.exec(text);
    if (found !== null) return { program: found[1] === undefined ? name : `${name}-${found[1]}`, system };
  }
  return { program: /^([a-z][a-z0-9._-]{0,30})\//.exec(text)?.[1] ?? null, system };
}

/** `aws-cli on linux`; '' when nothing is known. */
export function familyText({ program, system }: Family): string {
  if (program === null) return system ?? '';
  return system === null ? program : `${program} on ${system}`;
}

/** A service that speaks for itself, or AWS's own machinery. */
export function isServiceAgent(userAgent: string): boolean {
  return userAgent === 'AWS Internal' || /^\[?[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?\b/i.test(userAgent);
}

/** True for what the AWS console and the shell in it write. */
export function isConsoleAgent(userAgent: string): boolean {
  return (
    /^\[?(?:Mozilla\/|S3Console\/|AWSConsole|AWS[ -]Console|console\.amazonaws\.com|signin\.amazonaws\.com)/.test(
      userAgent,
    ) || /\baws-internal\/|exec-env\/CloudShell/.test(userAgent)
  );
}
