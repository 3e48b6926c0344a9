/** What the files of a result look like, where that is not the job's to say. */
export interface OutputChoices {
  /** Width of the figure; 180 if not given. */
  readonly figureWidthMm?: number;
  /** Resolution of the figure's PNG; 300 if not given. */
  readonly figureDpi?: number;
  /** Whether pixels.csv is written too. */
  readonly pixelTable?: boolean;
}
