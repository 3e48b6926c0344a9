import type { Command } from 'commander';
import { z } from 'zod';
import { CoreError } from '../../src-core/index.js';

/** The parts of JSON Schema that the schemas of jobs and phantoms use. */
interface Node {
  readonly type?: string;
  readonly const?: string | number;
  readonly enum?: readonly unknown[];
  readonly default?: string | number | null;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly prefixItems?: readonly Node[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** A schema that options are read by; `base` holds what it requires and no option gives. */
export interface OptionSchema {
  readonly schema: z.ZodType;
  readonly base: object;
  readonly root: Node;
}

/** An option that sets one value of a document; range and default come from the document's schema. */
export interface SchemaOption {
  readonly flag: string;
  readonly placeholder: string;
  /** Where the value stands: "model.lengthNm". */
  readonly path: string;
  readonly about: string;
  /** A word that stands for a value elsewhere in the document, and the value there where another text is given. */
  readonly word?: {
    readonly text: string;
    readonly path: string;
    readonly value: string;
    readonly otherwise: string;
  };
  /** Where the sd stands that may follow the value, as in 0.58±0.02; none after it leaves the value without. */
  readonly spread?: string;
  /** Values of the contract that are not built yet. */
  readonly notYet?: readonly string[];
}

/** A schema made ready for reading options by it. */
export function optionSchema(schema: z.ZodType, base: object): OptionSchema {
  return { schema, base, root: z.toJSONSchema(schema, { io: 'input' }) as Node };
}

function nodeAt({ root }: OptionSchema, path: string): Node {
  let node = root;
  for (const key of path.split('.')) {
    const child = node.properties?.[key];
    if (!child) throw new Error(`There is no ${path}.`);
    node = child;
  }
  return node;
}

/** Short form of a bound: 1e9 rather than 1000000000. */
function boundText(value: number): string {
  return Math.abs(value) < 1e6 ? String(value) : value.toExponential().replace('+', '');
}

function numberText(node: Node): string {
  const bounds = [
    node.exclusiveMinimum !== undefined && `above ${boundText(node.exclusiveMinimum)}`,
    node.minimum !== undefined && node.minimum > Number.MIN_SAFE_INTEGER && `from ${boundText(node.minimum)}`,
    node.exclusiveMaximum !== undefined && `below ${boundText(node.exclusiveMaximum)}`,
    node.maximum !== undefined &&
      node.maximum < Number.MAX_SAFE_INTEGER &&
      `up to ${boundText(node.maximum)}`,
  ].filter((bound) => bound !== false);
  return [node.type === 'integer' ? 'a whole number' : 'a number', bounds.join(', ')].join(' ').trim();
}

function textOf(node: Node): string {
  if (node.anyOf) {
    return node.anyOf
      .filter((choice) => choice.type !== 'null')
      .map(textOf)
      .join(' or ');
  }
  if (node.const !== undefined) return String(node.const);
  if (node.enum) return node.enum.join(', ');
  if (node.prefixItems?.length === 3)
    return `two or three values (X,Y or X,Y,Z), each ${textOf(node.prefixItems[0])}`;
  if (node.prefixItems)
    return `one value for both channels or two (A,B), each ${textOf(node.prefixItems[0])}`;
  if (node.type === 'object') return 'name=column pairs such as x=X_nm,y=Y_nm';
  return numberText(node);
}

/** What the schema takes at `path`, in words. */
export function rangeText(schema: OptionSchema, path: string): string {
  return textOf(nodeAt(schema, path));
}

/** The default at `path`, in words; undefined where it is decided from the data. */
export function defaultText(schema: OptionSchema, path: string): string | undefined {
  const value = nodeAt(schema, path).default;
  return value === null || value === undefined ? undefined : String(value);
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readPairs(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').map((part) => /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** A value per channel, one standing for both, or a vector along x, y and perhaps z. */
function readNumbers(text: string, items: readonly Node[]): readonly number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > items.length || !parts.every((part) => numeral.test(part))) return undefined;
  const values = parts.map(Number);
  if (items.length === 3) return values.length < 2 ? undefined : values;
  const [first, second = first] = values;
  return [first, second];
}

/** A node and, however deep they are nested, all that it may be. */
function choicesOf(node: Node): Node[] {
  return [node, ...(node.anyOf ?? []).flatMap(choicesOf)];
}

/** The value that `text` stands for under a node of the schema; undefined where it cannot be one. */
function readText(text: string, node: Node): unknown {
  const choices = choicesOf(node);
  const named = choices.find(({ const: name }) => name !== undefined && String(name) === text);
  if (named) return named.const;
  if (choices.some((choice) => choice.enum?.includes(text))) return text;
  const tuple = choices.find((choice) => choice.prefixItems)?.prefixItems;
  if (tuple) return readNumbers(text, tuple);
  if (choices.some((choice) => choice.type === 'object')) return readPairs(text);
  const numeric = choices.some((choice) => choice.type === 'number' || choice.type === 'integer');
  return numeric && numeral.test(text) ? Number(text) : undefined;
}

/** An object with one value at a path of one or two keys. */
function nest(path: string, value: unknown): Record<string, unknown> {
  const [head, ...rest] = path.split('.');
  return { [head]: rest.length === 0 ? value : nest(rest.join('.'), value) };
}

/** What would do where a value does not: the schema's own words if it has some, else the range. */
function remedy(
  schema: OptionSchema,
  path: string,
  issues: readonly { code: string; message: string }[],
): string {
  const own = issues.find(({ code }) => code === 'custom');
  return own ? `It ${own.message}.` : `Give ${rangeText(schema, path)}.`;
}

/**
 * The value of an option's text for `path`; throws a `usage` CoreError that names the option, the text and what is
 * allowed.
 */
export function readValue(
  schema: OptionSchema,
  option: { flag: string; path: string },
  text: string,
): unknown {
  const { flag, path } = option;
  const value = readText(text, nodeAt(schema, path));
  const checked = schema.schema.safeParse(mergeSections(schema.base, nest(path, value)));
  if (value !== undefined && checked.success) return value;
  const hint = remedy(schema, path, value === undefined ? [] : (checked.error?.issues ?? []));
  throw new CoreError({ tag: 'usage', message: `"${text}" cannot be used.`, where: flag, hint });
}

/** The name under which commander keeps an option: --het-fraction is hetFraction. */
export function keyOf(flag: string): string {
  return flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The `usage` error of something in the contract that is not built yet. */
export function notAvailable(what: string, available: string): CoreError {
  return new CoreError({ tag: 'usage', message: 'This is not available yet.', where: what, hint: available });
}

function helpOf(schema: OptionSchema, option: SchemaOption): string {
  const fallback = defaultText(schema, option.path);
  const spread = option.spread === undefined ? [] : ['with its sd, as in 0.58±0.02 or 0.58+-0.02'];
  const notes = [
    [rangeText(schema, option.path), ...(option.word ? [option.word.text] : []), ...spread].join(', or '),
    ...(fallback === undefined ? [] : [`default ${fallback}`]),
    ...(option.notYet ? [`not available yet: ${option.notYet.join(', ')}`] : []),
  ];
  return `${option.about} (${notes.join('; ')})`;
}

/** Adds options to a command, each with its range and default in its help. */
export function addSchemaOptions(
  command: Command,
  schema: OptionSchema,
  options: readonly SchemaOption[],
): Command {
  for (const option of options) {
    command.option(`${option.flag} <${option.placeholder}>`, helpOf(schema, option));
  }
  return command;
}

/** Merges plain objects, one level deep; `over` wins. */
export function mergeSections<T extends object>(base: T, over: object): T {
  const merged: Record<string, unknown> = Object.fromEntries(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const present = merged[key];
    const both = isSection(present) && isSection(value);
    merged[key] = both ? { ...present, ...value } : (value as unknown);
  }
  return merged as T;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What one option sets: its own value, with the sd that follows it, or what a word of its own stands for. */
function optionValues(schema: OptionSchema, option: SchemaOption, text: string): Record<string, unknown> {
  const { word, path, spread, flag } = option;
  if (word?.text === text) return nest(word.path, word.value);
  if (spread !== undefined) {
    const [own, ...sd] = text.split(/\s*(?:±|\+\/?-)\s*/);
    const value = nest(path, readValue(schema, { flag, path }, own));
    const known = { ...schema, base: mergeSections(schema.base, value) };
    const beside = sd.length === 0 ? null : readValue(known, { flag, path: spread }, sd.join('±'));
    return mergeSections(value, nest(spread, beside));
  }
  const own = nest(path, readValue(schema, option, text));
  return word === undefined ? own : mergeSections(own, nest(word.path, word.otherwise));
}

/**
 * The part of a document that the options give; throws `usage` naming the option, its value and what is allowed,
 * also for what is not available yet.
 */
export function readSchemaOptions(
  schema: OptionSchema,
  options: readonly SchemaOption[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let document: Record<string, unknown> = {};
  for (const option of options) {
    const text = values[keyOf(option.flag)];
    if (typeof text !== 'string') continue;
    if (option.notYet?.includes(text)) {
      throw notAvailable(`${option.flag} ${text}`, `Available: ${rangeText(schema, option.path)}.`);
    }
    document = mergeSections(document, optionValues(schema, option, text));
  }
  return document;
}
