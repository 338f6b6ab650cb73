import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HiveSQL, TrinoSQL } from 'dt-sql-parser';
import { describe, expect, it } from 'vitest';
import { root } from '../cli/rolecall.js';

const folder = join(root, 'queries/athena');
const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
/** Athena's DDL is Hive's, its queries are Trino's. */
const parserOf = (file: string) => (file.startsWith('create-table') ? new HiveSQL() : new TrinoSQL());

describe('queries for Athena', () => {
  it('are the tables and what is asked of them', () => {
    expect(files).toEqual(expect.arrayContaining(['create-table.sql', 'create-table-single-account.sql']));
    expect(files.filter((file) => !/^[a-z]+(?:-[a-z]+)*\.sql$/.test(file))).toEqual([]);
  });

  it.each(files)('%s is one statement that parses', (file) => {
    const sql = textOf(file);
    const parser = parserOf(file);
    expect(parser.validate(sql)).toEqual([]);
    expect(parser.splitSQLByStatement(sql)).toHaveLength(1);
  });

  it.each(files)('%s begins with a comment and has nothing that Athena refuses', (file) => {
    const sql = textOf(file);
    expect(sql).toMatch(/^-- \S/);
    const code = sql.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, '');
    // The parser lets these through.
    expect(code).not.toMatch(/`|\bCREATE\s+(?:OR\s+REPLACE\s+)?FUNCTION\b|;\s*\S/i);
  });

  it('would be found out if they did not parse', () => {
    expect(new TrinoSQL().validate('SELECT a FROM (SELECT 1')).not.toEqual([]);
    expect(new HiveSQL().validate('CREATE EXTERNAL TABLE a (b STRUCT<c>)')).not.toEqual([]);
    expect(new TrinoSQL().splitSQLByStatement('SELECT 1; SELECT 2;')).toHaveLength(2);
    expect(
      new TrinoSQL().validate('WITH logs AS (SELECT a FROM t WHERE b BETWEEN ? AND ?) SELECT a FROM logs'),
    ).toEqual([]);
  });
});
