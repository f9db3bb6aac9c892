-- Undoes what wrk does to latencies before done() sees them.
--
-- With e = runtime / (requests / connections), integers throughout, each sample n >= 2e added
-- invented samples n-e, n-2e, ... while above e. Walking down from the top undoes that: the counts
-- above n are true by then, so what they invented below is known, and taken away.

local uncorrect = {}

-- The interval at which wrk expected each connection to send, µs; nil where it corrects nothing.
function uncorrect.expected_interval(requests, duration_us, connections)
  local rounds = math.floor(requests / connections)
  if rounds == 0 then return nil end
  return math.floor(duration_us / rounds)
end

-- Takes the invented samples out of `counts`, a table by value; `values` are its keys, ascending.
function uncorrect.undo(values, counts, expected)
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

return uncorrect
