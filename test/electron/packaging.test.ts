import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unpackedPath } from '../../src-main/engine/rasterize.js';
import { scratchFolder } from '../cli/program.js';
import { importsOf, sourceFiles, sourceText } from '../source-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder'));
const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration: (config: unknown, log: unknown) => Promise<void>;
};
const { DebugLogger } = builder('builder-util') as { DebugLogger: new (isEnabled: boolean) => unknown };
const { load } = builder('js-yaml') as { load: (text: string) => unknown };

interface BuilderConfig {
  readonly directories: { readonly buildResources: string };
  readonly files: readonly string[];
  readonly asarUnpack: readonly string[];
  readonly extraResources?: readonly string[];
  readonly fileAssociations: readonly { readonly ext: string | readonly string[] }[];
}

const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as BuilderConfig;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly main: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
};

const validate = (value: unknown): Promise<void> => validateConfiguration(value, new DebugLogger(false));

/** Packages that code imports, types aside. */
function packagesOf(folder: string): string[] {
  const code = sourceFiles(folder).map((file) => sourceText(file).replaceAll(/^import type [^;]*;/gms, ''));
  const names = code
    .flatMap((text) => importsOf(text))
    .filter((name) => /^[@a-z]/.test(name) && !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)];
}

describe('electron-builder.yml', () => {
  it("is valid by electron-builder's own schema, which does complain", async () => {
    await expect(validate(config)).resolves.toBeUndefined();
    await expect(validate({ ...config, asarUnpackk: [] })).rejects.toThrow('asarUnpackk');
    await expect(validate({ ...config, asar: 'perhaps' })).rejects.toThrow();
  });

  const patterns = [...config.files, ...config.asarUnpack, ...(config.extraResources ?? [])];

  it.each(patterns.filter((pattern) => !pattern.startsWith('!')))(
    '%s is there once it is built',
    (pattern) => {
      expect(existsSync(join(root, pattern.replace(/\/?\*\*.*$/, '')))).toBe(true);
    },
  );

  it('packs the program that package.json starts, the engine, the preload script and the window', () => {
    expect(manifest.main).toBe('./dist/src-main/main.js');
    for (const file of ['main.js', 'engine/thread.js', 'session/reader-thread.js', 'preload/preload.cjs']) {
      expect(existsSync(join(root, 'dist/src-main', file))).toBe(true);
    }
    expect(existsSync(join(root, 'dist/src-renderer/index.html'))).toBe(true);
  });

  it('opens what the program reads, and its projects', () => {
    expect(config.fileAssociations.flatMap(({ ext }) => ext)).toEqual(['tif', 'tiff', 'csv', 'epiflux']);
  });
});

describe('what is packed', () => {
  it('has what the main side imports, and nothing of what the window is built from', () => {
    const shipped = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const main = [...packagesOf('src-main'), ...packagesOf('src-core')].filter((name) => name !== 'electron');
    expect(main.filter((name) => !shipped.includes(name))).toEqual([]);
    // What both sides use is shipped for the main side; the rest is built into the window.
    const window = packagesOf('src-renderer').filter((name) => !main.includes(name));
    expect(window).toContain('react');
    expect(window.filter((name) => Object.hasOwn(manifest.dependencies, name))).toEqual([]);
    expect(window.filter((name) => !Object.hasOwn(manifest.devDependencies, name))).toEqual([]);
  });

  it('is unpacked where native code reads it: the renderer of figures and its fonts', () => {
    const inside = join('/opt/Epiflux/resources/app.asar/node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
    expect(unpackedPath(inside)).toBe(inside.replace('app.asar', 'app.asar.unpacked'));
    expect(unpackedPath(unpackedPath(inside))).toBe(unpackedPath(inside));
    expect(unpackedPath('/opt/app.asar.d/x')).toBe('/opt/app.asar.d/x');
    expect(unpackedPath('C:\\Epiflux\\app.asar\\x')).toBe('C:\\Epiflux\\app.asar.unpacked\\x');
    for (const face of ['DejaVuSans', 'DejaVuSans-Bold']) {
      expect(existsSync(join(root, `node_modules/dejavu-fonts-ttf/ttf/${face}.ttf`))).toBe(true);
    }
  });
});

describe('the icon', () => {
  const icon = join(root, config.directories.buildResources, 'icon.png');

  it('is large and square enough for icns and ico to be made of it', () => {
    const bytes = readFileSync(icon);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1024, 1024]);
  });

  it('is what its script draws', () => {
    const folder = scratchFolder();
    execFileSync(process.execPath, [join(root, 'assets/icon/make.mjs'), folder]);
    expect(readFileSync(join(folder, 'icon.png')).equals(readFileSync(icon))).toBe(true);
  });
});
