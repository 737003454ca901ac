-- Counts an event in all its sources in one step: for where all keys are on one server.
-- KEYS: the request, then the record of each source. ARGV: 4 doubles: time, id, exactLimit, nowMs; keepMs of the request;
-- whether the records are wanted (1 or 0); what the keys of records begin with; then for each source its name, the key of
-- its record, and 2 doubles: value, retainMs.
-- Answers in how many sources the event was counted, then the record of each source.
local request = KEYS[1]
local time, id, limit, now = struct.unpack('<dddd', ARGV[1])
local first, label_bytes, reported_bytes = unpack(redis.call('HMGET', request, 't', 'l', 'r'))
time = first and struct.unpack('<d', first) or time
local label = label_bytes and struct.unpack('<d', label_bytes) or 0 / 0
local reported = reported_bytes and struct.unpack('<d', reported_bytes) or -INF
-- A key that holds something else fails here, before anything is written.
for index = 2, #KEYS do
  local size = redis.call('STRLEN', KEYS[index])
  if size % 8 ~= 0 or size > 0 and size < HEADER then return redis.error_reply('WRONGTYPE no record') end
end

local counted, touched = 0, false
for index = 5, #ARGV, 3 do
  local field, key = 's' .. ARGV[index], ARGV[index + 1]
  local value, retain = struct.unpack('<dd', ARGV[index + 2])
  local known = redis.call('HGET', request, field)
  -- Claimed, but not confirmed: counting it in steps, as in a cluster, was not finished.
  if known then
    value = struct.unpack('<d', known, 2)
    key = string.sub(known, 26)
  end
  if not known or string.sub(known, 1, 1) == '0' then
    local args = struct.pack('<dddddddd', time, value, label, id, reported, retain, limit, now)
    local added, _, has_label, has_reported = apply_event(ARGV[4] .. '{' .. key .. '}', args, true)
    redis.call('HSET', request, field, '1' .. struct.pack('<ddd', value, has_label, has_reported) .. key)
    counted, touched = counted + added, true
  end
end
if touched then
  redis.call('HSETNX', request, 't', struct.pack('<d', time))
  keep_longer(request, tonumber(ARGV[2]))
end

local answer = { counted }
if ARGV[3] == '1' then
  for index = 2, #KEYS do answer[index] = redis.call('GET', KEYS[index]) end
end
return answer
