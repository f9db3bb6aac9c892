-- Sends so many requests at a time on each connection: wrk ... -s pipeline.lua URL -- DEPTH
-- wrk counts each response as a request; its latencies are those of batches and mean nothing.

function init(args)
  local depth = assert(tonumber(args[1]), "pipeline.lua: the depth is missing")
  batch = string.rep(wrk.format("GET", wrk.path), depth)
end

function request()
  return batch
end
