"""How fast MockAI is, beside the same uvicorn with an application that only sends fixed bytes.

`python -m benchmarks`, from the root of the project, prints one table and writes
`benchmarks/results/full.json`; other mocks of the same API are installed into a folder that is thrown away, unless
`--no-peers` is given. `--quick` makes short rounds without other mocks, and `quick.json`. Everything runs on loopback
(on Linux, where uvloop runs and processes tell their processor time), the load in a process of its own.

The yardstick sends the bytes that MockAI answered, one send an event. MockAI joins events between which
nothing is waited for into one write, which is how its streams can be the faster ones.
"""
