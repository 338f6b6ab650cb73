import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupCredentials } from '../../src/chains/group.js';
import type { IssuedFact, UseFact } from '../../src/model/credential.js';

const anna = 'AROAEXAMPLE:anna';
const at = 1_800_000_000;
let ref = 0;

function issued(changes: Partial<IssuedFact> = {}): IssuedFact {
  ref++;
  return {
    ref,
    eventId: `event-${ref}`,
    name: 'AssumeRole',
    kind: 'assumed-role',
    at,
    accessKeyId: `ASIAEXAMPLE${ref}`,
    principal: anna,
    shared: null,
    fullness: 1,
    ...changes,
  };
}

function use(changes: Partial<UseFact> = {}): UseFact {
  ref++;
  return {
    ref,
    kind: 'assumed-role',
    accessKeyId: null,
    principal: anna,
    createdAt: at,
    ...changes,
  };
}

describe('one credential', () => {
  it('is its issuance and the use that signs with its key, whatever date the use shows', () => {
    const a = issued();
    const b = use({ accessKeyId: a.accessKeyId, createdAt: null });
    const groups = groupCredentials([a], [b]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ issued: [a.ref], uses: [{ ref: b.ref, tie: 'issued-key' }] });
  });

  it('is not what another principal did with the same key', () => {
    const a = issued();
    const groups = groupCredentials([a], [use({ accessKeyId: a.accessKeyId, principal: 'AROAEXAMPLE:bob' })]);
    expect(groups.map(({ uses }) => uses.length)).toEqual([0, 1]);
  });

  it('is not what a credential of another kind did, nor one made before it was issued', () => {
    const a = issued();
    const token = use({ accessKeyId: a.accessKeyId, kind: 'session-token' });
    const early = use({ accessKeyId: a.accessKeyId, createdAt: at - 3 });
    expect(groupCredentials([a], [token]).length).toBe(2);
    expect(groupCredentials([a], [early]).length).toBe(2);
  });

  it.each([0, 1])('is found by its creation date %i s before the issuance', (lag) => {
    const a = issued({ accessKeyId: null });
    const b = use({ createdAt: at - lag, accessKeyId: 'ASIAROTATED' });
    expect(groupCredentials([a], [b])).toMatchObject([{ uses: [{ ref: b.ref, tie: 'principal-time' }] }]);
  });

  it.each([-1, 2])('is not found by a creation date %i s before the issuance', (lag) => {
    const groups = groupCredentials([issued({ accessKeyId: null })], [use({ createdAt: at - lag })]);
    expect(groups).toHaveLength(2);
    expect(groups[1]!.candidates).toEqual([]);
  });

  it('is both copies of one call, the fuller first', () => {
    const thin = issued({ shared: 's1', fullness: 1 });
    const full = issued({ shared: 's1', fullness: 9, accessKeyId: thin.accessKeyId });
    expect(groupCredentials([thin, full], [])).toMatchObject([{ issued: [full.ref, thin.ref] }]);
  });

  it('is the STS record and the console switch of its second, where exactly one fits', () => {
    const sts = issued();
    const console = issued({ name: 'SwitchRole', accessKeyId: null, at: at + 1 });
    expect(groupCredentials([sts, console], [])).toMatchObject([{ issued: [sts.ref, console.ref] }]);
    expect(groupCredentials([sts, issued(), console], [])).toHaveLength(3);
  });

  it('seen through uses alone is one, whatever keys it rotated', () => {
    const uses = ['ASIA1', 'ASIA2', 'ASIA3'].map((accessKeyId) => use({ accessKeyId, createdAt: at - 500 }));
    const groups = groupCredentials([], uses);
    expect(groups).toHaveLength(1);
    expect(groups[0]!.uses.map(({ tie }) => tie)).toEqual(['uses', 'uses', 'uses']);
  });
});

describe('what fits several', () => {
  it('keeps all as candidates', () => {
    const [a, b] = [issued(), issued()];
    const groups = groupCredentials([a, b], [use({ accessKeyId: 'ASIAOTHER' })]);
    expect(groups.at(-1)!.candidates).toHaveLength(2);
    expect(groups.slice(0, 2).every(({ uses }) => uses.length === 0)).toBe(true);
  });

  it('is settled by what is certain about the others', () => {
    const [a, b] = [issued({ at }), issued({ at: at + 1 })];
    const late = use({ accessKeyId: 'ASIALATE', createdAt: at + 1 });
    const either = use({ accessKeyId: 'ASIAEITHER', createdAt: at });
    const groups = groupCredentials([a, b], [late, either]);
    const ownerOf = (ref: number) => groups.find(({ uses }) => uses.some((u) => u.ref === ref))!.issued;
    expect([ownerOf(late.ref), ownerOf(either.ref)]).toEqual([[b.ref], [a.ref]]);
  });

  it('by name alone never links', () => {
    const groups = groupCredentials([issued()], [use({ createdAt: null, accessKeyId: 'ASIAOTHER' })]);
    expect(groups[1]).toMatchObject({ issued: [], candidates: [] });
  });
});

describe('any facts', () => {
  const someKey = fc.constantFrom(null, 'ASIA1', 'ASIA2', 'ASIA3');
  const somePrincipal = fc.constantFrom(null, anna, 'AROAEXAMPLE:bob');
  const someTime = fc.integer({ min: at, max: at + 3 });
  const someIssued = fc.array(
    fc.record({
      name: fc.constantFrom('AssumeRole', 'SwitchRole'),
      accessKeyId: someKey,
      principal: somePrincipal,
      shared: fc.constantFrom(null, null, 's1', 's2'),
      at: someTime,
      fullness: fc.nat(2),
    }),
    { maxLength: 7 },
  );
  const someUses = fc.array(
    fc.record({
      accessKeyId: someKey,
      principal: somePrincipal,
      createdAt: fc.option(someTime),
      kind: fc.constantFrom('assumed-role' as const, 'session-token' as const),
    }),
    { maxLength: 7 },
  );

  it('come to the same credentials in any order, every fact in exactly one', () => {
    fc.assert(
      fc.property(someIssued, someUses, fc.infiniteStream(fc.nat()), (made, did, chance) => {
        const a = made.map((facts) => issued(facts));
        const b = did.map((facts) => use(facts));
        const shuffled = <T>(list: T[]) =>
          list
            .map((each) => ({ each, by: chance.next().value as number }))
            .sort((x, y) => x.by - y.by)
            .map(({ each }) => each);
        const plain = (groups: ReturnType<typeof groupCredentials>) =>
          groups
            .map((group) => ({ ...group, issued: [...group.issued].sort() }))
            .sort((x, y) => JSON.stringify(x).localeCompare(JSON.stringify(y)));
        const groups = groupCredentials(a, b);
        expect(plain(groupCredentials(shuffled(a), shuffled(b)))).toEqual(plain(groups));
        expect(groups.flatMap((group) => group.issued).sort()).toEqual(a.map((fact) => fact.ref).sort());
        expect(groups.flatMap((group) => group.uses.map((u) => u.ref)).sort()).toEqual(
          b.map((fact) => fact.ref).sort(),
        );
        expect(new Set(groups.map((group) => group.naturalKey)).size).toBe(groups.length);
      }),
      { numRuns: 400 },
    );
  });
});
