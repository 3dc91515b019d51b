"""PyPI `cwt` as a peer: see ../README.md."""

import base64
import json
import sys
import time
import zlib

import base45
import cwt

with open(sys.argv[1], encoding="utf-8") as file:
    token = json.load(file)
key = cwt.COSEKey.from_jwk(
    {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": base64.b64decode(token["kid"]).decode(),
        "x": token["x"],
        "y": token["y"],
    }
)
text = token["text"]


def check():
    cwt.decode(zlib.decompress(base45.b45decode(text[4:])), key)


check()
for line in sys.stdin:
    calls = int(line)
    begun = time.perf_counter()
    for _ in range(calls):
        check()
    print(time.perf_counter() - begun, flush=True)
