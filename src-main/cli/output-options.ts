import type { Command } from 'commander';
import { CoreError, lookLimits, standardLook } from '../../src-core/index.js';
import type { OutputChoices } from '../engine/output-choices.js';

/** A number that says what the files look like. */
interface LookOption {
  readonly flag: string;
  readonly placeholder: string;
  readonly about: string;
  readonly limits: readonly [number, number];
  readonly usual: number;
  readonly whole: boolean;
}

const width: LookOption = {
  flag: '--figure-width-mm',
  placeholder: 'W',
  about: 'width of the figure; 85 is one column of a journal, 180 two',
  limits: lookLimits.widthMm,
  usual: standardLook.widthMm,
  whole: false,
};

const resolution: LookOption = {
  flag: '--figure-dpi',
  placeholder: 'D',
  about: "resolution of the figure's PNG",
  limits: lookLimits.dpi,
  usual: 300,
  whole: true,
};

function rangeOf({ limits: [least, most], whole }: LookOption): string {
  return `${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`;
}

/** Adds the options that say what the files of a result look like; they do not change the result. */
export function addFileOptions(command: Command): Command {
  for (const option of [width, resolution]) {
    const { flag, placeholder, about, usual } = option;
    command.option(`${flag} <${placeholder}>`, `${about} (${rangeOf(option)}; default ${usual})`);
  }
  return command.option(
    '--csv',
    'also STEM.pixels.csv: one row for each pixel inside the nucleus, with λ, φ_h and φ_e',
  );
}

function readNumber(option: LookOption, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const [least, most] = option.limits;
  if (value >= least && value <= most && (!option.whole || Number.isInteger(value))) return value;
  throw new CoreError({
    tag: 'usage',
    message: `"${text}" cannot be used.`,
    where: option.flag,
    hint: `Give ${rangeOf(option)}.`,
  });
}

/** The values that commander keeps of the options of `addFileOptions`. */
export interface FileOptions {
  readonly figureWidthMm?: string;
  readonly figureDpi?: string;
  readonly csv?: boolean;
}

/** What the files are to look like; throws `usage` that names the option, its value and what is allowed. */
export function readFileOptions({ figureWidthMm, figureDpi, csv }: FileOptions): OutputChoices {
  const [widthMm, dpi] = [readNumber(width, figureWidthMm), readNumber(resolution, figureDpi)];
  return {
    ...(widthMm !== undefined && { figureWidthMm: widthMm }),
    ...(dpi !== undefined && { figureDpi: dpi }),
    ...(csv === true && { pixelTable: true }),
  };
}
