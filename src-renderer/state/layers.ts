import type { ColormapName, Limits } from '../../src-core/figure/colormap.js';

/** The planes that a pane can show: raw channels of the file, and the fields of a result. */
export const layerNames = [
  'channel-a',
  'channel-b',
  'composite',
  'density',
  'phi-h',
  'phi-e',
  'composite-phi',
  'lambda',
  'lambda-sd',
  'lambda-resolution',
  'residual',
  'predicted-h',
  'predicted-e',
  'difference-h',
  'difference-e',
] as const;

/** Name of a layer. */
export type LayerName = (typeof layerNames)[number];

/** How a layer is called and drawn until the user says otherwise. */
export interface LayerKind {
  readonly title: string;
  readonly subtitle: string;
  /** Short name for readouts. */
  readonly symbol: string;
  readonly unit: string;
  readonly colormap: ColormapName;
  /** The value in the middle of a diverging colour map. */
  readonly center: number | null;
}

/** Every layer. Titles of raw channels come from the file; these stand where it gives none. */
export const layerKinds: Readonly<Record<LayerName, LayerKind>> = {
  'channel-a': {
    title: 'Channel 1',
    subtitle: 'as stored',
    symbol: 'channel 1',
    unit: '',
    colormap: 'grey',
    center: null,
  },
  'channel-b': {
    title: 'Channel 2',
    subtitle: 'as stored',
    symbol: 'channel 2',
    unit: '',
    colormap: 'grey',
    center: null,
  },
  composite: {
    title: 'Both channels',
    subtitle: 'overlaid as stored',
    symbol: 'both channels',
    unit: '',
    colormap: 'grey',
    center: null,
  },
  density: {
    title: 'Density',
    subtitle: 'φ_h + φ_e',
    symbol: 'density',
    unit: '',
    colormap: 'magma',
    center: null,
  },
  'phi-h': {
    title: 'φ_h',
    subtitle: 'heterochromatin',
    symbol: 'φ_h',
    unit: '',
    colormap: 'magma',
    center: null,
  },
  'phi-e': {
    title: 'φ_e',
    subtitle: 'euchromatin',
    symbol: 'φ_e',
    unit: '',
    colormap: 'magma',
    center: null,
  },
  'composite-phi': {
    title: 'φ_h and φ_e',
    subtitle: 'overlaid',
    symbol: 'φ_h and φ_e',
    unit: '',
    colormap: 'grey',
    center: null,
  },
  lambda: {
    title: 'λ',
    subtitle: 'methylation / acetylation',
    symbol: 'λ',
    unit: '',
    colormap: 'viridis',
    center: 1,
  },
  'lambda-sd': {
    title: 'sd of λ',
    subtitle: 'standard deviation',
    symbol: 'sd of λ',
    unit: '',
    colormap: 'cividis',
    center: null,
  },
  'lambda-resolution': {
    title: 'Resolution of λ',
    subtitle: 'finer is from the prior',
    symbol: 'resolution',
    unit: 'nm',
    colormap: 'batlow',
    center: null,
  },
  residual: {
    title: 'Residual',
    subtitle: 'what the equation leaves over',
    symbol: 'residual',
    unit: '',
    colormap: 'rdbu',
    center: 0,
  },
  'predicted-h': {
    title: 'φ_h predicted',
    subtitle: 'forward check',
    symbol: 'φ_h pred.',
    unit: '',
    colormap: 'magma',
    center: null,
  },
  'predicted-e': {
    title: 'φ_e predicted',
    subtitle: 'forward check',
    symbol: 'φ_e pred.',
    unit: '',
    colormap: 'magma',
    center: null,
  },
  'difference-h': {
    title: 'φ_h measured − predicted',
    subtitle: 'forward check',
    symbol: 'Δφ_h',
    unit: '',
    colormap: 'rdbu',
    center: 0,
  },
  'difference-e': {
    title: 'φ_e measured − predicted',
    subtitle: 'forward check',
    symbol: 'Δφ_e',
    unit: '',
    colormap: 'rdbu',
    center: 0,
  },
};

/** How the user wants a layer drawn; limits null: from the values. */
export interface Display {
  readonly colormap: ColormapName;
  readonly limits: Limits | null;
}

/** The display of every layer before the user says anything. */
export function restingDisplays(): Record<LayerName, Display> {
  const entries = layerNames.map((name) => [name, { colormap: layerKinds[name].colormap, limits: null }]);
  return Object.fromEntries(entries) as Record<LayerName, Display>;
}

/** Limits moved apart so that `center` lies in the middle of them. */
export function centeredLimits([low, high]: Limits, center: number): Limits {
  const reach = Math.max(high - center, center - low) || 1;
  return [center - reach, center + reach];
}

/** The layer in the colours of a composite: one hue each, that together give white. */
export interface CompositeMember {
  readonly layer: LayerName;
  readonly colormap: ColormapName;
}

const composites: Readonly<Partial<Record<LayerName, readonly [LayerName, LayerName]>>> = {
  composite: ['channel-a', 'channel-b'],
  'composite-phi': ['phi-h', 'phi-e'],
};

/** The two layers that a composite overlays, magenta and green; undefined for any other layer. */
export function compositeOf(layer: LayerName): readonly [CompositeMember, CompositeMember] | undefined {
  const members = composites[layer];
  if (members === undefined) return undefined;
  return [
    { layer: members[0], colormap: 'magenta' },
    { layer: members[1], colormap: 'green' },
  ];
}
