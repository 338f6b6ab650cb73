import { describe, expect, it } from 'vitest';
import { detectorOptions, optionValueFault } from '../../src/detectors/index.js';
import { parsePolicy } from '../../src/policy/index.js';

function refusal(settings: string): string | null {
  const options = { detectors: detectorOptions, valueFault: optionValueFault };
  try {
    parsePolicy(`version: 1\ndetectors:\n  ${settings}\n`, 'rolecall.yaml', options);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('an option of a detector', () => {
  it.each([
    ['session-moved: { networks: ["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"] }'],
    ['denied-burst: { denials: 1, principals: 1, minutes: 1 }'],
    ['first-seen-edge: { days: 7, minDays: 0 }'],
    ['first-seen-edge: { days: 400 }'],
  ])('is taken: %s', (settings) => {
    expect(refusal(settings)).toBeNull();
  });

  it.each([
    [
      'session-moved: { networks: ["203.0.113.0/24", "office"] }',
      '3:30: detectors.session-moved.networks: "office" is no range of addresses',
    ],
    ['denied-burst: { denials: 0 }', '3:28: detectors.denied-burst.denials: it must be 1 or more'],
    ['denied-burst: { principals: 0 }', '3:31: detectors.denied-burst.principals: it must be 1 or more'],
    ['denied-burst: { minutes: 0 }', '3:28: detectors.denied-burst.minutes: it must be 1 or more'],
    ['first-seen-edge: { days: 6 }', '3:28: detectors.first-seen-edge.days: it must be from 7 to 400'],
    ['first-seen-edge: { days: 401 }', '3:28: detectors.first-seen-edge.days: it must be from 7 to 400'],
  ])('is refused where it means nothing, at its place: %s', (settings, problem) => {
    const id = /^[a-z-]+/.exec(settings)![0];
    expect(refusal(settings)).toBe(`rolecall.yaml:${problem} (see \`rolecall detectors explain ${id}\`)`);
  });

  it('of another type is refused for its type alone', () => {
    expect(refusal('session-moved: { networks: office }')).toMatch(/this is no list of texts/);
    expect(refusal('session-moved: { networks: office }')).not.toMatch(/range/);
  });
});
