import { describe, expect, it } from 'vitest';
import { makeDataStore } from '../../src-main/session/data-store.js';

const array = (entries: number) => ({ values: new Float32Array(entries), shape: [1, 1, entries] as const });

describe('the store of arrays', () => {
  it('lets go of what was used longest ago, whole groups at a time, until the budget holds', () => {
    const store = makeDataStore(400);
    const first = store.put({ a: array(20), b: array(20) });
    const second = store.put({ a: array(40) });
    expect(store.bytes()).toBe(320);
    expect(store.read(first.b.id)?.values.length).toBe(20);
    const third = store.put({ a: array(40) });
    expect(store.read(second.a.id)).toBeUndefined();
    expect(store.read(first.a.id)).toBeDefined();
    expect(store.read(third.a.id)).toBeDefined();
    expect(store.bytes()).toBe(320);
  });

  it('keeps what was put last, even over the budget', () => {
    const store = makeDataStore(10);
    const before = store.put({ a: array(100) });
    const { a } = store.put({ a: array(1000) });
    expect(store.read(a.id)?.values.length).toBe(1000);
    expect(store.read(before.a.id)).toBeUndefined();
    expect(store.bytes()).toBe(4000);
  });

  it('drops a group by any of its ids, once', () => {
    const store = makeDataStore(1000);
    const { a, b } = store.put({ a: array(10), b: array(10) });
    store.drop(b.id);
    store.drop(b.id);
    store.drop('nothing');
    expect(store.read(a.id)).toBeUndefined();
    expect(store.bytes()).toBe(0);
  });

  it('gives ids that cannot be guessed and tells the type', () => {
    const store = makeDataStore(1000);
    const { f, u } = store.put({ f: array(2), u: { values: new Uint8Array(2), shape: [1, 1, 2] } });
    expect([f.type, u.type]).toEqual(['float32', 'uint8']);
    expect(f.id).toMatch(/^[\w-]{16}$/);
    expect(f.id).not.toBe(u.id);
  });
});
