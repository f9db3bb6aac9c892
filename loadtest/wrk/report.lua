-- One wrk run, reported exactly: requests, errors and the latency histogram as JSON in a file.
--
--   wrk -t1 -c64 -d10s --timeout 5s -s report.lua URL -- output=FILE connections=64
--       [method=POST] [body=FILE] [fields=FILE] [depth=16]
--
-- fields: header fields, a "Name: value" a line. depth: so many requests are sent at a time on each
-- connection; a batch is one sample to wrk, so there are no latencies then. Samples slower than
-- --timeout are not in the histogram but in errors.timeout, which makes a run invalid.

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local uncorrect = dofile(folder .. "uncorrect.lua")

local runs = {} -- wrk's threads; done() runs apart from init() and asks one for its settings

function setup(thread)
  table.insert(runs, thread)
end

local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("*a")
  file:close()
  return content
end

local function pipeline(depth)
  local batch = string.rep(wrk.format(), depth)
  function request() return batch end
end

function init(args)
  settings = {}
  for i = 1, #args do
    local name, value = args[i]:match("^(%w+)=(.+)$")
    if not name then error("report.lua: not name=value: " .. args[i]) end
    settings[name] = value
  end
  wrk.method = settings.method or "GET"
  if settings.body then wrk.body = read_file(settings.body) end
  if settings.fields then
    for name, value in read_file(settings.fields):gmatch("([^:\n]+): ([^\n]*)\n") do
      wrk.headers[name] = value
    end
  end
  local depth = tonumber(settings.depth or "1")
  if depth > 1 then pipeline(depth) end
end

-- Distinct values, ascending, and their counts by value.
local function histogram_of(latency)
  local values, counts = {}, {}
  for i = 1, #latency do
    local value, count = latency(i)
    values[i], counts[value] = value, count
  end
  return values, counts
end

local function summed(values, counts)
  local total, negative = 0, 0
  for _, value in ipairs(values) do
    total = total + counts[value]
    if counts[value] < 0 then negative = negative + 1 end
  end
  return total, negative
end

local function pairs_json(values, counts)
  local parts = {}
  for _, value in ipairs(values) do
    if counts[value] ~= 0 then
      table.insert(parts, string.format("[%d,%d]", value, counts[value]))
    end
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

-- The members that tell of latencies; none of them for batches.
local function latencies_json(summary, latency, connections)
  local values, counts = histogram_of(latency)
  local expected = uncorrect.expected_interval(summary.requests, summary.duration, connections)
  if expected then uncorrect.undo(values, counts, expected) end
  local total, negative = summed(values, counts)
  local exact = negative == 0 and total == summary.requests - summary.errors.timeout
  return string.format(',"reconstructed":%d,"exact":%s,"histogram_us":%s', total,
                       tostring(exact), pairs_json(values, counts))
end

local function report_json(summary, latency, given)
  local connections = assert(tonumber(given.connections), "report.lua: connections=N is missing")
  local errors = summary.errors
  local is_batched = tonumber(given.depth or "1") > 1
  return string.format('{"requests":%d,"duration_us":%d,"bytes":%d', summary.requests,
                       summary.duration, summary.bytes)
    .. string.format(',"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}',
                     errors.connect, errors.read, errors.write, errors.status, errors.timeout)
    .. (is_batched and ',"exact":true' or latencies_json(summary, latency, connections)) .. "}\n"
end

function done(summary, latency, requests)
  local given = runs[1]:get("settings")
  local file = assert(io.open(assert(given.output, "report.lua: output=FILE is missing"), "w"))
  assert(file:write(report_json(summary, latency, given)))
  assert(file:close())
end
