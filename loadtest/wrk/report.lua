-- One wrk run, reported exactly: requests, errors and the latency histogram as JSON in a file.
--
--   wrk -t1 -c64 -d10s --timeout 5s -s report.lua URL -- output=FILE connections=64
--       [method=POST] [body=FILE] [type=application/json]
--
-- wrk "corrects" the latencies before done() sees them. With e = runtime / (requests /
-- connections), integers throughout, each sample n >= 2e added invented samples n-e, n-2e, ...
-- while above e. Walking down from the top undoes that: the counts above n are true by then, so
-- what they invented below is known, and taken away. Not for pipelined requests, where a batch is
-- one sample. Samples slower than --timeout are not in the histogram but in errors.timeout.

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

function init(args)
  settings = {}
  for i = 1, #args do
    local name, value = args[i]:match("^(%w+)=(.+)$")
    if not name then error("report.lua: not name=value: " .. args[i]) end
    settings[name] = value
  end
  wrk.method = settings.method or "GET"
  if settings.body then
    wrk.body = read_file(settings.body)
    wrk.headers["Content-Type"] = settings.type or "application/json"
  end
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

-- Takes the invented samples out of counts.
local function undo_correction(values, counts, requests, duration_us, connections)
  local rounds = math.floor(requests / connections)
  if rounds == 0 then return end -- wrk corrects nothing then
  local expected = math.floor(duration_us / rounds)
  for i = #values, 1, -1 do
    local value = values[i]
    local count = counts[value]
    if value < 2 * expected then return end
    local invented = value - expected
    while count > 0 and invented > expected do
      if counts[invented] then counts[invented] = counts[invented] - count end
      invented = invented - expected
    end
  end
end

-- The smallest value with at least that share of the samples at or below it; null where fewer
-- than ten samples lie beyond it (p99.9 needs 10,000).
local function percentile(values, counts, total, per_10000)
  if total * (10000 - per_10000) < 10 * 10000 then return "null" end
  local wanted, seen = math.ceil(total * per_10000 / 10000), 0
  for _, value in ipairs(values) do
    seen = seen + counts[value]
    if seen >= wanted then return string.format("%d", value) end
  end
  return "null"
end

local function max_of(values, counts)
  for i = #values, 1, -1 do
    if counts[values[i]] > 0 then return string.format("%d", values[i]) end
  end
  return "null"
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

local function report_json(summary, latency, connections)
  local values, counts = histogram_of(latency)
  undo_correction(values, counts, summary.requests, summary.duration, connections)
  local total, negative = summed(values, counts)
  local errors = summary.errors
  local exact = negative == 0 and total == summary.requests - errors.timeout
  local fields = {
    string.format('"requests":%d,"duration_us":%d,"bytes":%d', summary.requests, summary.duration,
                  summary.bytes),
    string.format('"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}',
                  errors.connect, errors.read, errors.write, errors.status, errors.timeout),
    string.format('"reconstructed":%d,"exact":%s', total, tostring(exact)),
  }
  for _, share in ipairs({ 5000, 9000, 9900, 9990 }) do
    local value = percentile(values, counts, total, share)
    table.insert(fields, string.format('"p%g_us":%s', share / 100, value))
  end
  table.insert(fields, '"max_us":' .. max_of(values, counts))
  table.insert(fields, '"histogram_us":' .. pairs_json(values, counts))
  return "{" .. table.concat(fields, ",") .. "}\n"
end

function done(summary, latency, requests)
  local given = runs[1]:get("settings")
  local connections = assert(tonumber(given.connections), "report.lua: connections=N is missing")
  local file = assert(io.open(assert(given.output, "report.lua: output=FILE is missing"), "w"))
  assert(file:write(report_json(summary, latency, connections)))
  assert(file:close())
end
