import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImageMetadata } from '../../src-core/io/image.js';
import { changeJob } from '../actions/app.js';
import { fetchPreviews } from '../actions/preview-actions.js';
import { askForColumns } from '../actions/table-actions.js';
import type { Session } from '../state/session.js';
import { showBytes, showPixelSize, showShape } from '../state/wording.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { AdoptionNote } from '../ui/adoption-note.js';
import { CommandButton } from '../ui/command-button.js';
import { FailureCard } from '../ui/failure-card.js';
import { Choice } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { Step } from '../ui/step.js';
import { RemedyButtons } from '../ui/remedy-buttons.js';
import { ChannelFields } from './channel-fields.js';
import { FindingList } from './finding-list.js';
import { type TableDescription, TableReadingFacts } from './table-facts.js';
import { lengthQuantity } from './quantities.js';

type Calibration = { readonly pixelSizeNm?: number | null; readonly zStepNm?: number | null };

function useCalibrate(): (part: Calibration, gesture: string | null) => void {
  const app = useApp();
  return (part, gesture) => {
    changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, ...part } }), gesture);
  };
}

/** Where the pixel size comes from, and what stands in the file beside one that was given. */
function pixelSizeNote({ x, source }: ImageMetadata['pixelSize'], given: number | null): string | undefined {
  if (given !== null)
    return x === undefined ? undefined : `The file says ${showPixelSize(x)}; empty the field to use that.`;
  if (x === undefined) return 'Without it lengths, and so λ, cannot be worked out.';
  return source === undefined ? undefined : `from ${source}`;
}

function PixelSizeField({ metadata }: { readonly metadata: ImageMetadata }): ReactNode {
  const settings = useSettings();
  const calibrate = useCalibrate();
  if (settings === null) return null;
  const given = settings.job.calibration.pixelSizeNm;
  const { x } = metadata.pixelSize;
  const fromFile = x === undefined ? 'not in the file' : showPixelSize(x);
  return (
    <QuantityField
      label="Pixel size"
      setting="calibration.pixelSizeNm"
      value={given ?? x ?? null}
      quantity={lengthQuantity}
      empty={fromFile}
      start={100}
      {...(given !== null && { origin: 'by you' })}
      note={pixelSizeNote(metadata.pixelSize, given)}
      onChange={(value, gesture) => {
        calibrate({ pixelSizeNm: value === x ? null : value }, gesture);
      }}
    />
  );
}

function ZStepField({ metadata }: { readonly metadata: ImageMetadata }): ReactNode {
  const settings = useSettings();
  const calibrate = useCalibrate();
  if (settings === null || metadata.planes === 1) return null;
  const given = settings.job.calibration.zStepNm;
  const { z } = metadata.pixelSize;
  return (
    <QuantityField
      label="z step"
      setting="calibration.zStepNm"
      value={given ?? z ?? null}
      quantity={lengthQuantity}
      empty="not in the file"
      start={100}
      {...(given !== null && { origin: 'by you' })}
      onChange={(value, gesture) => {
        calibrate({ zStepNm: value === z ? null : value }, gesture);
      }}
    />
  );
}

/** Which planes of a stack the job takes. */
function PlanesField({ metadata }: { readonly metadata: ImageMetadata }): ReactNode {
  const app = useApp();
  const settings = useSettings();
  const z = useSession(({ view }) => view.z);
  if (settings === null || metadata.planes === 1) return null;
  const chosen = settings.job.z;
  return (
    <Choice
      label="Planes used"
      setting="z"
      value={typeof chosen === 'number' ? 'one' : chosen}
      options={[
        { value: 'all', label: `all ${metadata.planes}, in three dimensions` },
        { value: 'max', label: 'brightest of each column' },
        {
          value: 'one',
          label: typeof chosen === 'number' ? `plane ${chosen + 1}` : `plane ${z + 1}, the one shown`,
        },
      ]}
      onChange={(value) => {
        changeJob(app, (job) => ({ ...job, z: value === 'one' ? z : value }));
      }}
    />
  );
}

function FrameField({ metadata }: { readonly metadata: ImageMetadata }): ReactNode {
  const app = useApp();
  const settings = useSettings();
  if (settings === null || metadata.frames === 1) return null;
  return (
    <Choice
      label="Time point"
      setting="frame"
      value={String(settings.job.frame)}
      options={Array.from({ length: metadata.frames }, (_, frame) => ({
        value: String(frame),
        label: `${frame + 1} of ${metadata.frames}`,
      }))}
      onChange={(value) => {
        changeJob(app, (job) => ({ ...job, frame: Number(value) }));
        void fetchPreviews(app);
      }}
    />
  );
}

function ImageFacts({ metadata }: { readonly metadata: ImageMetadata }): ReactNode {
  const { format, planes, height, width, sampleType } = metadata;
  return (
    <>
      <p className="facts">
        {format} · {showShape([planes, height, width])} px · {sampleType}
      </p>
      <FindingList warnings={metadata.warnings} />
      <ChannelFields />
      <PixelSizeField metadata={metadata} />
      <ZStepField metadata={metadata} />
      <PlanesField metadata={metadata} />
      <FrameField metadata={metadata} />
    </>
  );
}

/** Why there is no picture of an open file, with what would do. */
function PictureTrouble(): ReactNode {
  const trouble = useSession(({ previewTrouble }) => previewTrouble);
  if (trouble === null) return null;
  return (
    <FailureCard title="There is no picture" failure={trouble.failure}>
      <RemedyButtons failure={trouble.failure} />
    </FailureCard>
  );
}

const noWarnings: readonly string[] = [];

/** The pixel that localisations are counted in. */
function TableFacts({ description }: { readonly description: TableDescription }): ReactNode {
  const app = useApp();
  const settings = useSettings();
  if (settings === null) return null;
  const { table } = settings.job;
  return (
    <>
      <TableReadingFacts description={description} />
      <FindingList warnings={description.reading?.warnings ?? noWarnings} />
      <ChannelFields />
      <QuantityField
        label="Rendered at"
        setting="table.spacingNm"
        value={table.spacingNm}
        quantity={lengthQuantity}
        note="size of the pixels that localisations are counted in"
        onChange={(value, gesture) => {
          if (value === null) return;
          changeJob(app, (job) => ({ ...job, table: { ...job.table, spacingNm: value } }), gesture);
          void fetchPreviews(app);
        }}
      />
      <Choice
        label="Drawn as"
        value={table.render}
        options={[
          { value: 'gaussian', label: 'spots as wide as their precision' },
          { value: 'histogram', label: 'counts per pixel' },
        ]}
        onChange={(render) => {
          changeJob(app, (job) => ({ ...job, table: { ...job.table, render } }));
        }}
      />
    </>
  );
}

/** The remedy for a table that does not say what its columns or positions are. */
function ColumnsButton(): ReactNode {
  const app = useApp();
  const trouble = useSession(({ sourceTrouble }) => sourceTrouble);
  if (trouble?.grant == null) return null;
  const { grant, failure } = trouble;
  return (
    <Button size="xs" variant="default" onClick={() => void askForColumns(app, grant, failure)}>
      Say what is in it …
    </Button>
  );
}

/** Why the last file was not opened, with what would do. */
export function SourceTrouble(): ReactNode {
  const trouble = useSession(({ sourceTrouble }) => sourceTrouble);
  if (trouble === null) return null;
  const unsaid = trouble.failure.tag === 'missing' || trouble.failure.tag === 'usage';
  return (
    <FailureCard title={`${trouble.what} was not opened`} failure={trouble.failure}>
      {unsaid ? <ColumnsButton /> : null}
      <CommandButton id="open">Open another file …</CommandButton>
    </FailureCard>
  );
}

const sourceOf = ({ project }: Session): NonNullable<Session['project']>['source'] | null =>
  project?.source ?? null;

/** Step 1: the file, its channels and the size of its pixels. */
export function SourcePanel(): ReactNode {
  const source = useSession(sourceOf);
  return (
    <Step name="source">
      {source === null ? null : (
        <p className="file-name" title={source.grant.name}>
          {source.grant.name} <span className="dim">{showBytes(source.grant.bytes)}</span>
        </p>
      )}
      <AdoptionNote />
      {source === null ? null : source.description.kind === 'image' ? (
        <ImageFacts metadata={source.description.metadata} />
      ) : (
        <TableFacts description={source.description} />
      )}
      {source === null ? null : <PictureTrouble />}
      <div className="buttons">
        <CommandButton id="open">Open …</CommandButton>
        <CommandButton id="open-sample">Sample nucleus</CommandButton>
      </div>
    </Step>
  );
}
