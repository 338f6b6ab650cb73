import { describe, expect, it } from 'vitest';
import { tableWidth, wantsColor, wantsUnicode } from '../../src/cli/terminal.js';

const pipe = { isTTY: false, columns: undefined };
const terminal = { isTTY: true, columns: 132 };

describe('colour', () => {
  it('is for terminals that can, unless the environment says otherwise', () => {
    expect(wantsColor('auto', {}, terminal)).toBe(true);
    expect(wantsColor('auto', {}, pipe)).toBe(false);
    expect(wantsColor('auto', { TERM: 'dumb' }, terminal)).toBe(false);
    expect(wantsColor('auto', { NO_COLOR: '1' }, terminal)).toBe(false);
    expect(wantsColor('auto', { NO_COLOR: '' }, terminal)).toBe(true);
    expect(wantsColor('auto', { FORCE_COLOR: '1', TERM: 'dumb' }, pipe)).toBe(true);
    expect(wantsColor('auto', { FORCE_COLOR: 'false' }, terminal)).toBe(false);
  });

  it('obeys --color before all else', () => {
    expect(wantsColor('never', { FORCE_COLOR: '1' }, terminal)).toBe(false);
    expect(wantsColor('always', { NO_COLOR: '1', TERM: 'dumb' }, pipe)).toBe(true);
  });
});

describe('drawing characters', () => {
  it('go to a pipe whatever the locale, for files and programs read UTF-8', () => {
    for (const env of [{}, { LANG: 'C' }, { LC_ALL: 'POSIX' }])
      expect(wantsUnicode(false, env, pipe, 'linux')).toBe(true);
  });

  it('go to a terminal whose locale says UTF-8', () => {
    expect(wantsUnicode(false, { LANG: 'en_ZA.UTF-8' }, terminal, 'linux')).toBe(true);
    expect(wantsUnicode(false, { LANG: 'C.utf8' }, terminal, 'linux')).toBe(true);
    expect(wantsUnicode(false, { LANG: 'C' }, terminal, 'linux')).toBe(false);
    expect(wantsUnicode(false, { LANG: 'de_DE.ISO-8859-1' }, terminal, 'linux')).toBe(false);
    expect(wantsUnicode(false, {}, terminal, 'linux')).toBe(false);
    expect(wantsUnicode(false, {}, terminal, 'win32')).toBe(true);
  });

  it('follow LC_ALL before LC_CTYPE before LANG, an empty one being unset', () => {
    expect(wantsUnicode(false, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, terminal, 'linux')).toBe(false);
    expect(wantsUnicode(false, { LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, terminal, 'linux')).toBe(true);
    expect(wantsUnicode(false, { LC_ALL: '', LANG: 'en_US.UTF-8' }, terminal, 'linux')).toBe(true);
  });

  it('stay away with --ascii', () => {
    expect(wantsUnicode(true, { LANG: 'en_US.UTF-8' }, terminal, 'linux')).toBe(false);
    expect(wantsUnicode(true, {}, pipe, 'linux')).toBe(false);
  });
});

describe('the width of a table', () => {
  it('is as asked, else that of the terminal, else 100', () => {
    expect(tableWidth(90, terminal)).toBe(90);
    expect(tableWidth(null, terminal)).toBe(132);
    expect(tableWidth(null, pipe)).toBe(100);
    expect(tableWidth(null, { isTTY: true, columns: 0 })).toBe(100);
  });

  it('is never below 60 nor above 200', () => {
    expect(tableWidth(10, terminal)).toBe(60);
    expect(tableWidth(1000, pipe)).toBe(200);
    expect(tableWidth(null, { isTTY: true, columns: 20 })).toBe(60);
  });
});
