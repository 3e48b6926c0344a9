/** A square over the whole pane; `spot` runs from −1 to 1. */
export const volumeVertex = /* glsl */ `
precision highp float;
in vec3 position;
uniform vec4 frame;
out vec2 spot;
void main() {
  spot = 2.0 * position.xy - 1.0;
  gl_Position = vec4(spot * frame.xy + frame.zw, 0.0, 1.0);
}
`;

const declarations = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler3D;
in vec2 spot;
uniform sampler3D texels;
uniform sampler3D second;
uniform sampler3D shape;
uniform highp sampler2D colors;
uniform highp sampler2D secondColors;
uniform vec3 span;
uniform vec3 texelCount;
uniform vec3 right;
uniform vec3 up;
uniform vec3 forward;
uniform vec3 clipNormal;
uniform vec2 halfPane;
uniform vec2 shift;
uniform vec2 toShare;
uniform vec2 secondToShare;
uniform vec2 dotOrigin;
uniform vec3 hatchDark;
uniform vec3 hatchLight;
uniform float clipOffset;
uniform float stepNm;
uniform float extinction;
uniform float level;
uniform float ratio;
uniform int style;
uniform bool centered;
uniform bool composite;
uniform bool hatch;
out vec4 color;

vec3 colorIn(highp sampler2D map, float share) {
  return texelFetch(map, ivec2(clamp(int(floor(share * 256.0)), 0, 255), 0), 0).rgb;
}
vec3 textureAt(vec3 place) { return place / span + 0.5; }
vec2 sampleAt(vec3 place) { return texture(texels, textureAt(place)).rg; }
float shareOf(vec2 texel, vec2 scale) { return texel.r / texel.g * scale.x + scale.y; }
`;

/** Where a ray enters and leaves the box and what the clip plane leaves of it; `face` is the normal it enters by. */
const enteringBox = /* glsl */ `
bool enter(vec3 origin, out float near, out float far, out vec3 face) {
  vec3 slope = mix(forward, vec3(1e-9), lessThan(abs(forward), vec3(1e-9)));
  vec3 a = (-0.5 * span - origin) / slope;
  vec3 b = (0.5 * span - origin) / slope;
  vec3 first = min(a, b);
  vec3 last = max(a, b);
  near = max(first.x, max(first.y, first.z));
  far = min(last.x, min(last.y, last.z));
  face = -sign(slope) * vec3(equal(first, vec3(near)));
  float along = dot(clipNormal, forward);
  float ahead = clipOffset - dot(clipNormal, origin);
  if (abs(along) < 1e-9) return near < far && ahead <= 0.0;
  float cut = ahead / along;
  if (along > 0.0 && cut > near) { near = cut; face = -clipNormal; }
  if (along < 0.0) far = min(far, cut);
  return near < far;
}
`;

/** A cloud: colour and opacity by the value, added up from the eye to the back. */
const cloud = /* glsl */ `
vec4 emitted(vec3 place) {
  vec2 texel = sampleAt(place);
  if (texel.g < 0.01 && !composite) return vec4(0.0);
  float share = texel.g < 0.01 ? 0.0 : clamp(shareOf(texel, toShare), 0.0, 1.0);
  if (!composite) {
    float weight = centered ? abs(2.0 * share - 1.0) : share;
    return vec4(colorIn(colors, share), weight * texel.g);
  }
  vec2 other = texture(second, textureAt(place)).rg;
  float otherShare = other.g < 0.01 ? 0.0 : clamp(shareOf(other, secondToShare), 0.0, 1.0);
  vec3 sum = colorIn(colors, share) * step(0.01, texel.g) + colorIn(secondColors, otherShare) * step(0.01, other.g);
  return vec4(min(sum, vec3(1.0)), max(share * texel.g, otherShare * other.g));
}

vec4 cloudOf(vec3 origin, float near, float far) {
  vec4 sum = vec4(0.0);
  for (float t = (floor(near / stepNm) + 0.5) * stepNm; t < far; t += stepNm) {
    if (t < near) continue;
    vec4 here = emitted(origin + t * forward);
    if (here.a <= 0.0) continue;
    float alpha = 1.0 - exp(-extinction * here.a * stepNm);
    sum += (1.0 - sum.a) * alpha * vec4(here.rgb, 1.0);
    if (sum.a > 0.985) return sum / sum.a;
  }
  return sum;
}
`;

/** The largest value on each ray, of each channel. */
const maximum = /* glsl */ `
vec4 maximumOf(vec3 origin, float near, float far) {
  vec2 most = vec2(-1e9);
  for (float t = (floor(near / stepNm) + 0.5) * stepNm; t < far; t += stepNm) {
    if (t < near) continue;
    vec3 place = origin + t * forward;
    vec2 texel = sampleAt(place);
    if (texel.g > 0.5) most.x = max(most.x, shareOf(texel, toShare));
    if (!composite) continue;
    vec2 other = texture(second, textureAt(place)).rg;
    if (other.g > 0.5) most.y = max(most.y, shareOf(other, secondToShare));
  }
  if (max(most.x, most.y) < -1e8) return vec4(0.0);
  vec3 sum = most.x < -1e8 ? vec3(0.0) : colorIn(colors, most.x);
  if (composite && most.y > -1e8) sum = min(sum + colorIn(secondColors, most.y), vec3(1.0));
  return vec4(sum, 1.0);
}
`;

/** The surface at a level of the shape, shaded by its gradient, in the colours of the other stacks; cuts are filled, unshaded. */
const isosurface = /* glsl */ `
float shapeAt(vec3 place) { return texture(shape, textureAt(place)).r; }

vec3 slopeAt(vec3 place) {
  vec3 h = span / texelCount;
  return vec3(
    shapeAt(place + vec3(h.x, 0, 0)) - shapeAt(place - vec3(h.x, 0, 0)),
    shapeAt(place + vec3(0, h.y, 0)) - shapeAt(place - vec3(0, h.y, 0)),
    shapeAt(place + vec3(0, 0, h.z)) - shapeAt(place - vec3(0, 0, h.z))) / h;
}

vec3 paintAt(vec3 place, vec3 normal) {
  vec2 texel = sampleAt(place);
  vec3 inward = place - normal * length(span / texelCount) * 0.6;
  if (texel.g < 0.5) texel = sampleAt(inward);
  if (texel.g >= 0.05) {
    vec3 paint = colorIn(colors, shareOf(texel, toShare));
    if (!composite) return paint;
    vec2 other = texture(second, textureAt(place)).rg;
    return other.g < 0.05 ? paint : min(paint + colorIn(secondColors, shareOf(other, secondToShare)), vec3(1.0));
  }
  vec2 at = gl_FragCoord.xy + dotOrigin;
  return hatch && mod(at.x + at.y, 7.0 * ratio) < 1.6 * ratio ? hatchLight : hatchDark;
}

vec4 shaded(vec3 place, vec3 normal) {
  vec3 outward = dot(normal, forward) > 0.0 ? -normal : normal;
  vec3 light = normalize(-forward + 0.45 * up - 0.35 * right);
  return vec4(paintAt(place, normal) * (0.5 + 0.5 * max(dot(outward, light), 0.0)), 1.0);
}

vec4 isosurfaceOf(vec3 origin, float near, float far, vec3 face) {
  float before = near + 1e-4 * stepNm;
  if (shapeAt(origin + before * forward) >= level) return vec4(paintAt(origin + near * forward, face), 1.0);
  for (float t = (floor(near / stepNm) + 1.0) * stepNm; before < far; t += stepNm) {
    float here = min(t, far);
    if (shapeAt(origin + here * forward) < level) { before = here; if (here >= far) break; continue; }
    float after = here;
    for (int k = 0; k < 6; k++) {
      float middle = 0.5 * (before + after);
      if (shapeAt(origin + middle * forward) < level) before = middle; else after = middle;
    }
    vec3 place = origin + after * forward;
    vec3 slope = slopeAt(place);
    float steep = length(slope);
    return shaded(place, steep > 0.0 ? -slope / steep : -forward);
  }
  return vec4(0.0);
}
`;

/** Follows one ray per pixel through the box; no chance is involved, so that the same view has the same pixels. */
export const volumeFragment = /* glsl */ `
${declarations}
${enteringBox}
${cloud}
${maximum}
${isosurface}
void main() {
  vec2 at = spot * halfPane - shift;
  vec3 origin = right * at.x + up * at.y;
  float near, far;
  vec3 face;
  if (!enter(origin, near, far, face)) discard;
  if (style == 0) color = cloudOf(origin, near, far);
  else if (style == 1) color = maximumOf(origin, near, far);
  else color = isosurfaceOf(origin, near, far, face);
  if (color.a <= 0.0) discard;
}
`;
