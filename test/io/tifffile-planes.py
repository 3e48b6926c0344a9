"""Prints what tifffile (a reader of others) finds in TIFF files, as JSON: of each, the SHA-256 of every sample of every
image as little-endian float32, null where it cannot decode: python3 tifffile-planes.py FILE ..."""

import hashlib
import json
import os
import sys

import tifffile


def samples(page):
    values = page.asarray()
    if values.ndim == 2:
        return [values]
    if page.planarconfig == 2:
        return list(values)
    return [values[..., sample] for sample in range(values.shape[-1])]


def hashes(page):
    try:
        return [hashlib.sha256(each.astype("<f4").tobytes()).hexdigest() for each in samples(page)]
    except Exception:
        return None


found = {}
for path in sys.argv[1:]:
    try:
        with tifffile.TiffFile(path) as file:
            found[os.path.basename(path)] = [hashes(page) for page in file.pages]
    except Exception:
        found[os.path.basename(path)] = None
print(json.dumps(found))
