#!/usr/bin/env python3
"""Write iam_tui/catalog/managed_policies.json.xz from moto, a development dependency.

    .venv/bin/python scripts/refresh_managed_policies.py

The same moto gives the same bytes.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

TARGET = Path(__file__).parent.parent / "iam_tui" / "catalog" / "managed_policies.json.xz"


def main() -> None:
    source = json.loads(aws_managed_policies_data)
    policies = {
        name: [
            entry["Path"],
            entry["DefaultVersionId"],
            entry["CreateDate"],
            entry["UpdateDate"],
            json.dumps(entry["Document"], ensure_ascii=False, separators=(",", ":")),
        ]
        for name, entry in sorted(source.items())
    }
    newest = max(entry[3] for entry in policies.values())[:10]
    text = json.dumps(
        {"date": newest, "policies": policies}, ensure_ascii=False, separators=(",", ":")
    )
    TARGET.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(policies)} policies, newest {newest}, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
