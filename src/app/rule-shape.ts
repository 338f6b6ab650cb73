import type { Detector, DetectorDefinition, DetectorOption, Draft } from '../detectors/index.js';
import { isDefinition, isDraft } from './rule-schema.js';
import { sentences } from './rule-words.js';

/** Findings of one detector in one scene. */
const mostDrafts = 1000;
/** Characters of one text, and texts of one list, that a finding keeps: what is beyond is cut off. */
const limits = { title: 500, text: 2000, list: 100 };

/** What keeps an exported value from being a detector: sentences without full stop, none when it is one. */
export function definitionProblems(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return ['it exports no detector: write `export default defineDetector({ … })`'];
  return isDefinition(value) ? [] : sentences(isDefinition.errors ?? []);
}

/** A sound definition as a detector of its own: what the file keeps a hold of cannot change it. */
export function detectorOf(value: unknown): Detector {
  const { detect, blind, options = {}, ...rest } = value as DetectorDefinition;
  return {
    attack: [],
    ...structuredClone(rest),
    options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, optionOf(option)])),
    detect: detect.bind(value),
    ...(blind === undefined ? {} : { blind: blind.bind(value) }),
  };
}

function optionOf({ default: usual, help, fault }: DetectorOption): DetectorOption {
  const option = { default: structuredClone(usual), help };
  if (fault === undefined) return option;
  return {
    ...option,
    fault(value) {
      try {
        const said: unknown = fault(value);
        return typeof said === 'string' ? said : null;
      } catch (error) {
        return `the rule cannot check it: ${(error as Error)?.message ?? error}`;
      }
    },
  };
}

/**
 * What a user's `blind` gave, checked and cut to size.
 * @throws TypeError with what is wrong
 */
export function blindReason(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') throw new TypeError('blind gave something else than a text or null');
  return value.slice(0, limits.title);
}

/**
 * What a user's `detect` gave, checked and cut to size.
 * @throws TypeError with what is wrong: a sentence without full stop
 */
export function draftsOf(value: unknown): Draft[] {
  if (value === null || value === undefined) return [];
  if (typeof (value as PromiseLike<unknown>).then === 'function')
    throw new TypeError('it gave a promise: a detector answers at once');
  // A copy: what it gave may change later, or answer differently every time it is asked.
  const copy: unknown = structuredClone(value);
  const drafts = Array.isArray(copy) ? copy : [copy];
  if (drafts.length > mostDrafts)
    throw new TypeError(`it gave ${drafts.length} findings at once, more than ${mostDrafts}`);
  return drafts.map(draftOf);
}

function draftOf(value: unknown): Draft {
  if (!isDraft(value))
    throw new TypeError(`what it gave is wrong: ${sentences(isDraft.errors ?? []).join('; ')}`);
  const { title, detail, time, last, evidence, about, actions, regions, ...rest } = value as unknown as Draft;
  if (last !== undefined && last < time) throw new TypeError('what it gave is wrong: last is before time');
  return {
    ...rest,
    title: title.slice(0, limits.title),
    time: Math.floor(time),
    evidence: cut(evidence),
    about: cut(about),
    ...(detail === undefined ? {} : { detail: cut(detail) }),
    ...(last === undefined ? {} : { last: Math.floor(last) }),
    ...(actions === undefined ? {} : { actions }),
    ...(regions === undefined ? {} : { regions }),
  };
}

function cut(texts: readonly string[]): string[] {
  return texts.slice(0, limits.list).map((text) => text.slice(0, limits.text));
}
