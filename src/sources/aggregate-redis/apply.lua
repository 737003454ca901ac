-- Adds one event to a record, once, however often it is told to.
-- KEYS: the record. ARGV: 9 doubles: time, value, label, id, reportedAtMs, retainMs, exactLimit, nowMs, keepMs.
local key = KEYS[1]
local time, value, label, id, reported, retain, limit, now, keep = struct.unpack('<ddddddddd', ARGV[1])
local row = struct.pack('<ddddd', time, value, label, id, reported)

local function keep_longer()
  if redis.call('PTTL', key) < keep then redis.call('PEXPIRE', key, string.format('%.0f', keep)) end
end

-- An event newer than all others, with nothing to fold or to drop: the record is not read.
local function append()
  local size = redis.call('STRLEN', key)
  if size == 0 then return false end
  local bytes = redis.call('GETRANGE', key, 0, HEADER - 1)
  local _, newest, gone, buckets, folded = struct.unpack('<ddddd', bytes)
  local events_at = HEADER + (buckets + folded) * 8
  local dropped = math.min(time, now) - retain * SLACK
  if time <= newest or time <= gone or time <= dropped then return false end
  if size == events_at or is_over((size - events_at) / EVENT + 1, limit) then return false end
  local oldest_at = buckets > 0 and HEADER or events_at
  if at(redis.call('GETRANGE', key, oldest_at, oldest_at + 7), 0) <= dropped then return false end
  redis.call('SETRANGE', key, 0, struct.pack('<ddddd', retain, time, math.max(gone, dropped), buckets, folded))
  redis.call('APPEND', key, row)
  keep_longer()
  return true
end

if append() then return 1 end

local record = load(redis.call('GET', key))
if find_event(record, time, id) or find_folded(record, id) then
  -- Whoever added it may not have known the label yet.
  if label == label then relabel(key, record, time, id, label, reported) end
  return 0
end
record.retain = retain
record.newest = math.max(record.newest, time)
drop_until(record, math.min(record.newest, now) - retain * SLACK)
if time > record.gone then
  if time <= folded_until(record) then
    fold(record, time, value, label)
    remember_folded(record, id, label, reported)
    bound_buckets(record)
  else
    local from = count_up_to(record.events, EVENT, time) * EVENT
    record.events = splice(record.events, from, from, row)
    fold_oldest(record, limit)
  end
end
keep = math.max(keep, redis.call('PTTL', key))
redis.call('SET', key, dump(record), 'PX', string.format('%.0f', keep))
return 1
