"""Scores sound with DNSMOS (Reddy et al. 2022, the P.835 model that the speechmos package bundles).

Reads names of 16 kHz mono 16-bit WAV files from standard input, one a line, and writes one JSON object a line:
{"file": ..., "overall": 3.2, "signal": 3.5, "background": 4.0}, each about 1 (bad) to 5 (excellent)."""

import importlib.util
import json
import pathlib
import sys
import wave

import numpy as np
import onnxruntime

RATE, SECONDS, HOP = 16000, 9.01, 4 * 16000


def load(name: str) -> np.ndarray:
    with wave.open(name, "rb") as f:
        if (f.getframerate(), f.getnchannels(), f.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"{name}: want 16 kHz mono 16-bit")
        return np.frombuffer(f.readframes(f.getnframes()), "<i2").astype(np.float32) / 32768


def score(session: onnxruntime.InferenceSession, sound: np.ndarray) -> np.ndarray:
    """Mean of signal, background and overall quality over windows of 9.01 s every 4 s; short sound is repeated."""
    size = int(SECONDS * RATE)
    if len(sound) == 0:
        raise SystemExit("empty sound")
    while len(sound) < size:
        sound = np.concatenate([sound, sound])
    starts = range(0, len(sound) - size + 1, HOP)
    raw = np.array([session.run(None, {"input_1": sound[None, s : s + size]})[0][0] for s in starts])
    # The model's raw outputs are mapped to listeners' scores by the polynomials published with it.
    fits = ([-0.08397278, 1.22083953, 0.0052439], [-0.13166888, 1.60915514, -0.39604546], [-0.06766283, 1.11546468, 0.04602535])
    return np.array([np.polyval(fit, raw[:, i]).mean() for i, fit in enumerate(fits)])


def main() -> None:
    found = importlib.util.find_spec("speechmos")
    if found is None or found.origin is None:
        raise SystemExit("speechmos is not installed; run scripts/listen/setup.sh")
    model = pathlib.Path(found.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    for line in sys.stdin:
        name = line.rstrip("\n")
        signal, background, overall = score(session, load(name))
        print(json.dumps({"file": name, "overall": round(float(overall), 3), "signal": round(float(signal), 3), "background": round(float(background), 3)}), flush=True)


main()
