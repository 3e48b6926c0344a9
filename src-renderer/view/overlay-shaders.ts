/** A square over the whole pane. */
export const groundVertex = /* glsl */ `
precision highp float;
in vec3 position;
uniform vec4 frame;
void main() { gl_Position = vec4((2.0 * position.xy - 1.0) * frame.xy + frame.zw, 0.0, 1.0); }
`;

/** One colour. */
export const groundFragment = /* glsl */ `
precision highp float;
uniform vec3 ground;
out vec4 color;
void main() { color = vec4(ground, 1.0); }
`;

/** A mask lying over the plane; `corner` is that of its first pixel, counted from where the pane looks. */
export const maskVertex = /* glsl */ `
precision highp float;
precision highp int;
in vec3 position;
uniform ivec2 size;
uniform vec2 corner;
uniform vec2 extent;
uniform vec2 pane;
uniform vec4 frame;
uniform float nmPerPixel;
out vec2 pixel;

void main() {
  vec2 place = (corner + position.xy * extent) / nmPerPixel;
  pixel = position.xy * vec2(size);
  gl_Position = vec4(vec2(2.0, -2.0) * place / pane * frame.xy + frame.zw, 0.0, 1.0);
}
`;

/** A faint tint inside, a line along the edge of the pixels, and a dark rim along the line, to be seen on any map. */
export const maskFragment = /* glsl */ `
precision highp float;
precision highp int;
in vec2 pixel;
uniform highp sampler2D mask;
uniform ivec2 size;
uniform vec2 screenPerPixel;
uniform vec3 line;
uniform float tint;
uniform float ratio;
out vec4 color;

bool insideAt(ivec2 at) {
  if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, size))) return false;
  return texelFetch(mask, at, 0).r > 0.0;
}

void main() {
  ivec2 at = ivec2(floor(pixel));
  bool here = insideAt(at);
  vec2 before = (pixel - vec2(at)) * screenPerPixel;
  vec2 after = screenPerPixel - before;
  // Where several pixels share a point of the screen, the neighbour is one point of the screen away.
  ivec2 next = max(ivec2(1), ivec2(ceil(1.0 / screenPerPixel)));
  float away = 1e6;
  if (insideAt(at - ivec2(next.x, 0)) != here) away = min(away, before.x);
  if (insideAt(at + ivec2(next.x, 0)) != here) away = min(away, after.x);
  if (insideAt(at - ivec2(0, next.y)) != here) away = min(away, before.y);
  if (insideAt(at + ivec2(0, next.y)) != here) away = min(away, after.y);
  float reach = max(0.9 * ratio, 0.6);
  if (away < reach) color = vec4(line, 1.0);
  else if (away < reach + ratio) color = vec4(0.0, 0.0, 0.0, 0.55);
  else if (here && tint > 0.0) color = vec4(line, tint);
  else discard;
}
`;

/** Points; `corner` is what positions are counted from, counted from where the pane looks. */
export const pointsVertex = /* glsl */ `
precision highp float;
in float position;
in float alongY;
in float alongZ;
in float precisionNm;
in float channelCode;
uniform vec2 corner;
uniform vec2 pane;
uniform vec4 frame;
uniform float nmPerPixel;
uniform float ratio;
uniform float pixels;
uniform vec2 zWindow;
uniform float channel;
out float diameter;

void main() {
  bool shown = (channel < 0.0 || abs(channelCode - channel) < 0.5)
    && alongZ >= zWindow.x && alongZ <= zWindow.y;
  vec2 place = (corner + vec2(position, alongY)) / nmPerPixel;
  diameter = ratio * (pixels > 0.0 ? pixels : clamp(2.0 * precisionNm / nmPerPixel, 1.5, 96.0));
  gl_PointSize = diameter + 1.0;
  gl_Position = shown
    ? vec4(vec2(2.0, -2.0) * place / pane * frame.xy + frame.zw, 0.0, 1.0)
    : vec4(2.0, 2.0, 2.0, 1.0);
}
`;

/** Round, with a soft edge of one screen pixel. */
export const pointsFragment = /* glsl */ `
precision highp float;
in float diameter;
uniform vec3 tone;
uniform float opacity;
out vec4 color;

void main() {
  float away = length(gl_PointCoord - 0.5) * (diameter + 1.0);
  float cover = clamp(0.5 * diameter + 0.5 - away, 0.0, 1.0);
  if (cover == 0.0) discard;
  color = vec4(tone, opacity * cover);
}
`;
