import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNucleus } from './nucleus.js';
import { type Outcome, runProgram, scratchFolder } from './program.js';
import { readImagePlane, readResult } from './results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
writeNucleus(at('two.ome.tif'));

function infer(fraction: string, out: string): Promise<Outcome> {
  const marks = ['--heterochromatin', '0', '--euchromatin', '1'];
  const args = ['infer', 'two.ome.tif', ...marks, '--het-fraction', fraction, '--out', out, '--csv'];
  return runProgram(args, folder);
}

describe('the files of a result', () => {
  it('has the sd of the pattern, and the total one before it where that of the level was told', async () => {
    const told = await infer('0.58±0.02', 'told');
    const outcome = await infer('0.58', 'first');
    expect(told.stdout).toMatch(/^level of λ: known to ± 8\.2 %, from the fraction 0\.58 ± 0\.02$/m);
    expect(told.stdout).toMatch(/sd of λ \S+, \S+ with its level \(median\)/);
    expect(outcome.stdout).toMatch(/^level of λ: calibrated; how well it is known was not told$/m);
    const name = 'two.lambda-sd.ome.tif';
    const [plain, both] = [await readImagePlane(at('first', name)), await readImagePlane(at('told', name))];
    expect(plain.metadata.channelNames).toEqual(['lambda_sd_pattern']);
    expect(both.metadata.channelNames).toEqual(['lambda_sd_total', 'lambda_sd_pattern']);
    const lambda = await readImagePlane(at('told', 'two.lambda.ome.tif'));
    lambda.values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      expect(both.values[i]).toBeGreaterThan((0.999 * (0.02 * value)) / (0.58 * 0.42));
    });
    const lines = readFileSync(at('told', 'two.pixels.csv'), 'utf8').split('\n');
    expect(lines.find((line) => line.startsWith('x_nm'))).toContain(
      'lambda,lambda_sd_total,lambda_sd_pattern',
    );
    expect(readFileSync(at('told', 'two.figure.svg'), 'utf8')).toContain('known to');
    const { calibration } = readResult(at('told'), 'two').job;
    expect(calibration).toMatchObject({ hetFraction: 0.58, hetFractionSd: 0.02 });
  });
});
