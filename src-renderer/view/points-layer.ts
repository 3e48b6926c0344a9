import {
  BufferAttribute,
  BufferGeometry,
  type Object3D,
  Points,
  type RawShaderMaterial,
  Sphere,
  Vector2,
  Vector3,
} from 'three';
import type { PointCloud } from '../../src-main/api.js';
import { overlayMaterial } from './overlay-square.js';
import { pointsFragment, pointsVertex } from './overlay-shaders.js';
import type { PointsOverlay } from './overlay.js';
import { frameUniform, setUniforms } from './plane-layer.js';
import type { DrawingTools } from './painter.js';
import type { PlaneScene } from './scene.js';

/** Clouds of points over the map. */
export interface PointsLayer {
  readonly place: (overlays: readonly PointsOverlay[], scene: PlaneScene, tools: DrawingTools) => Object3D[];
  readonly dispose: () => void;
}

const attributeOf: Readonly<Record<PointCloud['columns'][number], string>> = {
  x: 'position',
  y: 'alongY',
  z: 'alongZ',
  precision: 'precisionNm',
  channel: 'channelCode',
};

/** The columns of a cloud as they came; a column that it lacks is 0 for every point. */
function geometryOf({ cloud, values }: PointsOverlay): BufferGeometry {
  const geometry = new BufferGeometry();
  // Nothing is culled; without a sphere three.js would work one out from positions that it takes for triples.
  geometry.boundingSphere = new Sphere();
  cloud.columns.forEach((column, slot) => {
    const part = values.subarray(slot * cloud.shown, (slot + 1) * cloud.shown);
    geometry.setAttribute(attributeOf[column], new BufferAttribute(part, 1));
  });
  return geometry;
}

const uniformNames = [
  ...['corner', 'pane', 'frame', 'nmPerPixel', 'ratio', 'pixels', 'zWindow', 'channel', 'tone', 'opacity'],
];

type PointsObject = Points<BufferGeometry, RawShaderMaterial>;

const everyZ = [-1e30, 1e30] as const;

function setPoints(
  object: PointsObject,
  overlay: PointsOverlay,
  scene: PlaneScene,
  tools: DrawingTools,
): void {
  const { camera, pane } = scene;
  const { ratio } = tools;
  const { left, top, channel, color, opacity, pixels, zWindow } = overlay;
  setUniforms(object.material, {
    corner: new Vector2(left - camera.x, top - camera.y),
    pane: new Vector2(pane.width, pane.height),
    frame: frameUniform(tools),
    nmPerPixel: camera.nmPerPixel,
    ratio,
    pixels: pixels ?? 0,
    zWindow: new Vector2(...(zWindow ?? everyZ)),
    channel: channel ?? -1,
    tone: new Vector3(...color),
    opacity,
  });
}

/** A layer that keeps what it uploaded of a cloud as long as the cloud is drawn. */
export function makePointsLayer(): PointsLayer {
  const geometries = new Map<Float32Array, BufferGeometry>();
  const objects: PointsObject[] = [];
  const objectAt = (index: number, geometry: BufferGeometry): PointsObject => {
    const shaders = { vertex: pointsVertex, fragment: pointsFragment, uniformNames };
    const object = objects.at(index) ?? new Points(geometry, overlayMaterial(shaders, true));
    objects[index] = object;
    object.geometry = geometry;
    object.frustumCulled = false;
    object.renderOrder = 2 + index;
    return object;
  };
  const letGo = (kept: readonly PointsOverlay[]): void => {
    for (const [values, geometry] of geometries) {
      if (kept.some((overlay) => overlay.values === values)) continue;
      geometry.dispose();
      geometries.delete(values);
    }
  };
  const place: PointsLayer['place'] = (overlays, scene, tools) => {
    letGo(overlays);
    return overlays.map((overlay, index) => {
      const geometry = geometries.get(overlay.values) ?? geometryOf(overlay);
      geometries.set(overlay.values, geometry);
      const object = objectAt(index, geometry);
      setPoints(object, overlay, scene, tools);
      return object;
    });
  };
  return {
    place,
    dispose: () => {
      letGo([]);
      for (const { material } of objects) material.dispose();
    },
  };
}
