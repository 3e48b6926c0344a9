import { describe, expect, it } from 'vitest';
import type { ImageMetadata } from '../../src-core/io/image.js';
import {
  type BuiltTag,
  type BuiltFile,
  greyTags,
  openBuilt,
  planeValues,
  descriptionTag,
  resolutionTags,
} from './tiff-builder.js';

/** `count` pages of 2×2 uint8, page k filled with k. */
function numbered(count: number, first: readonly BuiltTag[] = []): BuiltFile {
  return {
    pages: Array.from({ length: count }, (_, k) => ({
      tags: greyTags(2, 2, 8, k === 0 ? first : []),
      blocks: [new Uint8Array(4).fill(k)],
    })),
  };
}

async function metadataOf(tags: readonly BuiltTag[], pages = 1): Promise<ImageMetadata> {
  return (await openBuilt(numbered(pages, tags))).metadata;
}

function ome(pixels: string, inside = '<TiffData/>', rest = ''): BuiltTag {
  return descriptionTag(
    `<?xml version="1.0"?><!-- a > b --><OME UUID="urn:uuid:1"><Image><Pixels SizeX="2" SizeY="2" ${pixels}>${inside}</Pixels></Image>${rest}</OME>`,
  );
}

describe('OME-XML', () => {
  it.each([
    ['PhysicalSizeX="0.02" PhysicalSizeY="0.03"', { x: 20, y: 30 }],
    [
      'PhysicalSizeX="20" PhysicalSizeXUnit="nm" PhysicalSizeY="2e-5" PhysicalSizeYUnit="mm"',
      { x: 20, y: 20 },
    ],
    [
      'PhysicalSizeX="0.02" PhysicalSizeXUnit="&#181;m" PhysicalSizeZ="2" PhysicalSizeZUnit="\u00b5m"',
      { x: 20, z: 2000 },
    ],
    ['PhysicalSizeX="200" PhysicalSizeXUnit="\u00c5"', { x: 20 }],
  ])('reads %s', async (attributes, size) => {
    const metadata = await metadataOf([ome(attributes)]);
    expect(metadata.pixelSize).toEqual({ ...size, source: 'OME-XML PhysicalSize' });
    expect(metadata.warnings).toEqual([]);
  });

  it.each(['pixel', 'reference frame'])('takes the unit "%s" for no length', async (unit) => {
    const metadata = await metadataOf([ome(`PhysicalSizeX="1" PhysicalSizeXUnit="${unit}"`)]);
    expect(metadata.pixelSize).toEqual({});
    expect(metadata.warnings.join(' ')).toContain(`"${unit}"`);
  });

  it('puts planes where DimensionOrder says', async () => {
    const image = await openBuilt(
      numbered(12, [ome('DimensionOrder="XYCTZ" SizeC="2" SizeT="3" SizeZ="2"')]),
    );
    expect(image.metadata).toMatchObject({ planes: 2, channels: 2, frames: 3, warnings: [] });
    expect((await planeValues(image, 1, 1, 2))[0]).toBe(11);
    expect((await planeValues(image, 1, 0, 1))[0]).toBe(8);
    expect((await planeValues(image, 0, 1, 2))[0]).toBe(5);
  });

  it('puts planes where TiffData says', async () => {
    const data =
      '<TiffData IFD="2" FirstZ="0" FirstC="0" FirstT="0"/><TiffData IFD="0" FirstC="1" PlaneCount="2"/>';
    const image = await openBuilt(numbered(3, [ome('DimensionOrder="XYCZT" SizeC="3" SizeZ="1"', data)]));
    expect(
      [await planeValues(image, 0, 0), await planeValues(image, 0, 1), await planeValues(image, 0, 2)].map(
        (v) => v[0],
      ),
    ).toEqual([2, 0, 1]);
  });

  it('warns of sizes that disagree with the number of images, and reads what is there', async () => {
    const image = await openBuilt(numbered(3, [ome('DimensionOrder="XYZCT" SizeC="2" SizeZ="2"')]));
    expect(image.metadata.warnings.join(' ')).toMatch(/1 of the 4 planes/);
    expect((await planeValues(image, 0, 1))[0]).toBe(2);
    await expect(planeValues(image, 1, 1)).rejects.toMatchObject({ tag: 'unreadable' });
    expect((await metadataOf([ome('SizeZ="2"')], 3)).warnings.join(' ')).toMatch(/holds 3 images/);
    expect((await metadataOf([ome('SizeZ="16000000" SizeC="16000000"')], 3)).planes).toBe(3);
  });

  it('says which planes are in other files of a set', async () => {
    const data =
      '<TiffData IFD="0"><UUID FileName="other name.tif">urn:uuid:1</UUID></TiffData>' +
      '<TiffData IFD="0" FirstC="1"><UUID FileName="second.ome.tif">urn:uuid:2</UUID></TiffData>';
    const image = await openBuilt(numbered(1, [ome('SizeC="2"', data)]));
    expect(image.metadata.warnings.join(' ')).toMatch(/1 of the 2 planes.*second\.ome\.tif/);
    expect((await planeValues(image))[0]).toBe(0);
    await expect(planeValues(image, 0, 1)).rejects.toMatchObject({ tag: 'unreadable' });
  });

  it('names channels and counts images', async () => {
    const channels = '<Channel Name="H3K9me3 &amp; DAPI"/><Channel/>';
    const second = '<Image><Pixels SizeX="9" SizeY="9" PhysicalSizeX="7"/></Image>';
    const metadata = await metadataOf([ome('SizeC="2"', channels, second)], 2);
    expect(metadata.channelNames).toEqual(['H3K9me3 & DAPI', 'channel 1']);
    expect(metadata.warnings.join(' ')).toMatch(/2 images; the first/);
    expect(metadata.pixelSize).toEqual({});
  });

  it('falls back to the images themselves when the XML is broken or elsewhere', async () => {
    expect((await metadataOf([descriptionTag('<OME><Image><Pix')], 2)).planes).toBe(2);
    const companion = await metadataOf(
      [descriptionTag('<OME><BinaryOnly MetadataFile="set.companion.ome"/></OME>')],
      2,
    );
    expect(companion.warnings.join(' ')).toContain('set.companion.ome');
  });
});

describe('ImageJ', () => {
  const hyperstack = 'ImageJ=1.53c\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n';

  it('orders planes channel, slice, frame', async () => {
    const image = await openBuilt(numbered(12, [descriptionTag(hyperstack)]));
    expect(image.metadata).toMatchObject({ format: 'ImageJ TIFF', planes: 3, channels: 2, frames: 2 });
    expect((await planeValues(image, 2, 1, 0))[0]).toBe(5);
    expect((await planeValues(image, 0, 1, 1))[0]).toBe(7);
  });

  it.each(['micron', '\\u00B5m', '\u00b5m', 'um', 'microns'])(
    'reads XResolution as pixels per %s',
    async (unit) => {
      const tags = [
        descriptionTag(`ImageJ=1.53c\nunit=${unit}\nspacing=0.25\n`),
        ...resolutionTags([50_000_000, 1_000_000], 1),
      ];
      const { pixelSize } = await metadataOf(tags);
      expect(pixelSize).toEqual({ x: 20, y: 20, z: 250, source: 'ImageJ XResolution and unit' });
    },
  );

  it('does not take a print resolution for a pixel size', async () => {
    const metadata = await metadataOf([
      descriptionTag('ImageJ=1.53c\nunit=inch\n'),
      ...resolutionTags([72, 1], 2),
    ]);
    expect(metadata.pixelSize).toEqual({});
    expect(metadata.warnings.join(' ')).toMatch(/352\.8 µm/);
    expect(
      (await metadataOf([descriptionTag('ImageJ=1.53c\nunit=pixel\n'), ...resolutionTags([1, 1], 1)]))
        .pixelSize,
    ).toEqual({});
  });

  it('reads planes that follow the first without directories', async () => {
    const blocks = [Uint8Array.from({ length: 12 }, (_, i) => i)];
    const tags = greyTags(2, 2, 8, [
      descriptionTag('ImageJ=1.53c\nimages=3\nslices=3\n'),
      { code: 279, type: 4, values: [4] },
    ]);
    const image = await openBuilt({ pages: [{ tags, blocks }] });
    expect(image.metadata.planes).toBe(3);
    expect(await planeValues(image, 2)).toEqual([8, 9, 10, 11]);
  });
});

describe('other sources of the pixel size', () => {
  it('reads a microscopic resolution per centimetre', async () => {
    const { pixelSize } = await metadataOf(resolutionTags([500_000, 1], 3));
    expect(pixelSize).toEqual({ x: 20, y: 20, source: 'TIFF resolution per centimetre' });
  });

  it.each([
    [72, 2],
    [96, 2],
    [300, 2],
    [28, 3],
    [1, 3],
  ])('does not believe %s per unit %s', async (value, unit) => {
    const metadata = await metadataOf(resolutionTags([value, 1], unit));
    expect(metadata.pixelSize).toEqual({});
    expect(metadata.warnings).toHaveLength(1);
  });

  it('reads Micro-Manager', async () => {
    const json = '{"PixelSizeUm": 0.065, "Summary": {"z-step_um": 0.2}}';
    const { pixelSize } = await metadataOf([{ code: 51123, type: 2, values: json }]);
    expect(pixelSize).toEqual({ x: 65, y: 65, z: 200, source: 'Micro-Manager PixelSizeUm' });
    expect((await metadataOf([{ code: 51123, type: 2, values: '{"PixelSizeUm": 0}' }])).pixelSize).toEqual(
      {},
    );
  });
});
