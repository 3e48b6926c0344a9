import type { ReactNode } from 'react';
import { changeJob } from '../actions/app.js';
import { latestResult } from '../state/following.js';
import { channelList } from '../state/channels.js';
import type { Settings } from '../state/session.js';
import { showShare, showValue } from '../state/wording.js';
import { useApp, useOrigin, useSession, useSettings } from '../ui/app-context.js';
import { QuantityField } from '../ui/quantity-field.js';
import { Step } from '../ui/step.js';
import { levelQuantity, positiveQuantity, ratioSdQuantity, shareQuantity } from './quantities.js';

type Pair = readonly [number, number];
type Calibration = Settings['job']['calibration'];

function useCalibrate(): (part: Partial<Calibration>, gesture: string | null) => void {
  const app = useApp();
  return (part, gesture) => {
    changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, ...part } }), gesture);
  };
}

/** One of offset and gain, for one channel: null takes both channels' from the data. */
function PairField({
  label,
  name,
  index,
  found,
}: {
  readonly label: string;
  readonly name: 'offset' | 'gain';
  readonly index: 0 | 1;
  readonly found: readonly number[];
}): ReactNode {
  const settings = useSettings();
  const calibrate = useCalibrate();
  if (settings === null) return null;
  const given: Pair | null = settings.job.calibration[name];
  const start: Pair = given ?? [found.at(0) ?? 1, found.at(1) ?? found.at(0) ?? 1];
  return (
    <QuantityField
      label={label}
      {...(name === 'offset' && index === 0 && { setting: 'calibration.offset' })}
      value={given?.[index] ?? null}
      quantity={name === 'gain' ? positiveQuantity : levelQuantity}
      empty={found.length === 0 ? 'from the data' : `${showValue(start[index])} from the data`}
      start={start[index]}
      onChange={(value, gesture) => {
        const next: [number, number] = index === 0 ? [value ?? 0, start[1]] : [start[0], value ?? 0];
        const own = name === 'gain' && value === null ? { gainRatioSd: null } : {};
        calibrate({ ...own, [name]: value === null ? null : next }, gesture);
      }}
    />
  );
}

/** How well the ratio of given gains is known, which sets the level of λ of two channels. */
function GainRatioField(): ReactNode {
  const calibration = useSettings()?.job.calibration ?? null;
  const calibrate = useCalibrate();
  if (calibration?.gain == null) return null;
  const { gainRatioSd } = calibration;
  return (
    <QuantityField
      label="Gain ratio ±"
      setting="calibration.gainRatioSd"
      value={gainRatioSd}
      quantity={ratioSdQuantity}
      empty="not given"
      start={0.05}
      note={
        gainRatioSd === null
          ? 'How well the ratio of the two gains is known (one relative sd). Without it nobody knows how well the level of λ is known.'
          : `Level of λ: ± ${showShare(gainRatioSd)}, the same for every pixel.`
      }
      onChange={(value, gesture) => {
        calibrate({ gainRatioSd: value }, gesture);
      }}
    />
  );
}

function Levels(): ReactNode {
  const settings = useSettings();
  const calibration = useSession((session) => latestResult(session)?.result.document.calibration ?? null);
  if (settings === null) return null;
  const marks =
    channelList(settings.job.channels).length === 2 ? (['φ_h', 'φ_e'] as const) : (['density'] as const);
  return (
    <details className="more">
      <summary>More: offsets and gains</summary>
      <p className="field-note">intensity = offset + gain · φ. Giving one channel fixes both.</p>
      {marks.map((mark, index) => (
        <div key={mark}>
          <PairField
            label={`Offset ${mark}`}
            name="offset"
            index={index === 0 ? 0 : 1}
            found={calibration?.offset.map(({ value }) => value) ?? []}
          />
          <PairField
            label={`Gain ${mark}`}
            name="gain"
            index={index === 0 ? 0 : 1}
            found={calibration?.gain.map(({ value }) => value) ?? []}
          />
        </div>
      ))}
      {marks.length === 2 ? <GainRatioField /> : null}
    </details>
  );
}

function Findings(): ReactNode {
  const calibration = useSession((session) => latestResult(session)?.result.document.calibration ?? null);
  if (calibration === null) return null;
  const blur = calibration.rimBlurNm?.at(-1);
  return (
    <p className="facts">
      noise {calibration.relativeNoise.map((share) => showShare(share)).join(', ')}
      {blur === undefined ? '' : ` · blur at the rim ${showValue(blur)} nm (sd)`}
    </p>
  );
}

function MeanDensityField({ calibration }: { readonly calibration: Calibration }): ReactNode {
  const calibrate = useCalibrate();
  const { meanDensity, gain } = calibration;
  const origin = useOrigin(meanDensity, (defaults) => defaults.calibration.meanDensity);
  return (
    <QuantityField
      label="Mean density"
      value={meanDensity}
      quantity={shareQuantity}
      {...origin}
      note={
        gain === null
          ? 'Volume share of chromatin in the nucleus; scales intensity to φ.'
          : 'Not used: the gains are given.'
      }
      onChange={(value, gesture) => {
        if (value !== null) calibrate({ meanDensity: value }, gesture);
      }}
    />
  );
}

/** Step 2: intensities to volume fractions. */
export function DensityPanel(): ReactNode {
  const settings = useSettings();
  if (settings === null) {
    return (
      <Step name="density">
        <p className="field-note">Open a file first.</p>
      </Step>
    );
  }
  return (
    <Step name="density">
      <Findings />
      <MeanDensityField calibration={settings.job.calibration} />
      <Levels />
    </Step>
  );
}
