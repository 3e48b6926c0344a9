import {
  ClampToEdgeWrapping,
  Data3DTexture,
  DataTexture,
  FloatType,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  type PixelFormat,
  RedFormat,
  RGBAFormat,
  RGFormat,
  type Texture,
  type TextureDataType,
  UnsignedByteType,
} from 'three';
import { type ColormapName, colorTable } from '../../src-core/figure/colormap.js';
import type { Picture } from './picture.js';
import type { Volume } from './volume.js';

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly type: TextureDataType;
}

/** The texture read by a filter up to its edges, without mipmaps; its rows lie close to each other. */
function readBy<T extends Texture>(filter: typeof NearestFilter | typeof LinearFilter, texture: T): T {
  texture.minFilter = filter;
  texture.magFilter = filter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.generateMipmaps = false;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

/** Numbers as a texture that is read pixel by pixel, without mipmaps or mixing. */
export function dataTexture(
  data: Float32Array | Uint8Array,
  { width, height, format, type }: Layout,
): DataTexture {
  return readBy(NearestFilter, new DataTexture(data, width, height, format, type));
}

/** The textures of one picture: its values as they are (32-bit float), and its flags. */
export interface PictureTextures {
  readonly values: DataTexture;
  readonly flags: DataTexture;
}

/** Uploads a picture; values go as they are, so that limits and colours can change without it. */
function pictureTextures({ size, values, flags }: Picture): PictureTextures {
  const shape = { width: size.nx, height: size.ny, format: RedFormat };
  return {
    values: dataTexture(values, { ...shape, type: FloatType }),
    flags: dataTexture(flags, { ...shape, type: UnsignedByteType }),
  };
}

/** A stack as a texture of two 16-bit floats a voxel, read smoothly between them. */
function volumeTexture({ size, texels }: Volume): Data3DTexture {
  const texture = new Data3DTexture(texels, ...size);
  texture.format = RGFormat;
  texture.type = HalfFloatType;
  texture.wrapR = ClampToEdgeWrapping;
  return readBy(LinearFilter, texture);
}

/** A colour map as a texture of 256 × 1. */
function colormapTexture(name: ColormapName): DataTexture {
  const rgb = colorTable(name);
  const rgba = new Uint8Array(1024).fill(255);
  for (let i = 0; i < 256; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return dataTexture(rgba, { width: 256, height: 1, format: RGBAFormat, type: UnsignedByteType });
}

/** Textures by what they are made of. Those that a drawing did not ask for are freed after it. */
export interface TextureCupboard {
  readonly picture: (picture: Picture) => PictureTextures;
  readonly volume: (volume: Volume) => Texture;
  readonly colors: (name: ColormapName) => Texture;
  /** Frees what was not asked for since the last call; the number of textures kept. */
  readonly tidy: () => number;
  readonly empty: () => void;
}

/** An empty cupboard; its textures belong to one renderer. */
export function makeTextureCupboard(): TextureCupboard {
  const kept = new Map<object | string, readonly Texture[]>();
  let asked = new Set<object | string>();
  const take = <T extends readonly Texture[]>(key: object | string, make: () => T): T => {
    asked.add(key);
    const textures = (kept.get(key) as T | undefined) ?? make();
    kept.set(key, textures);
    return textures;
  };
  const free = (key: object | string): void => {
    for (const texture of kept.get(key) ?? []) texture.dispose();
    kept.delete(key);
  };
  return {
    picture: (picture) => {
      const [values, flags] = take(picture, () => {
        const made = pictureTextures(picture);
        return [made.values, made.flags] as const;
      });
      return { values, flags };
    },
    volume: (volume) => take(volume, () => [volumeTexture(volume)] as const)[0],
    colors: (name) => take(name, () => [colormapTexture(name)] as const)[0],
    tidy: () => {
      for (const key of [...kept.keys()]) if (!asked.has(key)) free(key);
      asked = new Set();
      return kept.size;
    },
    empty: () => {
      for (const key of [...kept.keys()]) free(key);
    },
  };
}
