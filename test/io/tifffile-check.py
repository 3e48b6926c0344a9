"""Prints what tifffile (a reader of others) finds in a TIFF file, as JSON: python3 tifffile-check.py FILE"""

import json
import sys
from xml.etree import ElementTree

import numpy
import tifffile

with tifffile.TiffFile(sys.argv[1]) as file:
    series = file.series[0]
    values = series.asarray()
    page = file.pages[0]
    xml = ElementTree.fromstring(page.description)
    names = {tag.tag.split("}")[1]: tag for tag in xml.iter()}
    resolution = page.tags["XResolution"].value
    print(
        json.dumps(
            {
                "big": file.is_bigtiff,
                "ome": file.is_ome,
                "axes": series.axes,
                "shape": list(values.shape),
                "type": str(values.dtype),
                "finite": float(numpy.nansum(values.astype(float))),
                "nan": int(numpy.isnan(values.astype(float)).sum()),
                "last": float(values.reshape(-1)[-1]),
                "perCentimetre": resolution[0] / resolution[1],
                "resolutionUnit": int(page.tags["ResolutionUnit"].value),
                "pixels": dict(names["Pixels"].attrib),
                "channels": [tag.attrib["Name"] for tag in xml.iter() if tag.tag.endswith("}Channel")],
                "map": {tag.attrib["K"]: tag.text for tag in xml.iter() if tag.tag.endswith("}M")},
            }
        )
    )
