#!/usr/bin/env python3
"""Write iam_tui/catalog/managed_policies.bin from moto, a development dependency.

    .venv/bin/python scripts/refresh_managed_policies.py

The same moto gives the same bytes. The file begins with the length of the packed index (4 bytes,
big end first); the index and then the blocks of documents follow, each packed by itself (zlib), so
that a program that needs a few policies unpacks a few blocks.
"""

from __future__ import annotations

import json
import zlib
from itertools import accumulate
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

TARGET = Path(__file__).parent.parent / "iam_tui" / "catalog" / "managed_policies.bin"
BLOCK = 32
"""Documents packed together: more make the file smaller, fewer make reading one quicker."""


def packed(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def main() -> None:
    source = dict(sorted(json.loads(aws_managed_policies_data).items()))
    texts = [
        json.dumps(entry["Document"], ensure_ascii=False, separators=(",", ":"))
        for entry in source.values()
    ]
    blocks = [packed(texts[start : start + BLOCK]) for start in range(0, len(texts), BLOCK)]
    policies = {
        name: [
            entry["Path"],
            entry["DefaultVersionId"],
            entry["CreateDate"],
            entry["UpdateDate"],
            *divmod(number, BLOCK),
        ]
        for number, (name, entry) in enumerate(source.items())
    }
    newest = max(entry["UpdateDate"] for entry in source.values())[:10]
    ends = list(accumulate(map(len, blocks)))
    index = packed({"date": newest, "ends": ends, "policies": policies})
    TARGET.write_bytes(b"".join([len(index).to_bytes(4, byteorder="big"), index, *blocks]))
    print(f"{len(policies)} policies, newest {newest}, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
