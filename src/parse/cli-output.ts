import { RolecallError } from '../errors.js';
import { type Fields, isFields } from './fields.js';

/** A place in a document: its file, and the way to the value from the top. */
export interface Place {
  file: string;
  /** `RoleDetailList[3].Arn`; '' at the top. */
  path: string;
}

/**
 * The object that a command of the AWS CLI printed with `--output json`.
 * @throws RolecallError IAM_UNREADABLE, with the place where it stops being JSON
 */
export function cliOutput(text: string, file: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const { message } = error as Error;
    throw new RolecallError(
      'IAM_UNREADABLE',
      `${named(file)}${where(text, message)}: it is no JSON: ${named(message)}`,
      { cause: error },
    );
  }
  if (!isFields(value)) throw unreadable({ file, path: '' }, 'it is no JSON object');
  return value;
}

/** @throws RolecallError IAM_UNREADABLE when the key is there and holds no list */
export function listAt(value: Fields, key: string, { file, path }: Place): readonly unknown[] {
  const list = value[key];
  if (list === undefined) return [];
  if (!Array.isArray(list))
    throw unreadable({ file, path: path === '' ? key : `${path}.${key}` }, 'it is no list');
  return list;
}

/** @throws RolecallError IAM_UNREADABLE */
export function objectAt(value: unknown, place: Place): Fields {
  if (!isFields(value)) throw unreadable(place, 'it is no object');
  return value;
}

/** @throws RolecallError IAM_UNREADABLE when the text is missing or not of the shape */
export function textAt(value: Fields, key: string, shape: RegExp, place: Place): string {
  const text = value[key];
  const path = `${place.path}.${key}`;
  if (text === undefined) throw unreadable({ ...place, path }, 'it is missing');
  if (typeof text !== 'string' || !shape.test(text))
    throw unreadable({ ...place, path }, `it is ${shown(text)}`);
  return text;
}

/** An error that names file and place. */
export function unreadable({ file, path }: Place, fault: string): RolecallError {
  return new RolecallError('IAM_UNREADABLE', `${named(file)}${path === '' ? '' : `: ${path}`}: ${fault}`);
}

/** Text without anything that a terminal obeys. */
function named(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `:3:14`, where the engine tells a position; '' where it shows the place instead. */
function where(text: string, message: string): string {
  const [, found] = /position (\d+)/.exec(message) ?? [];
  if (found === undefined) return '';
  const before = text.slice(0, Number(found)).split('\n');
  return `:${before.length}:${before.at(-1)!.length + 1}`;
}
