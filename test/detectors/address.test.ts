import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInRange, networkOf, publicAddress, rangeOf } from '../../src/detectors/address.js';

describe('a public address', () => {
  it.each(['192.0.2.10', '8.8.8.8', '2001:db8::1', '::ffff:198.51.100.7'])('is one of a host: %s', (text) => {
    expect(publicAddress(text)).not.toBeNull();
  });

  it.each([
    '',
    'AWS Internal',
    'ec2.amazonaws.com',
    '1',
    '192.0.2',
    '192.0.2.010',
    '192.0.2.10, 203.0.113.9',
    ' 192.0.2.10',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.10.20',
    '100.64.0.1',
    '169.254.169.254',
    '127.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    'fd00:ec2::254',
    'fe80::1',
    '::1',
    '::',
    'ff02::1',
    '::ffff:10.0.0.1',
  ])('is no private one, no name and no list: %j', (text) => {
    expect(publicAddress(text)).toBeNull();
  });

  it('is never read out of any text with an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void publicAddress(text)));
    fc.assert(fc.property(fc.ipV6(), (text) => void publicAddress(text)));
  });
});

describe('a network', () => {
  const of = (text: string) => networkOf(publicAddress(text)!);

  it('is a /24, of IPv6 a /48', () => {
    expect([of('192.0.2.10'), of('192.0.2.255'), of('192.0.3.0')]).toEqual([
      '192.0.2.0/24',
      '192.0.2.0/24',
      '192.0.3.0/24',
    ]);
    expect(of('2001:db8:1:1::10')).toBe(of('2001:db8:1:ffff::1'));
    expect(of('2001:db8:2::10')).not.toBe(of('2001:db8:1::10'));
    expect(of('::ffff:192.0.2.7')).toBe('192.0.2.0/24');
  });
});

describe('a range', () => {
  const within = (address: string, range: string) => isInRange(publicAddress(address)!, range);

  it('holds the addresses of its network and of its version', () => {
    expect(within('203.0.113.200', '203.0.113.128/25')).toBe(true);
    expect(within('203.0.113.100', '203.0.113.128/25')).toBe(false);
    expect(within('203.0.113.7', '203.0.113.7')).toBe(true);
    expect(within('203.0.113.8', '203.0.113.7')).toBe(false);
    expect(within('2001:db8::7', '2001:db8::/32')).toBe(true);
    expect(within('2001:db8::7', '2001:db8::7')).toBe(true);
    expect(within('2001:db8::8', '2001:db8::7')).toBe(false);
    expect(within('2001:db8::7', '0.0.0.0/0')).toBe(false);
    expect(within('203.0.113.7', '::/0')).toBe(false);
    expect(within('203.0.113.7', 'office')).toBe(false);
  });

  it.each(['office', '203.0.113.0/33', '203.0.113/24', '10', '', '2001:db8::/129'])('is not %j', (text) => {
    expect(rangeOf(text)).toBeNull();
  });
});
