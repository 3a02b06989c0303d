"""How fast MockAI is, beside the same uvicorn with an application that only sends fixed bytes.

`python -m benchmarks` prints one table and writes `benchmarks/results/full.json`; with `--quick`, shorter
rounds and `quick.json`. Everything runs on loopback, the load in a process of its own.
"""
