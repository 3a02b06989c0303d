-- What wrk asks for, and what it says at its end: see wrk.py.
local before, after = os.getenv("ASK_BEFORE"), os.getenv("ASK_AFTER")
local digits = "%0" .. (os.getenv("ASK_DIGITS") or "0") .. "d"
local number = 0

function request()
  if after == nil then
    return before
  end
  number = number + 1
  return before .. string.format(digits, number) .. after
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '{"replies": %d, "seconds": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout
  ))
end
