import { embeddedJobName, type Inference, type OmeImage, writeOmeTiff } from '../../src-core/index.js';

/** A result file to be: the end of its name, and its bytes in pieces. */
export interface ResultPart {
  readonly suffix: string;
  readonly chunks: readonly Uint8Array[];
}

/** The values where the mask is set, NaN elsewhere. */
function within(values: Float32Array, mask: Uint8Array): Float32Array {
  return values.map((value, i) => (mask[i] === 0 ? NaN : value));
}

/** The resolution as files hold it: NaN also where nothing is resolved, which is infinite here. */
export function resolvedWhere(resolution: Float32Array, mask: Uint8Array): Float32Array {
  return within(resolution, mask).map((value) => (Number.isFinite(value) ? value : NaN));
}

/** What is known of the sd of λ, by the names that files have for it: with that of the level first, where it is known. */
export function sdChannels({ rate }: Inference): { name: string; values: Float32Array }[] {
  return [
    ...(rate.totalSd ? [{ name: 'lambda_sd_total', values: within(rate.totalSd, rate.identifiable) }] : []),
    ...(rate.sd ? [{ name: 'lambda_sd_pattern', values: within(rate.sd, rate.identifiable) }] : []),
  ];
}

/**
 * The fields of an inference as OME-TIFF files: λ (float32, NaN outside the nucleus and where not identifiable), its
 * standard deviation and resolution (nm) where there are, φ_h and φ_e, and the nucleus (uint8, 255 inside). Each carries the text
 * `job` under embeddedJobName.
 */
export function resultImages(inference: Inference, job: string): ResultPart[] {
  const { grid, rate, mask, heterochromatin, euchromatin } = inference;
  const encode = (suffix: string, channels: OmeImage['channels']): ResultPart => ({
    suffix: `${suffix}.ome.tif`,
    chunks: writeOmeTiff({ grid, channels, description: { [embeddedJobName]: job } }),
  });
  const known = (values: Float32Array): Float32Array => within(values, rate.identifiable);
  return [
    encode('lambda', [{ name: 'lambda', values: known(rate.estimate) }]),
    ...(rate.sd ? [encode('lambda-sd', sdChannels(inference))] : []),
    ...(rate.resolution
      ? [
          encode('lambda-resolution', [
            {
              name: 'resolution_nm',
              values: resolvedWhere(rate.resolution, rate.identifiable),
            },
          ]),
        ]
      : []),
    encode('phi', [
      { name: 'phi_h', values: heterochromatin },
      { name: 'phi_e', values: euchromatin },
    ]),
    encode('mask', [{ name: 'nucleus', values: mask.map((inside) => (inside === 0 ? 0 : 255)) }]),
  ];
}
