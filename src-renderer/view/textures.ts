import {
  ClampToEdgeWrapping,
  DataTexture,
  FloatType,
  NearestFilter,
  type PixelFormat,
  RedFormat,
  RGBAFormat,
  type TextureDataType,
  UnsignedByteType,
} from 'three';
import { type ColormapName, colorTable } from '../../src-core/figure/colormap.js';
import type { Picture } from './picture.js';

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly type: TextureDataType;
}

/** Numbers as a texture that is read pixel by pixel, without mipmaps or mixing. */
export function dataTexture(
  data: Float32Array | Uint8Array,
  { width, height, format, type }: Layout,
): DataTexture {
  const texture = new DataTexture(data, width, height, format, type);
  texture.minFilter = NearestFilter;
  texture.magFilter = NearestFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.generateMipmaps = false;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

/** The textures of one picture: its values as they are (32-bit float), and its flags. */
export interface PictureTextures {
  readonly values: DataTexture;
  readonly flags: DataTexture;
}

/** Uploads a picture; values go as they are, so that limits and colours can change without it. */
export function pictureTextures({ size, values, flags }: Picture): PictureTextures {
  const shape = { width: size.nx, height: size.ny, format: RedFormat };
  return {
    values: dataTexture(values, { ...shape, type: FloatType }),
    flags: dataTexture(flags, { ...shape, type: UnsignedByteType }),
  };
}

/** A colour map as a texture of 256 × 1. */
export function colormapTexture(name: ColormapName): DataTexture {
  const rgb = colorTable(name);
  const rgba = new Uint8Array(1024).fill(255);
  for (let i = 0; i < 256; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return dataTexture(rgba, { width: 256, height: 1, format: RGBAFormat, type: UnsignedByteType });
}
