export {
  CoreError,
  errorData,
  type ErrorData,
  type ErrorTag,
  type Remedy,
  type RemedySetting,
  remedySettings,
} from './errors.js';
export {
  breathe,
  type CancelSignal,
  type PassMachine,
  type Progress,
  quietRun,
  type Run,
  throwIfCancelled,
  type TrainingNews,
} from './run.js';
export {
  type KernelCall,
  type KernelName,
  kernelNames,
  partOf,
  type SimdHost,
} from './compute/simd/kernels.js';
export { simdEngine } from './compute/simd/simd-engine.js';
export type { Engine } from './compute/engine.js';
export { type Benchmark, runBenchmark } from './benchmarks/benchmark.js';
export {
  benchmarkProblems,
  type BenchmarkSpec,
  type BenchmarkSuite,
  benchmarkSuites,
} from './benchmarks/benchmark-spec.js';
export { type JobInput, jobSchema, type JobSpec, parseJob } from './job.js';
export type { Inference, InferenceReport, JobFiles, RateStatistics } from './inference.js';
export { infer, inferPreview } from './pipeline.js';
export type { TrainingRun } from './solvers/network/training-run.js';
export type { TrainingState } from './solvers/network/training-state.js';
export { makeStageMemory, type StageMemory } from './pipeline/stage-memory.js';
export { type CheckFigure, drawCheckFigure } from './pipeline/check-figure.js';
export type {
  ForwardCheck,
  ForwardReport,
  PhantomCheck,
  PhantomMaps,
  PhantomReport,
  PhantomScore,
} from './pipeline/check-report.js';
export type { Finding, FindingCode, FindingRemedy } from './doctor/finding.js';
export { leftOutNotes } from './doctor/left-out.js';
export type { DoctorPart } from './doctor/subject.js';
export { inspect, type Inspection } from './pipeline/inspect.js';
export { checkForward } from './pipeline/forward-check.js';
export { checkPhantoms } from './pipeline/phantom-check.js';
export { type Grid, makeGrid, type Triple, voxelCount } from './data/grid.js';
export { maskCount, type ScalarField } from './data/field.js';
export { shiftText } from './data/shift-text.js';
export type { Localizations } from './data/localizations.js';
export type { Provenance, Sourced } from './data/provenance.js';
export { differencesOf } from './data/differences.js';
export type { RateMap } from './data/rate-map.js';
export { asciiJson, embeddedJobName } from './figure/embedded-job.js';
export type { ColormapName } from './figure/colormap.js';
export { drawFigure, drawSummary, type FigureSummary, summarizeFigure } from './figure/figure.js';
export { drawMapPage, type MapPage } from './figure/map-page.js';
export type { MapPanel, PagePanel, PicturePanel } from './figure/map-panel.js';
export { aroundNucleus } from './figure/nucleus-frame.js';
export type { FigureContent } from './figure/figure-content.js';
export { commonLimits, drawThumbnail } from './figure/thumbnail.js';
export { layoutStripPlot } from './figure/strip-plot.js';
export { drawStripPlot } from './figure/strip-plot-svg.js';
export { formatLength, formatNumber, formatShare } from './figure/ticks.js';
export type { DrawnPage } from './figure/drawn-page.js';
export { lookLimits, type PageLook, standardLook } from './figure/page-look.js';
export { checkRaster, rasterSize } from './figure/raster-size.js';
export { annotatePng, type PngNotes } from './figure/png.js';
export { type ByteSource, memorySource } from './io/byte-source.js';
export { type TableColumn, writeTable } from './io/csv-writer.js';
export { detectFormat, formatTable, wrongKind } from './io/detect.js';
export type { Format } from './io/format.js';
export type { Hdf5Dataset, Hdf5Field, Hdf5File } from './io/hdf5.js';
export type { NumberFormat } from './io/number-format.js';
export type { ImageMetadata, OpenImage, PixelSize, PlaneIndex } from './io/image.js';
export { type OmeChannel, type OmeImage, type OmeTiffOptions, writeOmeTiff } from './io/ome-tiff.js';
export { namedSetFiles } from './io/ome-set.js';
export { openImage } from './io/open-image.js';
export { type PixelTable, writePixelTable } from './io/pixel-table.js';
export { readTable } from './io/read-table.js';
export { type PreviewColumn, previewTable, type TablePreview } from './io/table-preview.js';
export type { ColumnChoice, LengthUnit, LocalizationTable, TableOptions } from './io/table.js';
export { readOmeDescription } from './io/tiff.js';
export { type Phantom, type PhantomChannel, type PhantomTruth, simulateNucleus } from './models/phantom.js';
export { type NucleusStatistics, nucleusStatistics } from './pipeline/nucleus-statistics.js';
export {
  parsePhantomSpec,
  type PhantomInput,
  type PhantomSpec,
  phantomSpecSchema,
} from './models/phantom-spec.js';
