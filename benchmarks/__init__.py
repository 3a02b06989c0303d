"""How fast MockAI is, beside the same uvicorn with an application that only sends fixed bytes.

`python -m benchmarks`, from the root of the project, prints one table and writes
`benchmarks/results/full.json`; with `--quick`, shorter rounds and `quick.json`; with `--peers`, other mocks of
the same API too. Everything runs on loopback (where uvloop runs: not on Windows), the load in a process of its own.

The yardstick sends the bytes that MockAI answered, one send an event. MockAI joins events between which
nothing is waited for into one write, which is how its streams can be the faster ones.
"""
