import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Hdf5Dataset, Hdf5Field, Hdf5File, NumberFormat } from '../../src-core/index.js';

const standardError = 2;
let nowhere: number | undefined;

/**
 * Keeps the library from writing its inner history of a failure to the terminal: what is wrong with a file is said by
 * the error that comes of it.
 */
function silence(files: unknown): void {
  const { streams } = files as { readonly streams?: readonly { nfd?: number }[] };
  const stream = streams?.[standardError];
  if (stream !== undefined) stream.nfd = nowhere ??= openSync(devNull, 'w');
}

/** libhdf5, compiled to WebAssembly; loaded when the first HDF5 file is opened. */
async function loadLibrary() {
  const { Attribute, ready } = await import('h5wasm/node');
  const library = await ready;
  silence(library.FS);
  return { library, Attribute };
}

type Loaded = Awaited<ReturnType<typeof loadLibrary>>;
type Library = Loaded['library'];
type Metadata = ReturnType<Library['get_dataset_metadata']>;

/** An open file, by the library's own number for it. */
interface Opened extends Loaded {
  readonly id: bigint;
}

/** Entries along the first axis that are read at a time. */
const usualSlab = 65_536;

/** The classes of types of HDF5 that are numbers. */
const integerClass = 0;
const floatClass = 1;
const enumClass = 8;

function numberOf({ type, size, signed, littleEndian }: Metadata): NumberFormat | undefined {
  if (type === floatClass) return { kind: 'f', bytes: size, littleEndian };
  if (type !== integerClass && type !== enumClass) return undefined;
  return { kind: signed ? 'i' : 'u', bytes: size, littleEndian };
}

function fieldsOf({ compound_type: compound }: Metadata): readonly Hdf5Field[] | undefined {
  return compound?.members.flatMap((member) => {
    const number = numberOf(member);
    return number === undefined ? [] : [{ ...number, name: member.name, offset: member.offset }];
  });
}

/** The bytes of entries [first, first + count) along the first axis. */
function readSlab(
  { library, id }: Opened,
  path: string,
  metadata: Metadata,
  [first, count]: [number, number],
) {
  const shape = metadata.shape ?? [];
  const counts = [count, ...shape.slice(1)].map(BigInt);
  const offsets = shape.map((_, axis) => BigInt(axis === 0 ? first : 0));
  const strides = shape.map(() => 1n);
  const length = Number(counts.reduce((product, size) => product * size, BigInt(metadata.size)));
  const pointer = library._malloc(length);
  if (pointer === 0) throw new Error(`${length} bytes could not be had`);
  try {
    library.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
    return library.HEAPU8.slice(pointer, pointer + length);
  } finally {
    library._free(pointer);
  }
}

/** Reads entries from whole slabs, of which the last one is kept: a compressed piece of a file is not unpacked twice. */
function rowReader(opened: Opened, path: string, metadata: Metadata, rowBytes: number): Hdf5Dataset['rows'] {
  const [total = 0] = metadata.shape ?? [];
  const [piece = 1] = metadata.chunks ?? [];
  const slab = piece * Math.max(1, Math.floor(usualSlab / piece));
  let held: { readonly index: number; readonly bytes: Uint8Array } | undefined;
  const slabOf = (index: number): Uint8Array => {
    if (held?.index === index) return held.bytes;
    const first = index * slab;
    held = { index, bytes: readSlab(opened, path, metadata, [first, Math.min(slab, total - first)]) };
    return held.bytes;
  };
  return (first, count) => {
    const out = new Uint8Array(Math.max(0, Math.min(count, total - first)) * rowBytes);
    for (let filled = 0; filled < out.length;) {
      const row = first + filled / rowBytes;
      const index = Math.floor(row / slab);
      const part = slabOf(index)
        .subarray((row - index * slab) * rowBytes)
        .subarray(0, out.length - filled);
      if (part.length === 0) throw new Error('fewer entries than its head says');
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  };
}

/** Whether every part of a path is a group of this very file, no link to another, and its end is of this type. */
function isThere({ library, id }: Opened, path: string, type: number): boolean {
  const parts = path.split('/');
  return parts.every((part, k) => {
    const [parent, own] = [parts.slice(0, k).join('/') || '/', parts.slice(0, k + 1).join('/')];
    if (!library.get_names(id, parent, false).includes(part)) return false;
    const { filename } = library.get_external_link(id, own) as { readonly filename?: string };
    const wanted = k === parts.length - 1 ? type : library.H5G_GROUP;
    return filename === undefined && library.get_type(id, own) === wanted;
  });
}

function datasetAt(opened: Opened, path: string): Hdf5Dataset | undefined {
  const { library, id } = opened;
  if (!isThere(opened, path, library.H5G_DATASET)) return undefined;
  const metadata = library.get_dataset_metadata(id, path);
  const shape = metadata.shape ?? [];
  const rowBytes = shape.slice(1).reduce((product, size) => product * size, metadata.size);
  // What lies in other files is not what the user opened; text of any length is no table of numbers.
  if (metadata.virtual_sources !== undefined || metadata.vlen || rowBytes === 0) return undefined;
  const [number, fields] = [numberOf(metadata), fieldsOf(metadata)];
  const rows = rowReader(opened, path, metadata, rowBytes);
  return { shape, rowBytes, ...(number && { number }), ...(fields && { fields }), rows };
}

function attributeAt(opened: Opened, path: string, name: string): string | readonly number[] | undefined {
  const { library, id, Attribute } = opened;
  if (!isThere(opened, path, library.H5G_GROUP)) return undefined;
  if (!library.get_attribute_names(id, path).includes(name)) return undefined;
  const value: unknown = new Attribute(id, path, name).json_value;
  if (typeof value === 'string') return value;
  const numbers = [value].flat(4).filter((each) => typeof each === 'number');
  return numbers.length > 0 ? numbers : undefined;
}

/** Opens an HDF5 file for reading. Throws what the library throws for one that is broken. */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const loaded = await loadLibrary();
  const { library } = loaded;
  const id = library.open(path, library.H5F_ACC_RDONLY, false, -1, -1);
  if (id <= 0n) throw new Error('it cannot be opened');
  const opened: Opened = { ...loaded, id };
  let isOpen = true;
  return {
    dataset: (place) => datasetAt(opened, place),
    attribute: (place, name) => attributeAt(opened, place, name),
    close: () => {
      if (isOpen) library.close_file(id);
      isOpen = false;
    },
  };
}
