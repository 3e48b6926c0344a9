import { BufferAttribute, BufferGeometry, DoubleSide, GLSL3, Mesh, RawShaderMaterial } from 'three';

/** A square from 0 to 1 in x and y with shaders of its own. */
export type Square = Mesh<BufferGeometry, RawShaderMaterial>;

/** What a part of the overlay is drawn by. */
export interface OverlayShaders {
  readonly vertex: string;
  readonly fragment: string;
  readonly uniformNames: readonly string[];
}

/** A material that lies over what was drawn before and never hides anything by depth. */
export function overlayMaterial(shaders: OverlayShaders, transparent: boolean): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: shaders.vertex,
    fragmentShader: shaders.fragment,
    uniforms: Object.fromEntries(shaders.uniformNames.map((name) => [name, { value: null }])),
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
    transparent,
  });
}

/** A square that is drawn after the map (order over 0, blended) or before it (order under 0, opaque). */
export function makeSquare(shaders: OverlayShaders, order: number): Square {
  const geometry = new BufferGeometry();
  const corners = new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0]);
  geometry.setAttribute('position', new BufferAttribute(corners, 3));
  const square = new Mesh(geometry, overlayMaterial(shaders, order > 0));
  square.frustumCulled = false;
  square.renderOrder = order;
  return square;
}
