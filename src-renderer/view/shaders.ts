/** Declarations and functions that all ways of drawing share: reading a pixel and giving a value its colour. */
const shared = /* glsl */ `
precision highp float;
precision highp int;
uniform highp sampler2D values;
uniform highp sampler2D flags;
uniform highp sampler2D colors;
uniform vec2 limits;
uniform ivec2 size;

int flagsIn(highp sampler2D from, ivec2 pixel) {
  if (any(lessThan(pixel, ivec2(0))) || any(greaterThanEqual(pixel, size))) return 0;
  return int(texelFetch(from, pixel, 0).r * 255.0 + 0.5);
}

int flagsAt(ivec2 pixel) { return flagsIn(flags, pixel); }

float shareOf(float value, vec2 range) { return (value - range.x) / (range.y - range.x); }
float shareAt(ivec2 pixel) { return shareOf(texelFetch(values, pixel, 0).r, limits); }

vec3 colorIn(highp sampler2D map, float share) {
  return texelFetch(map, ivec2(clamp(int(floor(share * 256.0)), 0, 255), 0), 0).rgb;
}
vec3 colorOf(float share) { return colorIn(colors, share); }
`;

/**
 * A picture lying in the plane: `center` and `nmPerPixel` say where its rectangle of the pane looks, `pane` is the
 * size of that rectangle, `frame` its place in what is drawn (scale, offset).
 */
export const planeVertex = /* glsl */ `
${shared}
in vec3 position;
uniform vec2 extent;
uniform vec2 center;
uniform vec2 pane;
uniform vec4 frame;
uniform float nmPerPixel;
out vec2 pixel;
out vec2 spot;

void main() {
  vec2 place = (position.xy * extent - center) / nmPerPixel;
  pixel = position.xy * vec2(size);
  spot = vec2(2.0 * place.x / pane.x, -2.0 * place.y / pane.y);
  gl_Position = vec4(spot * frame.xy + frame.zw, 0.0, 1.0);
}
`;

/**
 * Colours what is shown (the sum of both channels of a composite), hatches what is doubtful, fades what is uncertain,
 * and draws the edge of the nucleus and the contours of the residual one screen pixel wide.
 */
export const planeFragment = /* glsl */ `
${shared}
in vec2 pixel;
in vec2 spot;
uniform highp sampler2D secondValues;
uniform highp sampler2D secondFlags;
uniform highp sampler2D secondColors;
uniform highp sampler2D residual;
uniform highp sampler2D residualFlags;
uniform highp sampler2D sd;
uniform vec2 secondLimits;
uniform vec2 sdRange;
uniform vec2 dotOrigin;
uniform vec2 screenPerPixel;
uniform vec3 hatchDark;
uniform vec3 hatchLight;
uniform vec3 outlineColor;
uniform vec3 fadeColor;
uniform vec3 contourColor;
uniform float beyond;
uniform float ratio;
uniform int residualStyle;
uniform bool composite;
uniform bool uncertain;
uniform bool hatch;
uniform bool outline;
out vec4 color;

bool insideAt(ivec2 at) { return (flagsAt(at) & 1) != 0; }
bool strayAt(ivec2 at) {
  return (flagsIn(residualFlags, at) & 2) != 0 && abs(texelFetch(residual, at, 0).r) > beyond;
}

/** Which of the four neighbours the point is within reach of. */
bvec4 nearSides(ivec2 at, float reach) {
  vec2 within = pixel - vec2(at);
  vec2 before = within * screenPerPixel;
  vec2 after = (1.0 - within) * screenPerPixel;
  return lessThan(vec4(before.x, after.x, before.y, after.y), vec4(reach));
}

const ivec2 sides[4] = ivec2[4](ivec2(-1, 0), ivec2(1, 0), ivec2(0, -1), ivec2(0, 1));

bool onEdge(ivec2 at) {
  bvec4 near = nearSides(at, max(0.75 * ratio, 0.5));
  bool here = insideAt(at);
  for (int k = 0; k < 4; k++) if (near[k] && insideAt(at + sides[k]) != here) return true;
  return false;
}

bool onContour(ivec2 at) {
  if (!strayAt(at)) return false;
  bvec4 near = nearSides(at, max(1.1 * ratio, 0.5));
  for (int k = 0; k < 4; k++) if (near[k] && !strayAt(at + sides[k])) return true;
  return false;
}

vec3 dataColor(ivec2 at) {
  vec3 first = colorOf(shareAt(at));
  if (composite) {
    if ((flagsAt(at) & 2) == 0) first = vec3(0.0);
    if ((flagsIn(secondFlags, at) & 2) == 0) return first;
    float share = shareOf(texelFetch(secondValues, at, 0).r, secondLimits);
    return min(first + colorIn(secondColors, share), vec3(1.0));
  }
  float faded = 0.0;
  if (uncertain) {
    float doubt = texelFetch(sd, at, 0).r / max(abs(texelFetch(values, at, 0).r), 1e-12);
    faded = clamp((doubt - sdRange.x) / (sdRange.y - sdRange.x), 0.0, 1.0);
  }
  if (residualStyle == 2 && strayAt(at)) faded = max(faded, 0.75);
  return mix(first, fadeColor, faded);
}

void main() {
  if (any(greaterThan(abs(spot), vec2(1.0)))) discard;
  ivec2 at = ivec2(floor(pixel));
  int bits = flagsAt(at);
  if (composite) bits |= flagsIn(secondFlags, at);
  color = vec4(0.0);
  if ((bits & 2) != 0) color = vec4(dataColor(at), 1.0);
  else if ((bits & 4) != 0) {
    vec2 spotOnScreen = gl_FragCoord.xy + dotOrigin;
    bool line = hatch && mod(spotOnScreen.x + spotOnScreen.y, 7.0 * ratio) < 1.6 * ratio;
    color = vec4(line ? hatchLight : hatchDark, 1.0);
  }
  if (residualStyle == 1 && onContour(at)) color = vec4(contourColor, 1.0);
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
uniform vec4 frame;
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
  gl_Position.xy = gl_Position.xy * frame.xy + frame.zw * gl_Position.w;
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

/** The lines around the surface and around a stack. */
export const frameVertex = /* glsl */ `
precision highp float;
in vec3 position;
uniform mat4 view;
uniform vec4 frame;
void main() {
  gl_Position = view * vec4(position, 1.0);
  gl_Position.xy = gl_Position.xy * frame.xy + frame.zw * gl_Position.w;
}
`;

/** One colour. */
export const frameFragment = /* glsl */ `
precision highp float;
uniform vec3 lineColor;
out vec4 color;
void main() { color = vec4(lineColor, 1.0); }
`;
