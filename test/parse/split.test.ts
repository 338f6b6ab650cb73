import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits, type Limits } from '../../src/parse/limits.js';
import { Splitter } from '../../src/parse/split.js';

/** What the splitter says about a text, in order. */
function split(
  input: string | Uint8Array,
  sizes: number[] = [1 << 20],
  limits: Partial<Limits> = {},
): string[] {
  const said: string[] = [];
  const splitter = new Splitter(
    { ...defaultLimits, ...limits },
    {
      value: (bytes, place) => said.push(`${Buffer.from(bytes)} @${place.byte}:${place.line}`),
      broken: (how, place) => said.push(`${how} @${place.byte}:${place.line}`),
      damage: (how, place) => said.push(`outside: ${how} @${place.byte}:${place.line}`),
    },
  );
  const bytes = Buffer.from(input);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  splitter.end();
  return said;
}

describe('where records lie', () => {
  test.each<[string, string, string[]]>([
    ['the list of a container', '{"Records":[{"a":1},{"b":2}]}', ['{"a":1} @12:1', '{"b":2} @20:1']],
    ['keys around the list', '{"x":{"Records":[1]},"Records":[{}],"y":[{}]}', ['{} @32:1']],
    ['two containers behind each other', '{"Records":[{}]}{"Records":[{}]}', ['{} @12:1', '{} @28:1']],
    ['an empty container', '{"Records":[]}', []],
    ['a list', '[{"a":1} , {}]', ['{"a":1} @1:1', '{} @11:1']],
    ['containers in a list', '[{"Records":[{}]},{"b":2}]', ['{} @13:1', '{"b":2} @18:1']],
    ['lines', '{"a":1}\r\n\n{"b":2}', ['{"a":1} @0:1', '{"b":2} @10:3']],
    ['a value of several lines', '{\n  "a": [\n    {}\n  ]\n}\n', ['{\n  "a": [\n    {}\n  ]\n} @0:1']],
    ['what is no object', '[1,"a]",null,[{}]]', ['1 @1:1', '"a]" @3:1', 'null @8:1', '[{}] @13:1']],
    ['lines of a CloudWatch Logs export', '2026-11-17T10:00:00.000Z {"a":1}\n', ['{"a":1} @25:1']],
  ])('%s', (_, input, said) => {
    expect(split(input)).toEqual(said);
    expect(split(input, [1])).toEqual(said);
  });

  test('a container key counts neither inside a record nor as a value', () => {
    const records = [
      '{"a":{"Records":[{"b":1}]}}',
      '{"a":"Records","b":[1]}',
      '{"a":"{\\"Records\\":[{}]}"}',
    ];
    expect(split(records.join('\n')).map((line) => line.split(' @')[0])).toEqual(records);
  });
});

describe('damage', () => {
  test('a line cut inside a string costs that line alone', () => {
    expect(split('{"a":"x\n{"b":2}\n')).toEqual(['damaged @0:1', '{"b":2} @8:2']);
  });

  test('a line cut between brackets costs that line alone', () => {
    expect(split('{"a":{"b":1}\n{"c":2}\n')).toEqual(['damaged @0:1', '{"c":2} @13:2']);
    expect(split('{"a":\n{"c":2}\n')).toEqual(['damaged @0:1', '{"c":2} @6:2']);
    expect(split('{"a":1,\n{"c":2}\n')).toEqual(['damaged @0:1', '{"c":2} @8:2']);
  });

  test('a line that is no JSON costs that line alone', () => {
    expect(split('oops {"x":1}\n{"c":2}\n')).toEqual(['not JSON @0:1', '{"c":2} @13:2']);
  });

  test('a closing bracket too many is named', () => {
    expect(split('{"a":1}}\n{"c":2}')).toEqual(['{"a":1} @0:1', 'not JSON @7:1', '{"c":2} @9:2']);
  });

  test('after damage in a container nothing on its line is guessed', () => {
    const said = split('{"Records":[{"a":1},{"b":{"c":1},{"eventID":"forged"}]}\n{"Records":[{"d":1}]}\n');
    expect(said).toEqual(['{"a":1} @12:1', 'damaged @20:1', '{"d":1} @68:2']);
  });

  test('after damage in a value of several lines the next unindented bracket starts anew', () => {
    const said = split('{\n  "a": ]\n  {"b": 1}\n}\n{"c":2}\n');
    expect(said).toEqual(['damaged @0:1', '{"c":2} @24:5']);
  });

  test('the closing brackets left over by damage are no records', () => {
    const said = split('{"Records":[\n{"a":"x\n{"b":1},\n{"c":1}\n]}\n');
    expect(said).toEqual(['damaged @13:2', '{"b":1} @21:3', '{"c":1} @30:4']);
  });

  test('a list that does not end is named at the end', () => {
    expect(split('{"Records":[{}')).toEqual(['{} @12:1', 'outside: cut @14:1']);
    expect(split('{"Records":[{}],"x":')).toEqual(['{} @12:1', 'outside: cut @20:1']);
    expect(split('[{},')).toEqual(['{} @1:1', 'outside: cut @4:1']);
    expect(split('{"Records":[{"a"')).toEqual(['cut @12:1']);
  });
});

describe('limits', () => {
  test('a record over the size limit is skipped, the next one is read', () => {
    const input = `{"Records":[{"a":"${'x'.repeat(100)}"},{"b":2}]}`;
    expect(split(input, [1 << 20], { recordBytes: 50 })).toEqual(['too large @12:1', '{"b":2} @121:1']);
    expect(split(input, [7], { recordBytes: 50 })).toEqual(['too large @12:1', '{"b":2} @121:1']);
  });

  test('a container may be larger than a record', () => {
    const input = `{"x":"${'x'.repeat(100)}","Records":[{"b":2}]}`;
    expect(split(input, [1 << 20], { recordBytes: 50 })).toEqual(['{"b":2} @119:1']);
  });

  test('nesting over the limit is skipped, however deep', () => {
    const deep = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const said = split(`${deep(10)}\n${deep(11)}\n${deep(500_000)}\n{}`, [4096], { depth: 10 });
    expect(said.map((line) => line.replace(/ @\d+/, ' '))).toEqual([
      `${deep(10)} :1`,
      'too deep :2',
      'too deep :3',
      '{} :4',
    ]);
  });
});

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const jsonish = fc.string({
  unit: fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    '\n',
    ' ',
    '1',
    'é',
    '"Records":[',
    '{"a":',
    '"x"',
  ),
  maxLength: 60,
});

test('any chunking of any bytes finds the same', () => {
  fc.assert(
    fc.property(jsonish, sizes, (text, chunking) => {
      expect(split(text, chunking)).toEqual(split(text));
    }),
    { numRuns: 2000 },
  );
});

test('whole values come out as they went in, whatever is in them', () => {
  const values = fc.array(fc.dictionary(fc.string({ minLength: 11 }), fc.jsonValue()), { maxLength: 5 });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 1, 2), sizes, (list, indent, chunking) => {
      const records = list.map((value) => JSON.stringify(value, null, indent));
      const found = split(`{"Records":[${records.join(',')}]}\n${records.join('\n')}`, chunking);
      expect(found.map((line) => line.replace(/ @\d+:\d+$/, ''))).toEqual([...records, ...records]);
    }),
  );
});

test('a damaged line costs at most itself and the line behind it', () => {
  const lines = ['{"a":[{"b":"x"},2]}', '{"c":{"d":"{[\\""}}', '{"e":3}', '{"f":4}', '{"g":5}'];
  fc.assert(
    fc.property(fc.nat({ max: 2 }), fc.nat({ max: 18 }), (hurt, cut) => {
      const input = lines.map((line, i) => (i === hurt ? line.slice(0, cut) : line)).join('\n');
      const found = split(input).map((line) => line.replace(/ @\d+:\d+$/, ''));
      expect(found).toEqual(expect.arrayContaining([...lines.slice(0, hurt), ...lines.slice(hurt + 2)]));
    }),
  );
});
