/** Declarations and functions that both ways of drawing share: reading a pixel and giving a value its colour. */
const shared = /* glsl */ `
precision highp float;
precision highp int;
uniform highp sampler2D values;
uniform highp sampler2D flags;
uniform highp sampler2D colors;
uniform vec2 limits;
uniform ivec2 size;

int flagsAt(ivec2 pixel) {
  if (any(lessThan(pixel, ivec2(0))) || any(greaterThanEqual(pixel, size))) return 0;
  return int(texelFetch(flags, pixel, 0).r * 255.0 + 0.5);
}

float shareAt(ivec2 pixel) {
  return (texelFetch(values, pixel, 0).r - limits.x) / (limits.y - limits.x);
}

vec3 colorOf(float share) {
  return texelFetch(colors, ivec2(clamp(int(floor(share * 256.0)), 0, 255), 0), 0).rgb;
}
`;

/** A picture lying in the plane: `center` and `nmPerPixel` say where the pane looks, `pane` is its size. */
export const planeVertex = /* glsl */ `
${shared}
in vec3 position;
uniform vec2 extent;
uniform vec2 center;
uniform vec2 pane;
uniform float nmPerPixel;
out vec2 pixel;

void main() {
  vec2 place = (position.xy * extent - center) / nmPerPixel;
  pixel = position.xy * vec2(size);
  gl_Position = vec4(2.0 * place.x / pane.x, -2.0 * place.y / pane.y, 0.0, 1.0);
}
`;

/** Colours what is shown, hatches what is doubtful, and draws the edge of the nucleus one screen pixel wide. */
export const planeFragment = /* glsl */ `
${shared}
in vec2 pixel;
uniform vec3 hatchDark;
uniform vec3 hatchLight;
uniform vec3 outlineColor;
uniform vec2 screenPerPixel;
uniform float ratio;
uniform bool hatch;
uniform bool outline;
out vec4 color;

bool insideAt(ivec2 at) { return (flagsAt(at) & 1) != 0; }

bool onEdge(ivec2 at) {
  vec2 within = pixel - vec2(at);
  vec2 before = within * screenPerPixel;
  vec2 after = (1.0 - within) * screenPerPixel;
  float reach = max(0.75 * ratio, 0.5);
  bool here = insideAt(at);
  return (before.x < reach && insideAt(at - ivec2(1, 0)) != here)
    || (after.x < reach && insideAt(at + ivec2(1, 0)) != here)
    || (before.y < reach && insideAt(at - ivec2(0, 1)) != here)
    || (after.y < reach && insideAt(at + ivec2(0, 1)) != here);
}

void main() {
  ivec2 at = ivec2(floor(pixel));
  int bits = flagsAt(at);
  color = vec4(0.0);
  if ((bits & 2) != 0) color = vec4(colorOf(shareAt(at)), 1.0);
  else if ((bits & 4) != 0) {
    bool line = hatch && mod(gl_FragCoord.x + gl_FragCoord.y, 7.0 * ratio) < 1.6 * ratio;
    color = vec4(line ? hatchLight : hatchDark, 1.0);
  }
  if (outline && onEdge(at)) color = vec4(outlineColor, 1.0);
  // What lies under a blank pixel (the ground that points are blended with) stays.
  if (color.a == 0.0) discard;
}
`;

/** A picture as a surface over the plane: `window` is the part of the picture (first pixel, size) it covers. */
export const surfaceVertex = /* glsl */ `
${shared}
in vec3 position;
uniform mat4 view;
uniform vec4 window;
uniform vec2 span;
uniform float height;
out float share;
out float known;
out vec3 normal;

bool shownAt(ivec2 at) { return (flagsAt(at) & 2) != 0; }
float heightAt(ivec2 at, float otherwise) {
  return shownAt(at) ? clamp(shareAt(at), 0.0, 1.0) : otherwise;
}

void main() {
  ivec2 at = ivec2(window.xy + floor(position.xy * (window.zw - 1.0) + 0.5));
  known = shownAt(at) ? 1.0 : 0.0;
  share = known > 0.5 ? shareAt(at) : 0.0;
  float here = clamp(share, 0.0, 1.0);
  vec2 slope = vec2(
    heightAt(at + ivec2(1, 0), here) - heightAt(at - ivec2(1, 0), here),
    heightAt(at + ivec2(0, 1), here) - heightAt(at - ivec2(0, 1), here)) * height * 0.5 * (window.zw / span);
  normal = normalize(vec3(-slope.x, 1.0, -slope.y));
  gl_Position = view * vec4((position.x - 0.5) * span.x, here * height, (position.y - 0.5) * span.y, 1.0);
}
`;

/** Colours the surface with a little shade, so that the colours stay those of the colour bar. */
export const surfaceFragment = /* glsl */ `
${shared}
in float share;
in float known;
in vec3 normal;
out vec4 color;

void main() {
  if (known < 0.999) discard;
  float light = dot(normalize(normal), normalize(vec3(-0.4, 1.0, -0.5)));
  color = vec4(colorOf(share) * (0.72 + 0.28 * clamp(light, 0.0, 1.0)), 1.0);
}
`;

/** The lines around the surface. */
export const frameVertex = /* glsl */ `
precision highp float;
in vec3 position;
uniform mat4 view;
void main() { gl_Position = view * vec4(position, 1.0); }
`;

/** One colour. */
export const frameFragment = /* glsl */ `
precision highp float;
uniform vec3 lineColor;
out vec4 color;
void main() { color = vec4(lineColor, 1.0); }
`;
